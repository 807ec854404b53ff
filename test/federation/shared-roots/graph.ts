/** Root fields that several subgraphs answer, each with its own part of objects that have no key. */
import type { Feature } from '../feature.ts';
import { overFetches } from '../switches.ts';

const kind = (id: string) => ({ __typename: 'Kind', id, name: `K${id}` });
const part = (id: string) => ({ __typename: 'Part', id, name: `P${id}`, note: `about ${id}` });
const cost = (sum: number | null) => ({
  __typename: 'Cost',
  id: `c${sum}`,
  sum,
  currency: sum === null ? null : 'EUR',
});
const thing = (id: string, sum: number | null) => ({
  ...{
    __typename: 'Thing',
    id,
    kind: kind(id),
    name: { __typename: 'Name', id: `n${id}`, short: id, long: `T${id}` },
  },
  cost: cost(sum),
  parts: [part(`${id}1`), part(`${id}2`)],
});
const things = [thing('1', 5), thing('2', null)];

export const sharedRoots: Feature = {
  name: 'shared-roots',
  subgraphs: {
    kinds: `
      type Query { thing: Thing @shareable things: [Thing!] @shareable }
      type Thing @shareable { id: ID! kind: Kind parts: [Part!] }
      type Kind { id: ID! name: String }
      type Part @shareable { id: ID! name: String }
    `,
    names: `
      type Query { thing: Thing @shareable things: [Thing!] @shareable }
      type Thing @shareable { id: ID! name: Name parts: [Part!] }
      type Name { id: ID! short: String long: String }
      type Part @shareable { id: ID! note: String }
    `,
    costs: `
      type Query { thing: Thing @shareable things: [Thing!] @shareable }
      type Thing @shareable { id: ID! cost: Cost }
      type Cost { id: ID! sum: Int currency: String }
    `,
  },
  records: { entities: [], query: { thing: things[0], things } },
  cases: [
    { text: '{ thing { id kind { id name } name { id short } cost { id sum } } }' },
    { text: '{ things { id kind { name } name { short long } cost { currency } } }' },
    { text: '{ things { cost { sum } } }', asked: { costs: 1, kinds: 0, names: 0 } },
    { text: '{ things { parts { id name note } } }' },
    { text: '{ t: thing { c: cost { s: sum } } u: thing { n: name { l: long } k: kind { name } } }' },
    { text: '{ thing { parts { note } __typename } things { t: __typename parts { name } cost { sum } } }' },
  ],
  switches: [
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
