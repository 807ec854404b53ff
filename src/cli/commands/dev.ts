import type { Command } from 'commander';
import { type CommonOptions, configOf, withServer } from '../common-options.ts';
import { examples } from '../examples.ts';
import { serveGateway } from '../serve.ts';

/** `featuregraph dev`: everything in one process, with explorer and introspection. */
export function addDev(program: Command): void {
  withServer(program.command('dev'))
    .summary('serve your own schema on this machine')
    .description(
      'Serves the gateway and every domain of the schema folder in one process, with explorer and introspection on. A change in the folder is checked, composed and served at once; a mistake is shown while the old graph serves on.',
    )
    .addHelpText(
      'after',
      examples(
        ['dev', 'serve ./schema'],
        ['dev --schema-folder graph --port 5000', 'another folder and port'],
      ),
    )
    .action(async (options: CommonOptions) => serveGateway(await configOf(options, true), { watch: true }));
}
