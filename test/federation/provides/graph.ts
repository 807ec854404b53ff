/** Fields that a subgraph provides on one path only: objects, lists, unions, interfaces, nested. */
import type { Feature } from '../feature.ts';
import { withoutJoin } from '../switches.ts';

const country = { __typename: 'Country', code: 'NO', name: 'Norway', anthem: 'Ja' };
const ann = { __typename: 'Author', id: 'ann', name: 'Ann', born: 1970, country };
const bob = { __typename: 'Author', id: 'bob', name: null, born: 1981, country: null };
const review = (id: string, author: unknown, stars: number) => ({ __typename: 'Review', id, author, stars });
const reviews = [review('1', ann, 5), review('2', bob, 2)];
const book = { __typename: 'Book', id: 'b', title: 'Sea', pages: 90, authors: [ann, bob] };
const song = { __typename: 'Song', id: 's', title: 'Air', seconds: 200, authors: [ann] };

export const provides: Feature = {
  name: 'provides',
  subgraphs: {
    reviews: `
      type Query {
        reviews: [Review!] @provides(fields: "author { name }")
        bare: [Review!]
        search: [Found] @provides(fields: "... on Book { title } ... on Song { title seconds }")
        works: [Work!] @provides(fields: "... on Book { title }")
        top: Review @provides(fields: "author { name country { name } }")
      }
      type Review @key(fields: "id") { id: ID! author: Author stars: Int }
      type Author @key(fields: "id") { id: ID! name: String @external country: Country @external }
      type Country @key(fields: "code") { code: ID! name: String @external }
      union Found = Book | Song
      interface Work { id: ID! }
      type Book implements Work @key(fields: "id") { id: ID! title: String @external }
      type Song implements Work @key(fields: "id") { id: ID! title: String @external seconds: Int @external }
    `,
    people: `
      type Author @key(fields: "id") { id: ID! name: String @shareable born: Int country: Country @shareable }
      type Country @key(fields: "code") { code: ID! name: String @shareable anthem: String }
    `,
    works: `
      type Book @key(fields: "id") { id: ID! title: String @shareable pages: Int authors: [Author!] }
      type Song @key(fields: "id") { id: ID! title: String @shareable seconds: Int @shareable authors: [Author!] }
      type Author @key(fields: "id", resolvable: false) { id: ID! }
    `,
  },
  records: {
    entities: [country, ann, bob, ...reviews, book, song],
    query: { reviews, bare: reviews, search: [book, null, song], works: [song, book], top: reviews[0] },
  },
  cases: [
    { text: '{ reviews { stars author { name } } }', asked: { reviews: 1, people: 0 } },
    { text: '{ bare { stars author { name } } }', asked: { reviews: 1, people: 1 } },
    { text: '{ reviews { author { name born } } }', asked: { reviews: 1, people: 1 } },
    {
      text: '{ search { ... on Book { title } ... on Song { title seconds } } }',
      asked: { reviews: 1, works: 0 },
    },
    {
      text: '{ search { ... on Book { title pages } ... on Song { title } } }',
      asked: { reviews: 1, works: 1 },
    },
    { text: '{ works { id ... on Book { title } } }', asked: { reviews: 1, works: 0 } },
    { text: '{ works { ... on Book { title authors { name } } ... on Song { title } } }' },
    { text: '{ top { author { name country { name } } } }', asked: { reviews: 1, people: 0 } },
    { text: '{ top { author { country { name anthem } } } }', asked: { reviews: 1, people: 1 } },
  ],
  switches: [withoutJoin('provides')],
};
