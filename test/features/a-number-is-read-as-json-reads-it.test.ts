import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeNumber } from '../../src/features/decode-number.ts';

/** Numbers are decoded digit by digit from a row's bytes: the double must be the one that JSON.parse gives. */
const SEED = 20_250_101;
const digit = fc.constantFrom(...'0123456789');
const NUM_RUNS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 1_000_000 : 20_000;

function decoded(text: string): number {
  // Bytes around it that would be read as part of it, were the bounds not kept.
  const bytes = Buffer.from(`9${text}9`, 'latin1');
  return decodeNumber(bytes, 1, bytes.length - 1);
}

describe('a number is read as JSON reads it', () => {
  test.each([
    '0',
    '-0',
    '7',
    '-7',
    '0.1',
    '-0.1',
    '0.000001',
    '1e21',
    '1E-7',
    '-1.5e+300',
    '5e-324',
    '1.7976931348623157e308',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '0.9007199254740993',
    '123456789012345678901234567890',
    '0.30000000000000004',
    '1.0000000000000000000000000000001',
    '2147483647',
    '-2147483648',
  ])('%s', (text) => {
    expect(decoded(text)).toBe(JSON.parse(text));
  });

  test('every double, as it is stored', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(double, (value) => Object.is(decoded(JSON.stringify(value)), value === 0 ? 0 : value)),
      { seed: SEED, numRuns: NUM_RUNS },
    );
  });

  test('every text of digits, however many and wherever the point stands', () => {
    const text = fc
      .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.string({ unit: digit, maxLength: 25 }))
      .map(
        ([isNegative, whole, decimals]) => `${isNegative ? '-' : ''}${whole}${decimals && `.${decimals}`}`,
      );
    fc.assert(
      fc.property(text, (given) => Object.is(decoded(given), JSON.parse(given))),
      { seed: SEED, numRuns: NUM_RUNS },
    );
  });
});
