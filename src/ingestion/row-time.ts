import { EVENT_TIME_MAX_AHEAD_MS, EVENT_TIME_MAX_MS, EVENT_TIME_MIN_MS } from '../core/bounds.ts';
import { formatDuration } from '../core/duration.ts';
import { describeReceived, toIsoDateTime } from '../core/feature-value.ts';
import { type RowProblem, rowProblem } from './row-problem.ts';

/**
 * A row's times: text with a zone in `eventTime`, or milliseconds in `eventTimeMs`, and the same for the created
 * time. A time in a wrong unit is the commonest mistake, and one that would poison a row for years, so it is named.
 */
export function readRowTime(
  record: Readonly<Record<string, unknown>>,
  column: 'eventTime' | 'createdTime',
  nowMs: number,
): number | undefined | RowProblem {
  const columnMs = `${column}Ms`;
  const text = Object.hasOwn(record, column) ? record[column] : undefined;
  const number = Object.hasOwn(record, columnMs) ? record[columnMs] : undefined;
  const hasText = text !== undefined && text !== null;
  const hasNumber = number !== undefined && number !== null;
  if (hasText && hasNumber)
    return rowProblem(
      'ROW_INVALID',
      column,
      `either ${column} or ${columnMs}`,
      'both',
      'Leave one of them out.',
    );
  if (hasText) return parseTimeText(text, column, nowMs);
  if (hasNumber) return parseTimeMs(number, columnMs, nowMs);
  return undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/;
const WITH_DAY = /^\d{4}-\d{2}-\d{2}[Tt ]/;

/** @returns what a text lacks of a moment, where it is one but for that. */
export function mendOfTimeText(text: string): string | null {
  if (DAY.test(text)) return 'A day is no moment: append a time and a zone, such as T00:00:00Z.';
  if (WITHOUT_ZONE.test(text)) return 'It has no zone: append Z for UTC, or an offset such as +02:00.';
  return WITH_DAY.test(text) ? 'There is no such day or time.' : null;
}

/** As many digits as a time since 1970 may have, in whatever unit. */
const NUMBER_TEXT = /^\d{9,19}$/;

/** @param value ISO 8601 text with a zone, or a `Date`. */
export function parseTimeText(value: unknown, column: string, nowMs: number): number | RowProblem {
  const iso = toIsoDateTime(value);
  if (iso !== undefined) return boundTime(Date.parse(iso), column, nowMs);
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || NUMBER_TEXT.test(String(value));
  const mend = isNumber
    ? `A number of milliseconds goes in ${column}Ms.`
    : mendOfTimeText(typeof value === 'string' ? value : '');
  return rowProblem(
    'ROW_INVALID',
    column,
    'a time in ISO 8601 with a zone, such as 2013-01-31T23:59:00Z',
    describeReceived(value),
    mend,
  );
}

/** @param value milliseconds since 1970. */
export function parseTimeMs(value: unknown, column: string, nowMs: number): number | RowProblem {
  const timeMs = typeof value === 'bigint' ? Number(value) : value;
  if (typeof timeMs !== 'number' || !Number.isFinite(timeMs)) {
    return rowProblem(
      'ROW_INVALID',
      column,
      'milliseconds since 1970, as a number',
      describeReceived(value),
      typeof value === 'string' ? `Text goes in ${column.replace(/Ms$/, '')}, as ISO 8601.` : null,
    );
  }
  const bounded = boundTime(timeMs, column, nowMs);
  if (typeof bounded !== 'number' || Number.isInteger(bounded)) return bounded;
  return rowProblem('ROW_INVALID', column, 'a whole number of milliseconds', describeReceived(value));
}

function boundTime(timeMs: number, column: string, nowMs: number): number | RowProblem {
  if (timeMs < EVENT_TIME_MIN_MS || timeMs > EVENT_TIME_MAX_MS) {
    return rowProblem(
      'EVENT_TIME_REFUSED',
      column,
      'a time between the years 1971 and 2200, in milliseconds since 1970',
      describeTime(timeMs),
      guessUnit(timeMs),
    );
  }
  const latestMs = nowMs + EVENT_TIME_MAX_AHEAD_MS;
  if (timeMs > latestMs) {
    return rowProblem(
      'EVENT_TIME_REFUSED',
      column,
      `at most ${formatDuration(EVENT_TIME_MAX_AHEAD_MS)} ahead of the clock, so until ${new Date(latestMs).toISOString()}`,
      describeTime(timeMs),
      "It would hide every later value. Look at the sender's clock and time zone, and at the clock of who takes it.",
    );
  }
  return timeMs;
}

function guessUnit(timeMs: number): string {
  if (fitsAs(timeMs * 1000))
    return `It looks like seconds, of ${describeTime(timeMs * 1000)}: multiply by 1000.`;
  if (fitsAs(timeMs / 1000))
    return `It looks like microseconds, of ${describeTime(timeMs / 1000)}: divide by 1000.`;
  if (fitsAs(timeMs / 1_000_000))
    return `It looks like nanoseconds, of ${describeTime(timeMs / 1_000_000)}: divide by 1000000.`;
  if (timeMs >= 0 && timeMs < EVENT_TIME_MIN_MS)
    return 'A time in or near 1970 usually means that it was never set: leave such rows out.';
  return 'Look at the unit and the year.';
}

function fitsAs(timeMs: number): boolean {
  return timeMs >= EVENT_TIME_MIN_MS && timeMs <= EVENT_TIME_MAX_MS;
}

/** Largest distance from 1970 that a `Date` can say, in ms. */
const DATE_MAX_MS = 8.64e15;

function describeTime(timeMs: number): string {
  return Math.abs(timeMs) <= DATE_MAX_MS ? new Date(timeMs).toISOString() : `${timeMs} ms`;
}
