import type { Command } from 'commander';
import { loadRegistry } from '../../workspace.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { print, printJson } from '../output.ts';
import { unknownName } from '../unknown-name.ts';

/** `featuregraph print-schema <domain>`: one domain as plain Federation SDL, for tools that know nothing of us. */
export function addPrintSchema(program: Command): void {
  withConfig(program.command('print-schema'))
    .argument('<domain>', 'name of its SDL file, without the ending')
    .summary("print one domain's SDL with all definitions")
    .description(
      'Prints one domain as plain Federation 2 SDL: what its team wrote, with header and definitions added.',
    )
    .addHelpText('after', examples(['print-schema fleet', 'the domain of schema/fleet.graphql']))
    .action(async (name: string, options: CommonOptions) => {
      const config = await configOf(options);
      const { registry } = await loadRegistry(config.schemaFolder);
      const domain = registry.domains.find((one) => one.name === name);
      if (domain === undefined)
        throw unknownName(
          'a domain',
          name,
          registry.domains.map((one) => one.name),
        );
      if (options.json === true) printJson({ name, file: domain.file, sdl: domain.federatedSdl });
      else print(domain.federatedSdl);
    });
}
