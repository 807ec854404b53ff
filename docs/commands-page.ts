import type { Command } from 'commander';
import { createProgram } from '../src/cli/program.ts';
import { REPOSITORY_COMMANDS } from '../src/cli/repository-commands.ts';

/** The help of every command, as it is printed. */
export async function commandsPage(): Promise<string> {
  const program = await createProgram(undefined, REPOSITORY_COMMANDS);
  program.configureOutput({ getOutHelpWidth: () => 100, getOutHasColors: () => false });
  const sections = everyCommand(program.commands).map(({ name, command }) => {
    let help = '';
    command.configureOutput({
      writeOut: (text) => {
        help += text;
      },
      getOutHelpWidth: () => 100,
      getOutHasColors: () => false,
    });
    command.outputHelp();
    return `## ${name}\n\n\`\`\`text printed\n${help.trim()}\n\`\`\`\n`;
  });
  return `# Commands

In this repository: \`npm run --silent featuregraph -- <command>\`; in a project that has the package:
\`npx featuregraph <command>\`, without \`start\`, whose example is here. Exit codes: 0 done, 1 problems were found, 2 wrong
usage or configuration, 3 something could not be reached. Results go to standard output, everything else to standard
error.

${sections.join('\n')}`;
}

/** Also those below another, as `store init` is. */
function everyCommand(commands: readonly Command[], above = ''): { name: string; command: Command }[] {
  return commands.flatMap((command) => {
    const name = `${above}${command.name()}`;
    return [{ name, command }, ...everyCommand(command.commands, `${name} `)];
  });
}
