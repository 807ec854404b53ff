import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FeatureType, SCALAR_NAMES, storedTypeFits } from '../../src/core/feature-type.ts';
import { isValueProblem, parseFeatureValue } from '../../src/core/feature-value.ts';
import { segmentIndexes } from '../../src/stores/layout-mapping.ts';
import { encodeRow, segmentOf, verifyRow } from '../../src/stores/row-format.ts';
import { LONG } from './arbitrary-rows.ts';

const RUNS = { numRuns: LONG ? 50_000 : 2000, seed: 20_260_105 };
const ADDRESS = { namespace: 'default', block: 'fleet.Aircraft', view: 7, entityKey: 'N102UW' };
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

const scalars: FeatureType[] = SCALAR_NAMES.map((name) => ({ kind: 'scalar', name, maxBytes: 64 }));
const struct = (nonNull: boolean, extra: boolean): FeatureType => ({
  kind: 'struct',
  name: 'S',
  fields: [
    { name: 'x', type: scalars[0] as FeatureType, nonNull },
    ...(extra ? [{ name: 'y', type: scalars[2] as FeatureType, nonNull: false }] : []),
  ],
});
const types: FeatureType[] = [
  ...scalars,
  { kind: 'enum', name: 'E', values: ['A', 'B'] },
  { kind: 'enum', name: 'E', values: ['A', 'B', 'C'] },
  ...scalars.slice(0, 3).map((of): FeatureType => ({ kind: 'list', of, itemsNonNull: false, maxItems: 4 })),
  { kind: 'list', of: scalars[0] as FeatureType, itemsNonNull: true, maxItems: 4 },
  struct(false, false),
  struct(true, false),
  struct(false, true),
  { kind: 'vector', dim: 2, element: 'F32' },
  { kind: 'vector', dim: 3, element: 'F32' },
];

/** A value of each type, or null; canonical, as it is pushed. */
function sampleJson(type: FeatureType, pick: number): string {
  const candidates: unknown[] = [
    null,
    7,
    'A',
    true,
    '12',
    1.5,
    '2026-01-01T00:00:00Z',
    'YQ==',
    [1, null],
    [1, 2],
    ['x'],
  ];
  candidates.push([1, 2, 3], { x: 1 }, { x: null }, { x: 1, y: 'z' }, '01234567-89ab-cdef-0123-456789abcdef');
  const fitting = candidates
    .map((value) => parseFeatureValue(type, value))
    .filter((value) => !isValueProblem(value));
  return (fitting[pick % fitting.length] as { json: string }).json;
}

const layouts = fc
  .tuple(
    fc.subarray(NAMES),
    fc.array(fc.constantFrom(...types), { minLength: NAMES.length, maxLength: NAMES.length }),
  )
  .chain(([names, chosen]) =>
    fc.shuffledSubarray(names, { minLength: names.length }).map((shuffled) => ({
      id: 1,
      names: shuffled,
      types: shuffled.map((_, i) => chosen[i] as FeatureType),
    })),
  );

describe('a row of an older layout', () => {
  test('gives each feature its own value where the type still fits, and is absent elsewhere', () => {
    fc.assert(
      fc.property(
        layouts,
        layouts,
        fc.nat(100),
        fc.integer({ min: 0, max: 63 }),
        (stored, current, pick, absent) => {
          const values = stored.types.map((type, i) => sampleJson(type, pick + i));
          const row = encodeRow(ADDRESS, {
            eventTimeMs: 1,
            revision: 0,
            createdTimeMs: 1,
            layoutId: stored.id,
            tombstone: false,
            segments: values.map((json, i) => ((absent >> i) & 1 ? undefined : Buffer.from(json))),
          });
          expect(verifyRow(ADDRESS, row)).toBe(true);
          const indexes = segmentIndexes(stored, current);
          expect(indexes).toHaveLength(current.names.length);
          for (const [feature, name] of current.names.entries()) {
            const place = stored.names.indexOf(name);
            const type = current.types[feature] as FeatureType;
            const fits = place >= 0 && storedTypeFits(stored.types[place] as FeatureType, type);
            expect(indexes[feature]).toBe(fits ? place : -1);
            const segment = segmentOf(row, indexes[feature] as number);
            if (!fits || (absent >> place) & 1) {
              expect(segment).toBeUndefined();
              continue;
            }
            expect(String(segment)).toBe(values[place]);
            // What is served unchanged must be a value of the new type; a struct may lack a field that is nullable.
            const served = parseFeatureValue(type, JSON.parse(String(segment)));
            if (!hasUnknownStructField(stored.types[place] as FeatureType, type)) {
              expect(isValueProblem(served), `${name}: ${String(segment)} as ${JSON.stringify(type)}`).toBe(
                false,
              );
            }
          }
        },
      ),
      RUNS,
    );
  });

  test('of the same layout is read in its own order', () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        expect([...segmentIndexes(layout, layout)]).toEqual([...layout.names.keys()]);
      }),
      RUNS,
    );
  });

  test('a name that JavaScript knows is a name like any other', () => {
    const type = scalars[0] as FeatureType;
    expect([
      ...segmentIndexes(
        { names: ['a'], types: [type] },
        { names: ['__proto__', 'constructor', 'a'], types: [type, type, type] },
      ),
    ]).toEqual([-1, -1, 0]);
  });
});

/** A field that the new struct no longer has is left out when the answer is written, so the bytes may keep it. */
function hasUnknownStructField(stored: FeatureType, current: FeatureType): boolean {
  return (
    stored.kind === 'struct' &&
    current.kind === 'struct' &&
    stored.fields.some((field) => current.fields.every((other) => other.name !== field.name))
  );
}
