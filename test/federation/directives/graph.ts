/** Directives that are for others than clients, and `@oneOf`, which clients see and must follow. */
import type { Feature } from '../feature.ts';
import type { Loose } from '../records.ts';

const user = (id: string, name: string, age: number) => ({ __typename: 'User', id, name, age });
const users = [user('1', 'Ann', 30), user('2', 'Bob', 40)];
const find = (_: Loose, { by }: Loose) =>
  users.find((one) => one.id === by.id || one.name === by.name) ?? null;

export const directives: Feature = {
  name: 'directives',
  subgraphs: {
    users: `
      input By @oneOf { id: ID name: String }
      type Query {
        user(by: By!): User @cost(weight: 3)
        users(first: Int): [User!] @listSize(slicingArguments: ["first"])
      }
      type User @key(fields: "id") { id: ID! name: String @tag(name: "public") }
    `,
    ages: `
      input By @oneOf { id: ID name: String }
      type Query {
        older(by: By!): User @shareable
        salary: Int @requiresScopes(scopes: [["hr:read"], ["admin", "all"]])
        budget: Int @authenticated
        plan: Int @policy(policies: [["owner"]])
      }
      type User @key(fields: "id") @tag(name: "public") { id: ID! age: Int @cost(weight: 2) }
    `,
  },
  records: {
    entities: users,
    query: { user: find, users, older: find, salary: 1, budget: 2, plan: 3 },
  },
  cases: [
    { text: '{ user(by: { id: "1" }) { name age } }' },
    {
      text: 'query Q($by: By!) { user(by: $by) { age } older(by: $by) { name } }',
      variables: { by: { name: 'Bob' } },
    },
    {
      text: 'query Q($n: String!) { older(by: { name: $n }) { name age } users(first: 1) { age } }',
      variables: { n: 'Ann' },
    },
  ],
  switches: [],
};
