import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson } from '../../gateway/http/read-json.ts';
import { NOT_PLAIN, readPlainJson } from '../../gateway/http/read-plain-json.ts';

const NESTING_MAX = 64;
const asKnown = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_PLAIN;
  }
};

/** JSON with spaces where it may have them, and characters written as escapes. */
function spread(json: string, spaces: readonly string[], escapes: boolean): string {
  let turn = 0;
  const space = (): string => spaces[turn++ % spaces.length] as string;
  return json.replace(/"(?:[^"\\]|\\.)*"|[[\]{}:,]/g, (part) => {
    if (part[0] !== '"') return `${space()}${part}${space()}`;
    return escapes
      ? part.replace(/[a-z_](?![^\\]*\\)/, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : part;
  });
}

const spaces = fc.array(fc.constantFrom('', ' ', '\n', '\t\r', '  '), { minLength: 1, maxLength: 5 });
const json = fc
  .tuple(fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }), spaces, fc.boolean())
  .map(([value, between, escapes]) => spread(JSON.stringify(value), between, escapes))
  // They are refused.
  .filter((text) => !/__proto__|\\u005f/.test(text));

describe('A body of JSON', () => {
  test('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(json, (text) => {
        expect(readJson(text)).toStrictEqual(JSON.parse(text));
        expect(readPlainJson(text, NESTING_MAX)).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('is JSON or refused, whatever is changed in it', () => {
    const place = fc.nat();
    const change = fc.constantFrom(
      '',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '-',
      '.',
      'e',
      '\u0001',
      'true',
      ' ',
    );
    fc.assert(
      fc.property(json, place, change, fc.nat({ max: 2 }), (text, at, put, taken) => {
        const start = at % (text.length + 1);
        const changed = text.slice(0, start) + put + text.slice(start + taken);
        const plain = readPlainJson(changed, NESTING_MAX);
        if (plain !== NOT_PLAIN) expect(plain).toStrictEqual(asKnown(changed));
        else if (asKnown(changed) !== NOT_PLAIN) {
          // Only these are JSON and not plain.
          expect(() => readJson(changed)).toThrow(/same key twice|__proto__/);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    '-0',
    '1e999',
    '-1.5E+3',
    '0.1',
    '123456789012345678901234567890',
    'null',
    '"\\ud800"',
    ' [ ] ',
    '{ }',
  ])('is read alike where it is no more than %s', (text) => {
    expect(readPlainJson(text, NESTING_MAX)).toStrictEqual(JSON.parse(text));
  });

  test.each([
    '',
    ' ',
    '01',
    '+1',
    '.5',
    '1.',
    'tru',
    'truer',
    "'a'",
    '"a',
    '"a\\"',
    '"\n"',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '1 2',
    '[1 2]',
    'NaN',
    '\u00a01',
    '"\\x41"',
  ])('is refused where it is %j', (text) => {
    expect(readPlainJson(text, NESTING_MAX)).toBe(NOT_PLAIN);
    expect(() => readJson(text)).toThrow(/not JSON|is empty/);
  });

  test('may nest so deep and no deeper', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(readPlainJson(nested(NESTING_MAX), NESTING_MAX)).toStrictEqual(JSON.parse(nested(NESTING_MAX)));
    expect(readPlainJson(nested(NESTING_MAX + 1), NESTING_MAX)).toBe(NOT_PLAIN);
    expect(() => readJson(nested(NESTING_MAX + 1))).toThrow(/nests more than 64/);
    expect(() => readJson('{"a":'.repeat(100_000))).toThrow();
  });
});
