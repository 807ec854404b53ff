import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { addCheck } from './commands/check.ts';
import { addCompose } from './commands/compose.ts';
import { addDelete } from './commands/delete.ts';
import { addDev } from './commands/dev.ts';
import { addGateway } from './commands/gateway.ts';
import { addGet } from './commands/get.ts';
import { addPrintSchema } from './commands/print-schema.ts';
import { addPush } from './commands/push.ts';
import { addStart } from './commands/start.ts';
import { addSubgraph } from './commands/subgraph.ts';

/** All commands, in the order in which somebody new needs them. Nothing is run here. */
export function createProgram(): Command {
  const program = new Command('featuregraph')
    .description(packageJson.description)
    .version(packageJson.version)
    .showHelpAfterError('(`--help` shows how it is used)')
    .configureHelp({ sortOptions: true, showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 problems were found, 2 wrong usage or configuration, 3 something could not be reached.',
    );
  for (const add of [
    addStart,
    addDev,
    addGateway,
    addSubgraph,
    addCheck,
    addCompose,
    addPrintSchema,
    addPush,
    addDelete,
    addGet,
  ]) {
    add(program);
  }
  // Commands inherit this only when told: every complaint becomes an exit code in main.ts.
  for (const command of [program, ...program.commands]) command.exitOverride();
  return program;
}
