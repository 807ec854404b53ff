/** Value types whose parts several subgraphs know, and root fields that several answer. */
import type { Feature } from '../feature.ts';
import { NO_ENTITY_FETCHES, overFetches } from '../switches.ts';

const money = (amount: number) => ({ __typename: 'Money', amount, currency: 'EUR', text: `${amount} EUR` });
const flat = {
  __typename: 'Flat',
  id: '1',
  rent: money(900),
  rooms: 3,
  owner: 'Ann',
  size: { __typename: 'Size', w: 4, d: 5 },
};
const loft = {
  __typename: 'Flat',
  id: '2',
  rent: null,
  rooms: 1,
  owner: 'Bob',
  size: { __typename: 'Size', w: 9, d: 2 },
};

export const shareable: Feature = {
  name: 'shareable',
  subgraphs: {
    rents: `
      type Query { flat: Flat @shareable flats: [Flat!] @shareable now: String @shareable }
      type Flat @key(fields: "id") { id: ID! rent: Money @shareable size: Size @shareable }
      type Money @shareable { amount: Int currency: String }
      type Size @shareable { w: Int }
    `,
    owners: `
      type Query { flat: Flat @shareable now: String @shareable owners: Int }
      type Flat @key(fields: "id") { id: ID! owner: String size: Size @shareable }
      type Size @shareable { d: Int }
    `,
    texts: `
      type Query { flat: Flat @shareable flats: [Flat!] @shareable now: String @shareable }
      type Flat @key(fields: "id") { id: ID! rooms: Int rent: Money @shareable }
      type Money @shareable { currency: String text: String }
    `,
  },
  records: { entities: [flat, loft], query: { flat, flats: [flat, loft], now: 'noon', owners: 2 } },
  cases: [
    { text: '{ flat { rent { amount currency } } }', asked: { rents: 1, owners: 0, texts: 0 } },
    { text: '{ flat { rent { text } } }', asked: { texts: 1, rents: 0 } },
    { text: '{ flat { rent { amount text currency } rooms owner } }' },
    { text: '{ flats { rent { text amount } owner } }' },
    { text: '{ flats { size { w d } owner } }' },
    { text: '{ flats { owner rooms } }' },
    { text: '{ flats { id size { d } } }' },
    { text: '{ now owners flat { owner rooms size { d w } } }' },
  ],
  switches: [
    NO_ENTITY_FETCHES,
    {
      what: 'of several root fetches only the first is made',
      plan: (plan) => {
        let isFirst = true;
        return overFetches((fetch) => {
          if (fetch.entities.length > 0) return fetch;
          const kept = isFirst;
          isFirst = false;
          return kept ? fetch : null;
        })(plan);
      },
    },
  ],
};
