/** Rows for the graph, made from a seed: values of every type, some null, some left out; odd texts; every age. */
import type { FeatureType } from '../../../src/core/feature-type.ts';
import type { View } from '../../../src/registry/registry.ts';

/** The moment of every request. */
export const NOW_MS = Date.UTC(2024, 5, 1, 12);
const MINUTE_MS = 60_000;

export type Random = () => number;

/** Texts that JSON, a key or a copy of four bytes at a time could stumble over. */
export const ODD_TEXTS: readonly string[] = [
  '"quoted" and \\back\\slashed\\',
  '\u0000\u0001\b\t\n\u001f\u007f',
  'a\u2028b\u2029c',
  '😀𝒳',
  'é',
  '</script>',
  'null',
  'x'.repeat(94),
  'x'.repeat(95),
  'y'.repeat(96),
  '"'.repeat(48),
  'ü'.repeat(120),
  'z'.repeat(1400),
];

export const SKUS: readonly string[] = [
  ...Array.from({ length: 10 }, (_, i) => `s${i}`),
  ...ODD_TEXTS.filter((text) => text.length < 60),
  'k'.repeat(500),
];
export const NUMBERS: readonly number[] = [0, -1, 1, 2, 13, 2 ** 31 - 1];
export const AISLES: readonly string[] = ['a', 'b', 'c d', 'x,y', '%'];
export const SHELVES: readonly number[] = [0, 1, -7];
export const MOMENTS: readonly string[] = ['2024-05-31T00:00:00.000Z', '2024-06-01T00:00:00.000Z'];
export const PARTS: readonly string[] = ['MORNING', 'NIGHT'];

/** What the entities of each type are known by. */
export const KEYS: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  Item: SKUS.map((sku) => ({ sku })),
  Person: NUMBERS.map((number) => ({ number })),
  Bay: AISLES.flatMap((aisle) => SHELVES.map((shelf) => ({ aisle, shelf }))),
  Day: MOMENTS.flatMap((at) => PARTS.map((part) => ({ at, part }))),
};

/** Values of features that lead somewhere, mostly to what is there. */
const LEADS: Readonly<Record<string, readonly unknown[]>> = {
  nextSku: [...SKUS, 'gone', ''],
  likesSku: SKUS,
  makerNumber: NUMBERS,
  likedByNumber: NUMBERS,
  metNumber: NUMBERS,
  keeperNumber: [...NUMBERS, 99],
  lastAisle: AISLES,
  lastShelf: SHELVES,
  lastSoldAt: MOMENTS,
  visits: [0, 3, 13, 1_000_000],
};

export interface MadeRow {
  readonly kind: 'row' | 'tombstone';
  /** The form of the files that it is written under. */
  readonly form: number;
  readonly record: Readonly<Record<string, unknown>>;
}

/** @param views the view in each form. @returns `null` where nothing was ever written. */
export function makeRow(
  random: Random,
  views: readonly View[],
  key: Readonly<Record<string, unknown>>,
): MadeRow | null {
  if (random() < 0.12) return null;
  const form = Math.floor(random() * views.length);
  const view = views[form] as View;
  const eventTimeMs = NOW_MS - ageOf(random, view);
  const isDeleted = random() < 0.06;
  const record: Record<string, unknown> = { ...key, eventTimeMs };
  if (isDeleted) return { kind: 'tombstone', form, record };
  for (const { name, field, type } of view.features) {
    const choice = random();
    if (choice < 0.12) continue;
    record[name] = choice < 0.22 ? null : featureValue(random, field, type);
  }
  return { kind: 'row', form, record };
}

/** Most are fresh, some just at the end of their life, some beyond. */
function ageOf(random: Random, { ttlMs }: View): number {
  const choice = random();
  if (choice < 0.6) return Math.floor(random() * 5 * MINUTE_MS);
  const lifeMs = ttlMs ?? 400 * 24 * 60 * MINUTE_MS;
  if (choice < 0.68) return lifeMs;
  return choice < 0.76 ? lifeMs + 1 : Math.floor(random() * 1.6 * lifeMs);
}

function featureValue(random: Random, field: string, type: FeatureType): unknown {
  const leads = LEADS[field];
  return leads === undefined ? makeValue(random, type) : pick(random, fitting(type, leads));
}

function makeValue(random: Random, type: FeatureType): unknown {
  switch (type.kind) {
    case 'enum':
      return pick(random, type.values);
    case 'vector':
      return Array.from({ length: type.dim }, () => pick(random, [0, -0, 1.5, 1e-30, 3.4e38, 0.1]));
    case 'list': {
      const length = Math.floor(random() * (type.maxItems + 1));
      return Array.from({ length }, () =>
        !type.itemsNonNull && random() < 0.2 ? null : makeValue(random, type.of),
      );
    }
    case 'struct':
      return Object.fromEntries(
        type.fields
          .filter(({ nonNull }) => nonNull || random() < 0.8)
          .map((field) => [
            field.name,
            !field.nonNull && random() < 0.15 ? null : makeValue(random, field.type),
          ]),
      );
    case 'scalar':
      return pick(random, fitting(type, SCALAR_VALUES[type.name] ?? []));
  }
}

/** Those that are not too long for the type. */
function fitting(type: FeatureType, values: readonly unknown[]): readonly unknown[] {
  if (type.kind !== 'scalar') return values;
  return values.filter((value) => Buffer.byteLength(JSON.stringify(value)) <= type.maxBytes);
}

const SCALAR_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  Int: [0, -1, 7, 12, 13, 250, 1234, 99_999, 2 ** 31 - 1, -(2 ** 31)],
  Float: [0, -0, 0.1, 1e21, 5e-324, 1.7976931348623157e308, 123456.789, -2.5, 1e-7, 2 ** 53],
  String: ['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'true', '12', ...ODD_TEXTS],
  Boolean: [true, false],
  ID: ['', '7', 'id', ...ODD_TEXTS.slice(0, 6)],
  BigInt: ['0', '-5', '123456789012345678901234567890'],
  Decimal: ['0', '-1.50', '12345678901234567890.000000001'],
  DateTime: MOMENTS,
  UUID: ['6b2c7f3e-0f5a-4c1e-9b1d-2f1f6c9f7a10'],
  Byte: ['', 'AA==', 'QUJDREVGRw=='],
  JSON: [
    0,
    'text',
    true,
    [],
    {},
    { a: [1, null, { b: '\u2028\ud800' }] },
    JSON.parse('{"__proto__":{"2":1,"b":"\\udfff"}}'),
    [['"']],
    'z'.repeat(200),
  ],
};

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}
