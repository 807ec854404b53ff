/** Examples below a command's help. */
export function examples(...lines: readonly (readonly [command: string, meaning: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  return `\nExamples:\n${lines
    .map(([command, meaning]) => `  $ featuregraph ${command.padEnd(width)}   ${meaning}`)
    .join('\n')}`;
}
