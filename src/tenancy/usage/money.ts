/** Exact amounts of money: whole numbers of billionths, so that nothing is lost until a bill's line is rounded. */
export type Billionths = bigint;

const DIGITS = 9;
const AMOUNT = /^(\d{1,12})(?:\.(\d{1,6}))?$/;

/** @param text `12` or `0.000125`: at most six decimals. @returns `undefined` for anything else. */
export function parseAmount(text: string): Billionths | undefined {
  const match = AMOUNT.exec(text);
  if (match === null) return undefined;
  return BigInt(`${match[1]}${(match[2] ?? '').padEnd(DIGITS, '0')}`);
}

/** Half a step goes up. @param decimals of the currency. */
export function roundAmount(amount: Billionths, decimals: number): Billionths {
  const step = 10n ** BigInt(DIGITS - decimals);
  return ((amount + step / 2n) / step) * step;
}

/** @param amount rounded to so many decimals. */
export function formatAmount(amount: Billionths, decimals: number): string {
  const digits = amount.toString().padStart(DIGITS + 1, '0');
  const whole = digits.slice(0, -DIGITS);
  return decimals === 0 ? whole : `${whole}.${digits.slice(-DIGITS).slice(0, decimals)}`;
}
