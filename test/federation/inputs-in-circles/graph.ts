/** Two subgraphs that need each other's fields, and back again. */
import type { Feature } from '../feature.ts';
import { input, type Loose } from '../records.ts';
import { NO_INPUTS, NO_ORDER, withoutJoin } from '../switches.ts';

const fees = { EUR: 1, USD: 2 } as Record<string, number>;
const agent = (id: string, years: number) => ({ __typename: 'Agent', id, name: `N${id}`, years });
const agents = [agent('x', 2), agent('y', 12)];
const branch = (base: number) => ({
  __typename: 'Branch',
  fee: (_: Loose, { currency }: Loose) => base * (fees[currency] as number),
});
const deal = (id: string, by: unknown, base: number) => ({
  ...{ __typename: 'Deal', id, agent: by, branch: branch(base), sum: base * 10 },
  isNew: (self: Loose) => self.agent.years < 5,
  needsReview: (self: Loose) => input(self, 'isNew') === true,
  queue: (self: Loose) => (input(self, 'needsReview') ? 'slow' : 'fast'),
  ticket: (self: Loose) => `${input(self, 'queue')}/${input(self, 'isNew')}/${self.sum}`,
  feeEur: (self: Loose) => input(self.branch, 'fee', { currency: 'EUR' }) + self.sum,
  feeUsd: (self: Loose) => input(self.branch, 'fee', { currency: 'USD' }) + self.sum,
});
const deals = [deal('1', agents[0], 3), deal('2', agents[1], 5)];

export const inputsInCircles: Feature = {
  name: 'inputs-in-circles',
  subgraphs: {
    desk: `
      type Query { deals: [Deal!] }
      type Deal @key(fields: "id") {
        id: ID!
        isNew: Boolean! @external
        needsReview: Boolean! @requires(fields: "isNew")
        queue: String! @external
        sum: Int
        ticket: String @requires(fields: "queue isNew")
        branch: Branch
      }
      type Branch { fee(currency: String!): Int }
      type Agent @key(fields: "id") { id: ID! name: String! years: Int! }
    `,
    people: `
      type Deal @key(fields: "id") {
        id: ID!
        agent: Agent!
        isNew: Boolean! @requires(fields: "agent { years }")
        needsReview: Boolean! @external
        queue: String! @requires(fields: "needsReview")
        sum: Int @external
        branch: Branch @external
        feeEur: Int @requires(fields: "sum branch { fee(currency: \\"EUR\\") }")
        feeUsd: Int @requires(fields: "sum branch { fee(currency: \\"USD\\") }")
      }
      type Branch { fee(currency: String!): Int @external }
      type Agent @key(fields: "id") { id: ID! years: Int! @external }
    `,
  },
  records: { entities: [...agents, ...deals], query: { deals } },
  cases: [
    { text: '{ deals { isNew } }' },
    { text: '{ deals { needsReview } }' },
    { text: '{ deals { queue needsReview } }' },
    { text: '{ deals { ticket agent { name years } } }' },
    { hiveDiffers: 'mixedInputs', text: '{ deals { feeEur feeUsd id } }' },
    {
      hiveDiffers: 'mixedInputs',
      text: '{ deals { feeUsd branch { fee(currency: "EUR") usd: fee(currency: "USD") } ticket feeEur } }',
    },
  ],
  switches: [NO_INPUTS, NO_ORDER, withoutJoin('requires')],
};
