/** The fault table, as the terminal shows it. */
import type { RowResult } from './run-row.ts';

export function printRow({ id, fault, checks, error, passed, seconds }: RowResult): string {
  const lines = [`${passed ? 'ok    ' : 'FAILED'} ${id}  ${fault}  (${seconds.toFixed(1)} s)`];
  for (const check of checks) {
    lines.push(`    ${check.holds ? ' ' : '!'} ${check.expected.padEnd(64)} ${check.seen}`);
  }
  if (error !== null) lines.push(`    ! ${error}`);
  return lines.join('\n');
}
