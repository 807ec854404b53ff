/** `__typename` at every place, under other names too: roots, unions, interfaces, interface objects, lists, entities. */
import type { Feature } from '../feature.ts';
import { NO_ENTITY_FETCHES, NO_TYPENAMES } from '../switches.ts';

const kiwi = { __typename: 'Kiwi', id: 'k', sour: 3, taste: 'green', pit: false };
const plum = { __typename: 'Plum', id: 'p', sweet: 8, taste: 'blue', pit: true };
const bowl = {
  __typename: 'Bowl',
  id: 'b',
  fruit: plum,
  fruits: [kiwi, plum],
  eaten: kiwi,
  rows: [[kiwi], [], [plum, kiwi]],
};

export const typenames: Feature = {
  name: 'typenames',
  subgraphs: {
    fruits: `
      type Query { fruit: Fruit any: [Any] bowl: Bowl }
      type Mutation { eat: Fruit }
      interface Fruit @key(fields: "id") { id: ID! }
      type Kiwi implements Fruit @key(fields: "id") { id: ID! sour: Int }
      type Plum implements Fruit @key(fields: "id") { id: ID! sweet: Int }
      union Any = Kiwi | Plum | Bowl
      type Bowl @key(fields: "id") { id: ID! fruit: Fruit rows: [[Any!]!] }
    `,
    tastes: `
      type Query { tasty: [Fruit!] }
      type Fruit @key(fields: "id") @interfaceObject { id: ID! taste: String }
      type Bowl @key(fields: "id") { id: ID! eaten: Fruit fruits: [Fruit!] }
    `,
    pits: 'type Kiwi @key(fields: "id") { id: ID! pit: Boolean } type Plum @key(fields: "id") { id: ID! pit: Boolean }',
  },
  records: {
    entities: [kiwi, plum, bowl],
    interfaces: { Fruit: ['Kiwi', 'Plum'] },
    query: { fruit: kiwi, any: [plum, bowl, null, kiwi], bowl, tasty: [plum, kiwi] },
    mutation: { eat: plum },
  },
  cases: [
    { text: '{ __typename }', asked: { fruits: 0, tastes: 0, pits: 0 } },
    { text: '{ a: __typename fruit { b: __typename __typename c: __typename } d: __typename }' },
    { text: '{ any { __typename t: __typename ... on Bowl { u: __typename fruits { __typename } } } }' },
    { text: '{ tasty { __typename } }' },
    { text: '{ tasty { t: __typename taste ... on Plum { pit u: __typename } } }' },
    { text: '{ bowl { __typename eaten { x: __typename } fruit { __typename ... on Kiwi { sour } } } }' },
    { text: '{ bowl { rows { __typename ... on Fruit { y: __typename } ... on Kiwi { pit } } } }' },
    { text: 'mutation { __typename eat { __typename ... on Fruit { z: __typename } } m: __typename }' },
    {
      text: '{ any { ... on Fruit { __typename id } ... { w: __typename } } ...Q } fragment Q on Query { q: __typename }',
    },
  ],
  switches: [NO_ENTITY_FETCHES, NO_TYPENAMES],
};
