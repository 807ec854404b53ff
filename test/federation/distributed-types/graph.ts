/** Types that implement an interface in one subgraph and are members of a union in another. */
import type { Feature } from '../feature.ts';
import { NO_ENTITY_FETCHES, NO_TYPENAMES } from '../switches.ts';

const lamp = {
  __typename: 'Lamp',
  id: 'l',
  watt: 40,
  months: 24,
  maker: { __typename: 'Maker', id: 'm', name: 'Lux' },
};
const sofa = { __typename: 'Sofa', id: 's', months: 60, seats: 3, maker: null };
const vase = { __typename: 'Vase', id: 'v', months: null, seats: null };
const shop = { __typename: 'Shop', id: 'x', window: sofa, stock: [lamp, vase, sofa], related: lamp };

export const distributedTypes: Feature = {
  name: 'distributed-types',
  subgraphs: {
    stock: `
      type Query { items: [Item] things: [Thing] lamps: [Lamp!] shop: Shop }
      union Item = Lamp | Sofa | Vase
      interface Thing { id: ID! }
      interface Covered { months: Int }
      type Lamp implements Thing & Covered @key(fields: "id") { id: ID! months: Int watt: Int }
      type Sofa @key(fields: "id") { id: ID! }
      type Vase implements Thing @key(fields: "id") { id: ID! }
      type Shop @key(fields: "id") { id: ID! window: Item stock: [Item!] }
    `,
    covers: `
      interface Thing { id: ID! }
      interface Covered { months: Int }
      type Sofa implements Thing & Covered @key(fields: "id") { id: ID! months: Int }
      type Vase implements Covered @key(fields: "id") { id: ID! months: Int }
    `,
    makers: `
      union Item = Lamp | Sofa
      interface Made { maker: Maker }
      type Shop @key(fields: "id") { id: ID! related: Item }
      type Lamp implements Made @key(fields: "id") { id: ID! maker: Maker }
      type Sofa implements Made @key(fields: "id") { id: ID! maker: Maker seats: Int }
      type Maker @key(fields: "id") { id: ID! name: String }
    `,
  },
  records: {
    entities: [lamp, sofa, vase, shop, lamp.maker],
    query: { items: [lamp, null, sofa, vase], things: [lamp, vase], lamps: [lamp], shop },
  },
  cases: [
    { text: '{ items { ... on Thing { id } } }' },
    { text: '{ items { ... on Covered { months } __typename } }' },
    { text: '{ items { ... on Thing { id ... on Covered { months } } ... on Made { maker { name } } } }' },
    { text: '{ things { id ... on Covered { months ... on Lamp { watt maker { name } } } } }' },
    { text: '{ lamps { ...L ...T } } fragment L on Lamp { watt } fragment T on Thing { id __typename }' },
    {
      text: '{ shop { related { ... on Covered { months } ... on Made { maker { id name } } } window { ... on Sofa { seats } } } }',
    },
    {
      text: '{ shop { stock { ... on Sofa { months seats } ... on Vase { months } ... on Lamp { m: maker { n: name } } } } }',
    },
  ],
  switches: [NO_ENTITY_FETCHES, NO_TYPENAMES],
};
