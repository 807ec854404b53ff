/** The command line of the repository, which the launcher starts: the package's commands, and the example's. */
import { REPOSITORY_COMMANDS } from './repository-commands.ts';
import { runCommandLine } from './run-command-line.ts';

await runCommandLine(process.argv.slice(2), REPOSITORY_COMMANDS);
