import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { loadGraph } from '../load-graph.ts';
import { note, print, printJson } from '../output.ts';
import { type PublishedOptions, withPublished } from '../published-option.ts';

/** `featuregraph compose`: the supergraph that a gateway serves, as SDL. */
export function addCompose(program: Command): void {
  withPublished(withConfig(program.command('compose')))
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
        ['compose --published published', 'with the domains that others have published'],
      ),
    )
    .action(async (options: ComposeFlags) => {
      const config = await configOf(options);
      const { supergraphSdl, apiSdl } = (await loadGraph(config, options)).supergraph;
      const sdl = options.api === true ? apiSdl : supergraphSdl;
      if (options.output !== undefined) {
        await writeFile(options.output, `${sdl}\n`);
        note(`Wrote ${options.output}.`);
      } else if (options.json === true)
        printJson(options.api === true ? { ok: true, apiSdl } : { ok: true, supergraphSdl });
      else print(sdl);
    });
}

interface ComposeFlags extends CommonOptions, PublishedOptions {
  readonly output?: string;
  readonly api?: boolean;
}
