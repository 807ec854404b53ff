/** What the arguments of the graph may be, in generated operations: keys that are there, that are not, and that are none. */
import type { OracleQuery } from '../compare-with-oracle.ts';
import { AISLES, MOMENTS, NUMBERS, PARTS, SHELVES, SKUS } from './rows.ts';

/** Text for an id, a number for one, nothing, half of a character, and one that is too long. */
const IDS = [...SKUS, ...SKUS, ...SKUS, 'gone', 7, '', '\ud800x', '😀'.repeat(100)];
const DAYS = [...MOMENTS, '2024-06-01T02:00:00+02:00', '2023-01-01T00:00:00Z'];

const BAYS = AISLES.flatMap((aisle) => SHELVES.map((shelf) => ({ aisle, shelf })));

export const ARGUMENT_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  'Query.item.sku': IDS,
  'Query.items.skus': [
    SKUS.slice(0, 6),
    SKUS.slice(6, 12),
    SKUS.slice(9, 15),
    SKUS.slice(-6),
    ['s1', 's2', 's1', 's1', 'gone'],
    ['s3', 4, 's3'],
    's5',
    [],
    ['s1', '', 's2'],
    [...SKUS, 'too many'],
  ],
  'Query.bay.aisle': AISLES,
  'Query.bay.shelf': [...SHELVES, 5],
  'Query.bays.keys': [
    BAYS,
    [
      { shelf: 1, aisle: 'a' },
      { aisle: 'a', shelf: 1 },
      { aisle: 'nowhere', shelf: 1 },
    ],
    { aisle: 'b', shelf: 0 },
    [{ aisle: '', shelf: 0 }],
    [],
  ],
  'Query.person.number': [...NUMBERS, 5],
  'Query.persons.numbers': [NUMBERS, [1, 2, 2, 1, 5], [0], []],
  'Query.day.at': DAYS,
  'Query.day.part': PARTS,
  'Query.days.keys': [
    DAYS.flatMap((at) => PARTS.map((part) => ({ at, part }))),
    [],
    [{ part: 'NIGHT', at: DAYS[2] }],
  ],
  'Item.priceIn.rate': [2, 0.5, 0, -1e300],
  'Item.priceIn.fee': [null, 0, 12],
  'Item.other.of': IDS,
  'Item.bayOn.shelf': SHELVES,
  'Item.soldOn.part': PARTS,
  'Person.greeting.word': ['hi', null, '"\u2028\\'],
};

/** What is seldom generated. */
export const ALWAYS: readonly OracleQuery[] = [
  {
    text: 'query Q($keys: [BayKey!]!) { bays(keys: $keys) { twin { aisle shelf twin { shelf } } } }',
    variables: { keys: BAYS },
  },
];
