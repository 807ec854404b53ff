import Table from 'cli-table3';
import colors from 'picocolors';

/**
 * How commands speak: results go to standard output, everything about the way there to standard error, so that a
 * result can be piped. Colours and the table's width follow the terminal, and are off where there is none.
 */
const COLUMN_MIN_CHARS = 6;
/** A column's border and padding, in characters. */
const COLUMN_FRAME_CHARS = 3;

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export const paint = {
  bold: colors.bold,
  faint: colors.dim,
  good: colors.green,
  doubtful: colors.yellow,
  bad: colors.red,
} as const;

/** A table no wider than the terminal: cells that do not fit are wrapped. Where it is piped, nothing is. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: head.map((title) => paint.bold(title)),
    colWidths: columnWidths(head, rows, process.stdout.columns ?? Number.POSITIVE_INFINITY),
    wordWrap: true,
    wrapOnWordBoundary: false,
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: process.stdout.isTTY ? ['gray'] : [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** Every column gets what it needs; where that is too much, the widest give way first. */
export function columnWidths(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  widthChars: number,
): number[] {
  const needed = head.map((title, i) =>
    Math.max(COLUMN_MIN_CHARS, ...[title, ...rows.map((row) => row[i] ?? '')].map(longestLine)),
  );
  const available = widthChars - 1 - head.length * COLUMN_FRAME_CHARS;
  let cap = Math.max(...needed);
  const total = (): number => needed.reduce((sum, width) => sum + Math.min(width, cap), 0);
  while (cap > COLUMN_MIN_CHARS && total() > available) cap -= 1;
  return needed.map((width) => Math.min(width, cap) + COLUMN_FRAME_CHARS - 1);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters and take no room
const COLOUR = /\u001b\[[0-9;]*m/g;

function longestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.replace(COLOUR, '').length));
}

/** `1 row`, `2 rows`, `1,000 rows`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
