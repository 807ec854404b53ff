import { describe, expect, it } from 'vitest';
import {
  type FeatureType,
  type ScalarName,
  storedTypeFits,
  typeSignature,
} from '../../src/core/feature-type.ts';

const scalar = (name: ScalarName): FeatureType => ({ kind: 'scalar', name, maxBytes: 256 });
const list = (of: FeatureType, itemsNonNull: boolean, maxItems = 5): FeatureType => ({
  kind: 'list',
  of,
  itemsNonNull,
  maxItems,
});
const choice = (...values: string[]): FeatureType => ({ kind: 'enum', name: 'E', values });

describe('a stored value is served under a newer type only when its bytes fit unchanged', () => {
  const cases: [string, FeatureType, FeatureType, boolean][] = [
    ['Int as Float', scalar('Int'), scalar('Float'), true],
    ['Float as Int', scalar('Float'), scalar('Int'), false],
    ['String as ID', scalar('String'), scalar('ID'), true],
    ['Int as BigInt (a number is not a string)', scalar('Int'), scalar('BigInt'), false],
    ['BigInt as String', scalar('BigInt'), scalar('String'), true],
    ['anything as JSON', list(scalar('Int'), true), scalar('JSON'), true],
    ['a vector as JSON', { kind: 'vector', dim: 2, element: 'F32' }, scalar('JSON'), false],
    ['enum with more values', choice('A'), choice('A', 'B'), true],
    ['enum with fewer values', choice('A', 'B'), choice('A'), false],
    ['enum as String', choice('A'), scalar('String'), true],
    ['list of nullable items as non-null', list(scalar('Int'), false), list(scalar('Int'), true), false],
    ['list of non-null items as nullable', list(scalar('Int'), true), list(scalar('Float'), false), true],
    ['scalar as list', scalar('Int'), list(scalar('Int'), false), false],
    [
      'vector of another dimension',
      { kind: 'vector', dim: 2, element: 'F32' },
      { kind: 'vector', dim: 3, element: 'F32' },
      false,
    ],
    [
      'struct with a new nullable field',
      { kind: 'struct', name: 'S', fields: [{ name: 'a', type: scalar('Int'), nonNull: true }] },
      {
        kind: 'struct',
        name: 'S',
        fields: [
          { name: 'a', type: scalar('Int'), nonNull: true },
          { name: 'b', type: scalar('Int'), nonNull: false },
        ],
      },
      true,
    ],
    [
      'struct with a new non-null field',
      { kind: 'struct', name: 'S', fields: [] },
      { kind: 'struct', name: 'S', fields: [{ name: 'b', type: scalar('Int'), nonNull: true }] },
      false,
    ],
  ];
  it.each(cases)('%s', (_name, stored, current, fits) => {
    expect(storedTypeFits(stored, current)).toBe(fits);
  });

  it('bounds are no part of a signature, everything that decides the bytes is', () => {
    expect(typeSignature(list(scalar('Int'), true, 5))).toBe(typeSignature(list(scalar('Int'), true, 9)));
    expect(typeSignature(list(scalar('Int'), true))).not.toBe(typeSignature(list(scalar('Int'), false)));
    expect(typeSignature(choice('A'))).not.toBe(typeSignature(choice('B')));
  });
});
