/** Findings as annotations of a pull request on GitHub. */
import type { Finding } from '../../../gateway/checks/finding.ts';

const COMMANDS = { ERROR: 'error', WARNING: 'warning', HINT: 'notice', NOTE: 'notice' } as const;

/**
 * One finding as a workflow command of GitHub Actions, `::error file=…,line=…::text`, which becomes an annotation at
 * the line. A command is one line, so that everything that could end it, or a property in it, is written in another way.
 */
export function githubAnnotation(finding: Finding): string {
  const { level, rule, file, line, column, coordinate, message, mend, operations } = finding;
  const properties = {
    file,
    ...(line > 0 ? { line, col: column } : {}),
    title: [rule, coordinate].filter((part) => part !== '').join(' '),
  };
  const text = [
    message,
    `→ ${mend}`,
    ...(operations.length === 0 ? [] : [`touches ${operations.join(', ')}`]),
  ].join('\n');
  const given = Object.entries(properties)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  return `::${COMMANDS[level]} ${given}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
