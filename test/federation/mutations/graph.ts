/** Mutations run one after the other, in the order asked, whoever serves them. */
import type { Feature } from '../feature.ts';
import type { Loose } from '../records.ts';
import { NO_ENTITY_FETCHES, NO_ORDER } from '../switches.ts';

let total = 0;
const account = { __typename: 'Account', id: 'a', owner: 'Ann', total: () => total };
/** Slow first steps show whether the next ones wait. */
const later = <T>(value: () => T, ms: number): Promise<T> =>
  new Promise((done) => setTimeout(() => done(value()), ms));

export const mutations: Feature = {
  name: 'mutations',
  subgraphs: {
    adder: `
      type Query { account: Account }
      type Mutation { reset: Int add(n: Int!): Account read: Int }
      type Account @key(fields: "id") { id: ID! total: Int }
    `,
    doubler: `
      type Query { ping: Int }
      type Mutation { double: Account half: Int }
      type Account @key(fields: "id") { id: ID! owner: String }
    `,
  },
  records: {
    entities: [account],
    query: { account, ping: 1 },
    mutation: {
      reset: () => {
        total = 0;
        return 0;
      },
      add: (_: Loose, { n }: Loose) =>
        later(() => {
          total += n;
          return account;
        }, 15),
      read: () => total,
      double: () =>
        later(() => {
          total *= 2;
          return account;
        }, 5),
      half: () => {
        total = Math.floor(total / 2);
        return total;
      },
    },
  },
  cases: [
    { text: 'mutation { reset add(n: 3) { total } double { owner } read }' },
    { text: 'mutation { reset double { total } add(n: 3) { owner total } again: double { total } read }' },
    { text: 'mutation { reset a: add(n: 1) { id } b: double { total owner } c: add(n: 5) { total } half }' },
    {
      text: 'mutation M($n: Int!) { reset add(n: $n) { id } double { id } last: add(n: 1) { owner } read }',
      variables: { n: 4 },
    },
  ],
  switches: [NO_ORDER, NO_ENTITY_FETCHES],
};
