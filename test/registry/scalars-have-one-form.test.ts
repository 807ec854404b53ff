import fc from 'fast-check';
import type { GraphQLScalarType } from 'graphql';
import { parseValue } from 'graphql';
import { GraphQLDateTime as ReferenceDateTime, GraphQLUUID as ReferenceUUID } from 'graphql-scalars';
import { describe, expect, it } from 'vitest';
import {
  GraphQLBigInt,
  GraphQLByte,
  GraphQLDateTime,
  GraphQLDecimal,
  GraphQLJSON,
  GraphQLUUID,
  GraphQLVector,
} from '../../src/registry/scalars.ts';

function literal(scalar: GraphQLScalarType, text: string): unknown {
  return scalar.parseLiteral(parseValue(text), {});
}

const ACCEPTED: readonly (readonly [GraphQLScalarType, unknown, unknown])[] = [
  [GraphQLBigInt, '12345678901234567890123', '12345678901234567890123'],
  [GraphQLBigInt, 7, '7'],
  [GraphQLBigInt, 9007199254740993n, '9007199254740993'],
  [GraphQLBigInt, '-0', '0'],
  [GraphQLDecimal, '1.10', '1.10'],
  [GraphQLDecimal, 2.5, '2.5'],
  [GraphQLDateTime, '2013-03-31T23:00:00+02:00', '2013-03-31T21:00:00.000Z'],
  [GraphQLDateTime, new Date(0), '1970-01-01T00:00:00.000Z'],
  [GraphQLUUID, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  [GraphQLByte, Buffer.from('hi'), 'aGk='],
  [GraphQLJSON, { a: [1, null] }, { a: [1, null] }],
  [GraphQLVector, [0.5, 1], [0.5, 1]],
];

const REFUSED: readonly (readonly [GraphQLScalarType, unknown, RegExp])[] = [
  [GraphQLBigInt, 1.5, /BigInt: expected BigInt .*, got 1.5/],
  [GraphQLBigInt, 2 ** 53, /BigInt: expected/],
  [GraphQLBigInt, '1e3', /got "1e3"/],
  [GraphQLBigInt, true, /got true/],
  [GraphQLDecimal, 'NaN', /got "NaN"/],
  [GraphQLDecimal, Number.POSITIVE_INFINITY, /got Infinity/],
  [GraphQLDateTime, '2013-03-31T23:00:00', /ISO 8601 with a zone/],
  [GraphQLDateTime, '2013-02-30T00:00:00Z', /ISO 8601/],
  [GraphQLDateTime, 1364770800000, /got 1364770800000/],
  [GraphQLUUID, 'a0eebc99', /expected UUID/],
  [GraphQLByte, 'a', /base64/],
  [GraphQLVector, [1, 'x'], /finite 32-bit float/],
  [GraphQLVector, 5, /expected a list of numbers, got 5/],
];

describe('a scalar', () => {
  it.each(ACCEPTED.map((row) => [row[0].name, row[1], row] as const))('%s takes %s', (_, __, row) => {
    const [scalar, given, canonical] = row;
    expect(scalar.parseValue(given)).toEqual(canonical);
    expect(scalar.serialize(scalar.parseValue(given))).toEqual(canonical);
  });

  it.each(REFUSED.map((row) => [row[0].name, row[1], row] as const))('%s refuses %s', (_, __, row) => {
    const [scalar, given, message] = row;
    expect(() => scalar.parseValue(given)).toThrow(message);
  });

  it('takes a literal as it takes a variable, and rounds no digit of it', () => {
    expect(literal(GraphQLBigInt, '12345678901234567890123')).toBe('12345678901234567890123');
    expect(literal(GraphQLBigInt, '"5"')).toBe('5');
    expect(literal(GraphQLDecimal, '1.100000000000000000001')).toBe('1.100000000000000000001');
    expect(literal(GraphQLJSON, '{a: [1, true, "x", null]}')).toEqual({ a: [1, true, 'x', null] });
    expect(literal(GraphQLVector, '[1, 0.5]')).toEqual([1, 0.5]);
    expect(() => literal(GraphQLBigInt, '1.5')).toThrow(/BigInt/);
    expect(() => literal(GraphQLUUID, 'word')).toThrow(/quoted text, got the word word/);
  });

  it("serves what a team's resolver gives in the same form as what is stored", () => {
    expect(GraphQLBigInt.serialize(5)).toBe('5');
    expect(GraphQLBigInt.serialize(5n)).toBe('5');
    expect(GraphQLDateTime.serialize(new Date(5))).toBe('1970-01-01T00:00:00.005Z');
    expect(GraphQLDateTime.serialize('2013-03-31T23:00:00Z')).toBe('2013-03-31T23:00:00.000Z');
    expect(GraphQLVector.serialize(Float32Array.of(0.5, 2))).toEqual([0.5, 2]);
    expect(() => GraphQLDateTime.serialize('soon')).toThrow(/DateTime: expected/);
  });

  it('takes only moments and UUIDs that graphql-scalars, whose names they have, takes too', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true }),
        fc.uuid(),
        (date, uuid) => {
          const moment = GraphQLDateTime.parseValue(date.toISOString());
          expect(ReferenceDateTime.parseValue(moment)).toEqual(date);
          expect(ReferenceUUID.parseValue(GraphQLUUID.parseValue(uuid.toUpperCase()))).toBe(uuid);
        },
      ),
      { seed: 7 },
    );
  });
});
