import Table from 'cli-table3';
import picocolors from 'picocolors';
import { visibleLength, wrapText } from './wrap-text.ts';

/**
 * How commands speak: results go to standard output, everything about the way there to standard error, so that a
 * result can be piped. Colours and the table's width follow the terminal, and are off where there is none.
 */
const COLUMN_MIN_CHARS = 6;
/** A column's border and padding, in characters. */
const COLUMN_FRAME_CHARS = 3;
/** Where columns would have to be narrower than this, each row becomes a list of its cells. */
const COLUMN_READABLE_CHARS = 8;
/** Between a cell's title and its text in such a list. */
const LIST_GAP_CHARS = 2;
/** Less room than this beside the titles, and texts go below them. */
const LIST_TEXT_MIN_CHARS = 12;

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Piped, a result is text for another program, also where an automation sets CI. NO_COLOR is obeyed. */
const isWatched = process.stdout.isTTY === true && process.stderr.isTTY === true;
const colors = picocolors.createColors(picocolors.isColorSupported && isWatched);

export const paint = {
  bold: colors.bold,
  faint: colors.dim,
  good: colors.green,
  doubtful: colors.yellow,
  bad: colors.red,
} as const;

/** Of the terminal; without end where the output is piped. */
export function terminalWidthChars(): number {
  return process.stdout.columns ?? Number.POSITIVE_INFINITY;
}

/**
 * A table no wider than the terminal: cells that do not fit are wrapped, and where even that does not help, each row
 * becomes a list of its cells. Where it is piped, everything stays whole.
 */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  widthChars = terminalWidthChars(),
): string {
  const widths = columnWidths(head, rows, widthChars);
  if (!isReadable(head, rows, widths, widthChars)) return formatLists(head, rows, widthChars);
  // Wrapped here and not by the library, which cuts colours in two.
  const wrapped = (cell: string, i: number): string[] =>
    wrapText(cell, (widths[i] as number) - (COLUMN_FRAME_CHARS - 1));
  const table = new Table({
    head: head.map((title, i) => wrapped(title, i).map(paint.bold).join('\n')),
    colWidths: widths,
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: colors.isColorSupported ? ['gray'] : [] },
  });
  table.push(...rows.map((row) => row.map((cell, i) => wrapped(cell, i).join('\n'))));
  return table.toString();
}

function isReadable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  widthChars: number,
): boolean {
  const total = widths.reduce((sum, width) => sum + width + 1, 1);
  if (total > widthChars) return false;
  const needed = neededWidths(head, rows);
  return widths.every((width, i) => {
    const own = width - (COLUMN_FRAME_CHARS - 1);
    return own >= COLUMN_READABLE_CHARS || own >= (needed[i] as number);
  });
}

function formatLists(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  widthChars: number,
): string {
  const titleChars = Math.max(...head.map(visibleLength));
  const besideChars = widthChars - titleChars - LIST_GAP_CHARS;
  const isBeside = besideChars >= LIST_TEXT_MIN_CHARS;
  const indent = ' '.repeat(isBeside ? titleChars + LIST_GAP_CHARS : LIST_GAP_CHARS);
  const lists = rows.map((row) =>
    row.flatMap((cell, i) => {
      const title = head[i] as string;
      const texts = wrapText(cell, isBeside ? besideChars : widthChars - LIST_GAP_CHARS);
      if (!isBeside)
        return [...wrapText(title, widthChars).map(paint.bold), ...texts.map((text) => indent + text)];
      const gap = ' '.repeat(titleChars - visibleLength(title) + LIST_GAP_CHARS);
      return texts.map((text, line) => (line === 0 ? paint.bold(title) + gap : indent) + text);
    }),
  );
  return lists.map((list) => list.map((line) => line.trimEnd()).join('\n')).join('\n\n');
}

/** Every column gets what it needs; where that is too much, the widest give way first. */
export function columnWidths(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  widthChars: number,
): number[] {
  const needed = neededWidths(head, rows);
  const available = widthChars - 1 - head.length * COLUMN_FRAME_CHARS;
  let cap = Math.max(...needed);
  const total = (): number => needed.reduce((sum, width) => sum + Math.min(width, cap), 0);
  while (cap > COLUMN_MIN_CHARS && total() > available) cap -= 1;
  return needed.map((width) => Math.min(width, cap) + COLUMN_FRAME_CHARS - 1);
}

function neededWidths(head: readonly string[], rows: readonly (readonly string[])[]): number[] {
  return head.map((title, i) =>
    Math.max(COLUMN_MIN_CHARS, ...[title, ...rows.map((row) => row[i] ?? '')].map(longestLine)),
  );
}

function longestLine(text: string): number {
  return Math.max(...text.split('\n').map(visibleLength));
}

/** `1 row`, `2 rows`, `1,000 rows`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
