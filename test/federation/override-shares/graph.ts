/** Fields that are moving: a share of the requests takes the new subgraph, by a percentage or by a label's setting. */
import type { Feature } from '../feature.ts';

const item = (id: string) => ({ __typename: 'Item', id, price: 3, stock: 4, weight: 5, name: `N${id}` });
const items = [item('a'), item('b')];

export const overrideShares: Feature = {
  name: 'override-shares',
  subgraphs: {
    old: `
      type Query { items: [Item!]! }
      type Item @key(fields: "id") { id: ID! name: String price: Int stock: Int weight: Int }
    `,
    quarter: `type Item @key(fields: "id") { id: ID! price: Int @override(from: "old", label: "percent(25)") }`,
    more: `type Item @key(fields: "id") { id: ID! stock: Int @override(from: "old", label: "percent(60.5)") }`,
    beta: `type Item @key(fields: "id") { id: ID! weight: Int @override(from: "old", label: "beta") }`,
  },
  records: { entities: items, query: { items } },
  cases: [
    { text: '{ items { price } }' },
    { text: '{ items { name stock weight } }' },
    { text: '{ items { price stock weight } }' },
  ],
  switches: [],
};
