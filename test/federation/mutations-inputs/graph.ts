/** Mutations in two subgraphs whose results are computed from each other's fields, and one that both serve. */
import type { Feature } from '../feature.ts';
import { input, type Loose } from '../records.ts';
import { NO_INPUTS, NO_ORDER } from '../switches.ts';

const held: Record<string, number> = {};
const order = (id: string) => ({
  ...{ __typename: 'Order', id, count: () => held[id] ?? 0, price: id === 'a' ? 3 : 40 },
  total: (self: Loose) => input(self, 'count') * self.price,
  label: (self: Loose) => `${input(self, 'total')} for ${input(self, 'count')}`,
});
const orders = { a: order('a'), b: order('b') } as Record<string, Loose>;
const set = (id: string, count: number): Loose => {
  held[id] = count;
  return orders[id];
};

export const mutationsInputs: Feature = {
  name: 'mutations-inputs',
  subgraphs: {
    counts: `
      type Query { order(id: ID!): Order }
      type Mutation { fill(id: ID!, count: Int!): Order! clear: Boolean @shareable }
      type Order @key(fields: "id") { id: ID! count: Int }
    `,
    prices: `
      type Query { ping: Int }
      type Mutation { double(id: ID!): Order clear: Boolean @shareable }
      type Order @key(fields: "id") { id: ID! price: Int count: Int @external total: Int @requires(fields: "count") }
    `,
    labels: `
      type Order @key(fields: "id") {
        id: ID!
        count: Int @external
        total: Int @external
        label: String @requires(fields: "total count")
      }
    `,
  },
  records: {
    entities: Object.values(orders),
    query: { order: (_: Loose, { id }: Loose) => orders[id], ping: 1 },
    mutation: {
      fill: (_: Loose, { id, count }: Loose) => set(id, count),
      double: (_: Loose, { id }: Loose) => set(id, (held[id] ?? 0) * 2),
      clear: () => {
        for (const id of Object.keys(held)) delete held[id];
        return true;
      },
    },
  },
  cases: [
    { text: 'mutation { clear fill(id: "a", count: 2) { total label } }' },
    { text: 'mutation { clear fill(id: "b", count: 1) { count } double(id: "b") { label total count } }' },
    {
      hiveDiffers: 'lateEntities',
      text: 'mutation { a: fill(id: "a", count: 5) { label } b: double(id: "a") { id price } c: double(id: "a") { l: label } clear }',
    },
    {
      text: 'mutation M($id: ID!, $n: Int!) { clear fill(id: $id, count: $n) { ...F } double(id: $id) { ...F } } fragment F on Order { label count __typename }',
      variables: { id: 'b', n: 7 },
    },
  ],
  switches: [NO_INPUTS, NO_ORDER],
};
