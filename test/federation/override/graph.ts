/** Fields that moved to another subgraph: one answers what it is asked, the other what it once had. */
import type { Feature } from '../feature.ts';
import { withoutJoin } from '../switches.ts';

const item = (id: string, grams: number) => ({
  __typename: 'Item',
  id,
  title: `T${id}`,
  grams,
  price: grams * 2,
  stock: grams + 1,
});
const items = [item('a', 10), item('b', 25)];

export const override: Feature = {
  name: 'override',
  subgraphs: {
    old: `
      type Query { items: [Item!]! first: Item }
      type Item @key(fields: "id") { id: ID! title: String price: Int stock: Int grams: Int }
    `,
    fresh: `
      type Query { first: Item @override(from: "old") }
      type Item @key(fields: "id") { id: ID! price: Int @override(from: "old") stock: Int @override(from: "old", label: "percent(100)") }
    `,
    scales: `
      type Item @key(fields: "id") {
        id: ID!
        grams: Int @override(from: "old")
      }
    `,
  },
  records: { entities: items, query: { items, first: items[1] } },
  cases: [
    { text: '{ items { title } }', asked: { old: 1, fresh: 0, scales: 0 } },
    { text: '{ items { price } }', asked: { old: 1, fresh: 1, scales: 0 } },
    { text: '{ items { title grams } }', asked: { old: 1, fresh: 0, scales: 1 } },
    { text: '{ first { price } }', asked: { old: 0, fresh: 1, scales: 0 } },
    { text: '{ first { id title price grams } }', asked: { old: 1, fresh: 1, scales: 1 } },
  ],
  switches: [
    {
      what: 'override is not read',
      supergraph: (sdl) =>
        sdl
          .replaceAll(/,? ?override: "old"/g, '')
          .replaceAll(/usedOverridden: true/g, 'usedOverridden: false')
          .replace('price: Int @join__field(graph: FRESH)', 'price: Int @join__field(graph: OLD)')
          .replace('first: Item @join__field(graph: FRESH)', 'first: Item @join__field(graph: OLD)')
          .replace(
            'grams: Int @join__field(graph: SCALES)',
            'grams: Int @join__field(graph: OLD) @join__field(graph: SCALES, external: true)',
          ),
    },
    withoutJoin('key'),
  ],
};
