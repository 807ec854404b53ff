/** The fault table, for the terminal and for the docs. */
import type { RowResult } from './run-row.ts';

export function printRow({ id, fault, checks, error, passed, seconds }: RowResult): string {
  const lines = [`${passed ? 'ok    ' : 'FAILED'} ${id}  ${fault}  (${seconds.toFixed(1)} s)`];
  for (const check of checks) {
    lines.push(`    ${check.holds ? ' ' : '!'} ${check.expected.padEnd(64)} ${check.seen}`);
  }
  if (error !== null) lines.push(`    ! ${error}`);
  return lines.join('\n');
}

export function tableOf(results: readonly RowResult[]): string {
  const lines = [
    '# Faults, and what was seen',
    '',
    'Printed by `npm run test:faults -- --write`: real servers are killed, frozen, delayed and damaged under load, and',
    'each row says what must hold meanwhile. `npm run test:faults -- --prove` shows of each row that it fails without',
    'its protection. Counts and times are of the last run.',
    '',
    '| row | fault | expected | seen | verdict |',
    '|---|---|---|---|---|',
  ];
  for (const { id, fault, checks, error, passed } of results) {
    const expected = checks.map((check) => cellOf(check.expected)).join('<br>');
    const seen = checks.map((check) => `${cellOf(check.seen)}${check.holds ? '' : ' (!)'}`).join('<br>');
    lines.push(
      `| ${id} | ${fault} | ${expected} | ${seen}${error === null ? '' : '<br>it ended early'} | ${passed ? 'passed' : 'FAILED'} |`,
    );
  }
  const failed = results.filter(({ passed }) => !passed).length;
  lines.push('', `${results.length - failed} passed, ${failed} failed`, '');
  return lines.join('\n');
}

const CELL_CHARACTERS_MAX = 120;

/** What servers and clients said may have any characters. */
function cellOf(text: string): string {
  const short = text.length > CELL_CHARACTERS_MAX ? `${text.slice(0, CELL_CHARACTERS_MAX)} …` : text;
  return short.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
