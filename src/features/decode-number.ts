/** Reads a number from the bytes of its JSON text: the usual ones digit by digit, without making a text first. */
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** Powers of ten up to here are exact as doubles, so one division by them rounds as reading the text would. */
const DECIMALS_MAX = 22;
const POWERS_OF_TEN = Array.from({ length: DECIMALS_MAX + 1 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * @param bytes the text is a JSON number from `start` to before `end`.
 * @returns the very double that `JSON.parse` gives.
 */
export function decodeNumber(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS;
  let digits = 0;
  let pointAt = -1;
  for (let at = isNegative ? start + 1 : start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === POINT && pointAt < 0) {
      pointAt = at;
      continue;
    }
    const digit = byte - ZERO;
    // An exponent, most likely.
    if (digit < 0 || digit > 9) return JSON.parse(textOf(bytes, start, end)) as number;
    digits = digits * 10 + digit;
  }
  const decimals = pointAt < 0 ? 0 : end - 1 - pointAt;
  // Beyond this the digits themselves are rounded already, and would be rounded twice.
  if (digits > Number.MAX_SAFE_INTEGER || decimals > DECIMALS_MAX)
    return JSON.parse(textOf(bytes, start, end)) as number;
  const size = decimals === 0 ? digits : digits / (POWERS_OF_TEN[decimals] as number);
  return isNegative ? -size : size;
}

export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
