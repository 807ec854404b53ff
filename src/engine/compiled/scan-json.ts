/**
 * Checks JSON values where they stand in an answer's bytes, without making anything of them. A scan begins at a
 * value's first byte and gives the position after its last, or `NOT_PLAIN` for whatever is not JSON or not of the
 * type meant. Bytes beyond the end read as `undefined`, which no comparison takes for a part of a value.
 */
import type { InstanceTable } from './instance-table.ts';

/**
 * @param tables where scans of objects that are looked into note what they meet; others leave it alone.
 * @param text the same bytes, for patterns.
 */
export type Scan = (bytes: Uint8Array, at: number, tables: readonly InstanceTable[], text: Text) => number;

/** Bytes that can be matched by a pattern. */
export interface Text {
  /** @param pattern sticky. @returns the position after what it takes at `at`; NOT_PLAIN where it takes nothing. */
  match(pattern: RegExp, at: number): number;
}

/** How a value is checked: by a scan, and by a pattern that is quicker and takes most of what the scan does. */
export interface Check {
  readonly scan: Scan;
  /**
   * `null` where there is none. Takes nothing that the scan does not, where a value ends behind it: to look at what
   * follows each number would take a third more than all else.
   */
  readonly pattern: string | null;
}

export const NOT_PLAIN = -1;

export const BYTE = {
  QUOTE: 0x22,
  PLUS: 0x2b,
  COMMA: 0x2c,
  MINUS: 0x2d,
  POINT: 0x2e,
  ZERO: 0x30,
  NINE: 0x39,
  COLON: 0x3a,
  UPPER_E: 0x45,
  OPENING_BRACKET: 0x5b,
  BACKSLASH: 0x5c,
  CLOSING_BRACKET: 0x5d,
  LOWER_E: 0x65,
  LOWER_N: 0x6e,
  LOWER_U: 0x75,
  OPENING_BRACE: 0x7b,
  CLOSING_BRACE: 0x7d,
} as const;

const SPACE = 0x20;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

/** What may stand behind a backslash, but for `u`. */
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));

const INT_MAX = 2 ** 31 - 1;
/** A number of fewer characters without an exponent is finite, whatever they are. */
const FINITE_LENGTH_MAX = 300;
/** Deeper values are left to a parser: a scan recurses. */
const DEPTH_MAX = 100;

/** @returns the position of the first byte that is not white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let next = at;
  for (;;) {
    const byte = bytes[next] as number;
    if (!(byte <= SPACE) || !(byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09)) return next;
    next += 1;
  }
}

/** @returns whether `word` stands at `at`. */
export function matches(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i += 1) if (bytes[at + i] !== word[i]) return false;
  return true;
}

export function scanNull(bytes: Uint8Array, at: number): number {
  return matches(bytes, at, NULL) ? at + NULL.length : NOT_PLAIN;
}

export function scanBoolean(bytes: Uint8Array, at: number): number {
  if (matches(bytes, at, TRUE)) return at + TRUE.length;
  return matches(bytes, at, FALSE) ? at + FALSE.length : NOT_PLAIN;
}

/** An integer of 32 bits, written without fraction and exponent. */
export function scanInt(bytes: Uint8Array, at: number): number {
  const isNegative = bytes[at] === BYTE.MINUS;
  const first = isNegative ? at + 1 : at;
  let value = 0;
  let next = first;
  for (;;) {
    const byte = bytes[next] as number;
    if (!(byte >= BYTE.ZERO && byte <= BYTE.NINE)) break;
    value = value * 10 + (byte - BYTE.ZERO);
    if (value > INT_MAX) return NOT_PLAIN;
    next += 1;
  }
  if (next === first || (bytes[first] === BYTE.ZERO && (next > first + 1 || isNegative))) return NOT_PLAIN;
  const after = bytes[next];
  return after === BYTE.POINT || after === BYTE.LOWER_E || after === BYTE.UPPER_E ? NOT_PLAIN : next;
}

/** A finite number, however it is written. */
export function scanFloat(bytes: Uint8Array, at: number): number {
  const first = bytes[at] === BYTE.MINUS ? at + 1 : at;
  let next = skipDigits(bytes, first);
  if (next === first || (bytes[first] === BYTE.ZERO && next > first + 1)) return NOT_PLAIN;
  if (bytes[next] === BYTE.POINT) {
    const fraction = next + 1;
    next = skipDigits(bytes, fraction);
    if (next === fraction) return NOT_PLAIN;
  }
  const mark = bytes[next];
  if (mark === BYTE.LOWER_E || mark === BYTE.UPPER_E) return scanExponent(bytes, at, next);
  return next - at > FINITE_LENGTH_MAX ? NOT_PLAIN : next;
}

function scanExponent(bytes: Uint8Array, start: number, mark: number): number {
  const sign = bytes[mark + 1];
  const first = sign === BYTE.PLUS || sign === BYTE.MINUS ? mark + 2 : mark + 1;
  const end = skipDigits(bytes, first);
  if (end === first) return NOT_PLAIN;
  return Number.isFinite(Number(textOf(bytes, start, end))) ? end : NOT_PLAIN;
}

function skipDigits(bytes: Uint8Array, at: number): number {
  let next = at;
  for (;;) {
    const byte = bytes[next] as number;
    if (!(byte >= BYTE.ZERO && byte <= BYTE.NINE)) return next;
    next += 1;
  }
}

/** That the bytes are UTF-8 is checked for an answer as a whole. */
export function scanString(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== BYTE.QUOTE) return NOT_PLAIN;
  let next = at + 1;
  for (;;) {
    const byte = bytes[next] as number;
    if (byte === BYTE.QUOTE) return next + 1;
    if (byte === BYTE.BACKSLASH) {
      next = scanEscape(bytes, next + 1);
      if (next === NOT_PLAIN) return NOT_PLAIN;
    } else if (byte >= SPACE) next += 1;
    else return NOT_PLAIN;
  }
}

function scanEscape(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] as number;
  if (byte !== BYTE.LOWER_U) return ESCAPED.has(byte) ? at + 1 : NOT_PLAIN;
  for (let i = 1; i <= 4; i += 1) if (!isHexDigit(bytes[at + i] as number)) return NOT_PLAIN;
  return at + 5;
}

function isHexDigit(byte: number): boolean {
  return (
    (byte >= BYTE.ZERO && byte <= BYTE.NINE) ||
    (byte >= 0x61 && byte <= 0x66) ||
    (byte >= 0x41 && byte <= 0x46)
  );
}

/** Any JSON value. */
export const scanAny: Scan = (bytes, at) => scanAnyWithin(bytes, at, DEPTH_MAX);

function scanAnyWithin(bytes: Uint8Array, at: number, depth: number): number {
  switch (bytes[at]) {
    case BYTE.QUOTE:
      return scanString(bytes, at);
    case BYTE.OPENING_BRACE:
      return depth === 0 ? NOT_PLAIN : scanAnyObject(bytes, at, depth - 1);
    case BYTE.OPENING_BRACKET:
      return depth === 0
        ? NOT_PLAIN
        : scanList(bytes, at, ANY_AT_DEPTH[depth - 1] as Scan, NO_TABLES, NO_TEXT);
    case BYTE.LOWER_N:
      return scanNull(bytes, at);
    case TRUE[0]:
    case FALSE[0]:
      return scanBoolean(bytes, at);
    default:
      return scanFloat(bytes, at);
  }
}

const NO_TABLES: readonly InstanceTable[] = [];
const NO_TEXT: Text = { match: () => NOT_PLAIN };
const ANY_AT_DEPTH: readonly Scan[] = Array.from(
  { length: DEPTH_MAX },
  (_, depth): Scan =>
    (bytes, at) =>
      scanAnyWithin(bytes, at, depth),
);

function scanAnyObject(bytes: Uint8Array, at: number, depth: number): number {
  let next = skipSpace(bytes, at + 1);
  if (bytes[next] === BYTE.CLOSING_BRACE) return next + 1;
  for (;;) {
    next = scanString(bytes, next);
    if (next === NOT_PLAIN) return NOT_PLAIN;
    next = skipSpace(bytes, next);
    if (bytes[next] !== BYTE.COLON) return NOT_PLAIN;
    next = scanAnyWithin(bytes, skipSpace(bytes, next + 1), depth);
    if (next === NOT_PLAIN) return NOT_PLAIN;
    next = skipSpace(bytes, next);
    if (bytes[next] === BYTE.CLOSING_BRACE) return next + 1;
    if (bytes[next] !== BYTE.COMMA) return NOT_PLAIN;
    next = skipSpace(bytes, next + 1);
  }
}

/** A list whose items `item` checks. */
export function scanList(
  bytes: Uint8Array,
  at: number,
  item: Scan,
  tables: readonly InstanceTable[],
  text: Text,
): number {
  if (bytes[at] !== BYTE.OPENING_BRACKET) return NOT_PLAIN;
  let next = skipSpace(bytes, at + 1);
  if (bytes[next] === BYTE.CLOSING_BRACKET) return next + 1;
  for (;;) {
    next = item(bytes, next, tables, text);
    if (next === NOT_PLAIN) return NOT_PLAIN;
    next = skipSpace(bytes, next);
    if (bytes[next] === BYTE.CLOSING_BRACKET) return next + 1;
    if (bytes[next] !== BYTE.COMMA) return NOT_PLAIN;
    next = skipSpace(bytes, next + 1);
  }
}

export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}
