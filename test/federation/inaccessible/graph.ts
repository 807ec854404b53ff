/** What clients may not see is used all the same: as keys and as inputs. */
import type { Feature } from '../feature.ts';
import type { Loose } from '../records.ts';
import { NO_ENTITY_FETCHES, NO_INPUTS } from '../switches.ts';

const person = (id: string, ssn: string, income: number) => ({
  __typename: 'Person',
  id,
  ssn,
  income,
  name: `N${id}`,
  band: (self: Loose) => (self.income > 10 ? 'A' : 'B'),
  debts: income * 2,
});
const people = [person('1', 'x1', 5), person('2', 'x2', 50)];
const secret = { __typename: 'Secret', id: 's', name: 'hidden' };

export const inaccessible: Feature = {
  name: 'inaccessible',
  subgraphs: {
    people: `
      type Query { people: [Person] anyone: [Someone] hidden: String @inaccessible }
      type Person @key(fields: "id") @key(fields: "ssn") { id: ID! ssn: ID! @inaccessible income: Int @inaccessible name: String @tag(name: "public") }
      type Secret @inaccessible { id: ID! name: String }
      union Someone = Person | Secret
    `,
    bands:
      'type Person @key(fields: "id") { id: ID! income: Int @external band: String @requires(fields: "income") }',
    debts: 'type Person @key(fields: "ssn") { ssn: ID! @inaccessible debts: Int }',
  },
  records: { entities: people, query: { people, anyone: [people[0], secret], hidden: 'no' } },
  cases: [
    { text: '{ people { name band } }' },
    { text: '{ people { debts } }' },
    { text: '{ people { id band debts name } }' },
    { hiveDiffers: 'silentNull', text: '{ anyone { ... on Person { name band } } }' },
    { hiveDiffers: 'silentNull', text: '{ anyone { __typename ... on Person { debts } } }' },
  ],
  switches: [NO_INPUTS, NO_ENTITY_FETCHES],
};
