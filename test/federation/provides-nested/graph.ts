/** What is provided is asked for only where the client asks for it, however deep, and in circles. */
import type { Feature } from '../feature.ts';
import { withoutJoin } from '../switches.ts';

const never = (): never => {
  throw new Error('nobody asked for it');
};
const topic = (id: string, above: unknown): Record<string, unknown> & { __typename: string } => ({
  ...{
    __typename: 'Topic',
    id,
    name: `T${id}`,
    secret: id === 'b' ? never : 'shown',
    above,
    below: [] as unknown[],
  },
});
const root = topic('a', null);
const leaf = topic('b', root);
(root.below as unknown[]).push(leaf);
const page = { __typename: 'Page', id: 'p', topics: [root, leaf], main: leaf, words: 9 };

export const providesNested: Feature = {
  name: 'provides-nested',
  subgraphs: {
    pages: `
      type Query {
        page: Page @provides(fields: "topics { id name secret below { id name } } main { id name secret }")
        pages: [Page!] @provides(fields: "topics { id name above { id name } }")
      }
      type Page @key(fields: "id") { id: ID! topics: [Topic!] @external main: Topic @external words: Int }
      type Topic @key(fields: "id") {
        id: ID!
        name: String! @external
        secret: String! @external
        above: Topic @external
        below: [Topic!] @external
      }
    `,
    topics: `
      type Page @key(fields: "id") { id: ID! topics: [Topic!] @shareable main: Topic @shareable }
      type Topic @key(fields: "id") { id: ID! name: String! @shareable secret: String! @shareable above: Topic @shareable below: [Topic!] @shareable }
    `,
  },
  records: { entities: [root, leaf, page], query: { page, pages: [page] } },
  cases: [
    { text: '{ page { id } }', asked: { pages: 1, topics: 0 } },
    { text: '{ page { topics { id name } words } }', asked: { pages: 1, topics: 0 } },
    { text: '{ page { topics { n: name below { m: name } } } }', asked: { pages: 1, topics: 0 } },
    {
      text: '{ page { main { ...N ... on Topic { id } } } } fragment N on Topic { name }',
      asked: { topics: 0 },
    },
    { text: '{ pages { topics { above { name } } } }', asked: { pages: 1, topics: 0 } },
    { text: '{ pages { topics { name above { id below { name } } } main { name } } }' },
    {
      text: '{ page { main { id ... @skip(if: true) { secret } ... @include(if: false) { secret } } } }',
      asked: { topics: 0 },
    },
    { text: '{ page { main { secret } } }' },
  ],
  switches: [withoutJoin('provides')],
};
