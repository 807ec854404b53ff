import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureType, ScalarName } from '../../src/core/feature-type.ts';
import { describeReceived, isValueProblem, parseFeatureValue } from '../../src/core/feature-value.ts';

const scalar = (name: ScalarName, maxBytes = 256): FeatureType => ({ kind: 'scalar', name, maxBytes });
const json = (type: FeatureType, value: unknown): string => {
  const parsed = parseFeatureValue(type, value);
  if (isValueProblem(parsed))
    throw new Error(`expected ${parsed.expected}, got ${parsed.received} at ${parsed.at}`);
  return parsed.json;
};

describe('a value that fits its type is stored as canonical JSON', () => {
  const accepted: [ScalarName, unknown, string][] = [
    ['Int', 5, '5'],
    ['Int', -(2 ** 31), '-2147483648'],
    ['Int', 7n, '7'],
    ['Int', -0, '0'],
    ['Float', 1, '1'],
    ['Float', 0.1, '0.1'],
    ['Float', 1e300, '1e+300'],
    ['Boolean', true, 'true'],
    ['String', 'a"b\n', '"a\\"b\\n"'],
    ['String', '', '""'],
    ['ID', 'N14228', '"N14228"'],
    ['ID', 12, '"12"'],
    ['BigInt', '9007199254740993', '"9007199254740993"'],
    ['BigInt', 12, '"12"'],
    ['BigInt', -5n, '"-5"'],
    ['Decimal', '12.50', '"12.50"'],
    ['DateTime', '2013-04-01T06:00:00+02:00', '"2013-04-01T04:00:00.000Z"'],
    ['DateTime', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['DateTime', '2012-02-29T00:00:00Z', '"2012-02-29T00:00:00.000Z"'],
    ['UUID', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"'],
    ['Byte', new Uint8Array([1, 2, 3]), '"AQID"'],
    ['Byte', 'AQID', '"AQID"'],
    ['JSON', { a: [1, null] }, '{"a":[1,null]}'],
  ];
  it.each(accepted)('%s %s', (name, value, expected) => {
    expect(json(scalar(name), value)).toBe(expected);
  });

  it('null is stored as null, for every type', () => {
    expect(json(scalar('Int'), null)).toBe('null');
    expect(json({ kind: 'list', of: scalar('Int'), itemsNonNull: true, maxItems: 2 }, null)).toBe('null');
  });

  it('the same double always has the same text, and comes back as the same double', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (value) => JSON.parse(json(scalar('Float'), value)) === value || value === 0,
      ),
      { numRuns: 2000 },
    );
  });
});

describe('a value that does not fit is refused with what was expected and what came', () => {
  const refused: [ScalarName, unknown][] = [
    ['Int', 2 ** 31],
    ['Int', 1.5],
    ['Int', '5'],
    ['Int', true],
    ['Int', Number.NaN],
    ['Float', Number.NaN],
    ['Float', Number.POSITIVE_INFINITY],
    ['Float', '1.5'],
    ['Boolean', 1],
    ['String', 5],
    ['String', '\udc00'],
    ['String', 'x'.repeat(300)],
    ['ID', 1.5],
    ['BigInt', 1.5],
    ['BigInt', '1e5'],
    ['BigInt', 2 ** 60],
    ['Decimal', 'a'],
    ['Decimal', '01'],
    ['DateTime', '2013-04-01'],
    ['DateTime', '2013-04-01T00:00:00'],
    ['DateTime', '2013-02-30T00:00:00Z'],
    ['DateTime', 1364774400],
    ['DateTime', new Date(Number.NaN)],
    ['UUID', 'abc'],
    ['Byte', 'ab'],
    ['Byte', 'a*=='],
    ['JSON', 5n],
  ];
  it.each(refused)('%s %s', (name, value) => {
    const parsed = parseFeatureValue(scalar(name), value);
    expect(parsed).toHaveProperty('expected');
    expect(parsed).toHaveProperty('received');
  });

  it('inside lists and structs, with the place', () => {
    const wind: FeatureType = {
      kind: 'struct',
      name: 'Wind',
      fields: [
        { name: 'speedMph', type: scalar('Float'), nonNull: true },
        { name: 'gustMph', type: scalar('Float'), nonNull: false },
      ],
    };
    const list: FeatureType = { kind: 'list', of: wind, itemsNonNull: true, maxItems: 2 };
    expect(json(list, [{ speedMph: 5 }])).toBe('[{"speedMph":5,"gustMph":null}]');
    expect(parseFeatureValue(list, [{ speedMph: 5 }, { speedMph: 'x' }])).toMatchObject({
      at: '[1].speedMph',
    });
    expect(parseFeatureValue(list, [{ gustMph: 5 }])).toMatchObject({ at: '[0].speedMph', received: 'null' });
    expect(parseFeatureValue(list, [{ speedMph: 5, other: 1 }])).toMatchObject({ at: '[0].other' });
    expect(parseFeatureValue(list, [null])).toMatchObject({ at: '[0]', received: 'null' });
    expect(parseFeatureValue(list, [{ speedMph: 1 }, { speedMph: 1 }, { speedMph: 1 }])).toMatchObject({
      expected: 'at most 2 items',
    });
    expect(parseFeatureValue(wind, JSON.parse('{"__proto__": {"speedMph": 1}}'))).toMatchObject({
      at: '.__proto__',
    });
  });

  it('vectors have their dimension and finite 32-bit floats', () => {
    const vector: FeatureType = { kind: 'vector', dim: 2, element: 'F32' };
    expect(json(vector, [1, 0.5])).toBe('[1,0.5]');
    expect(parseFeatureValue(vector, [1])).toMatchObject({ expected: '2 numbers' });
    expect(parseFeatureValue(vector, [1, 1e300])).toMatchObject({ at: '[1]' });
  });

  it('with what came told shortly and without control characters', () => {
    expect(describeReceived('a\u001b[31m\nb')).toBe('"a\\u001b[31m\\nb"');
    expect(describeReceived('x'.repeat(1000)).length).toBeLessThan(50);
  });
});
