import type { ErrorCode } from '../core/errors.ts';

/**
 * What is wrong with one value of one row, told so that the one who pushed it can mend it. Every text in it is
 * safe to print: what came from the row is cut, and line breaks and terminal escapes are written as `\u…`.
 */
export interface RowProblem {
  readonly code: ErrorCode;
  /** The column, with the place inside a list or struct: `recentStops[3].name`; `null` for the row as a whole. */
  readonly column: string | null;
  readonly expected: string;
  readonly received: string;
  /** What to do, where it is not plain from `expected`. */
  readonly mend: string | null;
}

/** The problems of one row of the file or call. */
export interface RowReport {
  /** 1 for the first. In NDJSON it is the line. */
  readonly rowNumber: number;
  /** `null` where the row does not have one. */
  readonly entityKey: string | null;
  readonly problems: readonly RowProblem[];
}

/** Longest text of a problem, in characters: a table cell, and too short to carry a document away. */
const PROBLEM_TEXT_MAX_CHARS = 300;

export function rowProblem(
  code: ErrorCode,
  column: string | null,
  expected: string,
  received: string,
  mend: string | null = null,
): RowProblem {
  return {
    code,
    column: column === null ? null : printable(column),
    expected: printable(expected),
    received: printable(received),
    mend: mend === null ? null : printable(mend),
  };
}

/** One line for people: `seats: expected Int (32 bits), got "many"`. */
export function describeRowProblem(problem: RowProblem): string {
  const place = problem.column === null ? '' : `${problem.column}: `;
  const mend = problem.mend === null ? '' : ` ${problem.mend}`;
  return `${place}expected ${problem.expected}, got ${problem.received}.${mend}`;
}

// Controls (C0, DEL, C1), line and paragraph separators, and the marks that turn the direction of what follows.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** @returns the text cut and with nothing in it that a terminal or a log would act on. */
export function printable(text: string): string {
  const cut =
    text.length > PROBLEM_TEXT_MAX_CHARS ? `${text.slice(0, PROBLEM_TEXT_MAX_CHARS).toWellFormed()}…` : text;
  return cut.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
