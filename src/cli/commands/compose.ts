import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { composeSupergraph } from '../../../gateway/compose.ts';
import { subgraphDefinitions } from '../../../gateway/subgraph-definitions.ts';
import { CompositionError } from '../../served-graph.ts';
import { loadRegistry } from '../../workspace.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { note, print, printJson } from '../output.ts';

/** `featuregraph compose`: the supergraph that a gateway serves, as SDL. */
export function addCompose(program: Command): void {
  withConfig(program.command('compose'))
    .option('-o, --output <file>', 'write it there instead of printing it')
    .option('--api', 'the schema that clients see, for code generators, instead of the supergraph')
    .summary('compose the domains into a supergraph')
    .description(
      'Composes every domain of the schema folder, and the subgraphs of the configuration, into one supergraph SDL.',
    )
    .addHelpText(
      'after',
      examples(
        ['compose', 'print it'],
        ['compose -o supergraph.graphql', 'write it'],
        ['compose --api -o api.graphql', 'what clients see: the schema for codegen'],
      ),
    )
    .action(async (options: CommonOptions & { readonly output?: string; readonly api?: boolean }) => {
      const config = await configOf(options);
      const { registry } = await loadRegistry(config.schemaFolder);
      const composition = composeSupergraph(await subgraphDefinitions(registry.domains, config.subgraphs));
      if (!composition.ok) throw new CompositionError(composition.problems);
      const { supergraphSdl, apiSdl } = composition.supergraph;
      const sdl = options.api === true ? apiSdl : supergraphSdl;
      if (options.output !== undefined) {
        await writeFile(options.output, `${sdl}\n`);
        note(`Wrote ${options.output}.`);
      } else if (options.json === true)
        printJson(options.api === true ? { ok: true, apiSdl } : { ok: true, supergraphSdl });
      else print(sdl);
    });
}
