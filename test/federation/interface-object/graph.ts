/** A subgraph that knows an interface as an object: fields for all its types, also computed from inputs. */
import type { Feature } from '../feature.ts';
import { input, type Loose } from '../records.ts';
import { NO_ENTITY_FETCHES, NO_INPUT_REWRITES, NO_INPUTS } from '../switches.ts';

const rated = {
  verdict: (self: Loose) => `${self.title}: ${input(self, 'stars')}`,
  shout: (self: Loose) => `${self.title}!`,
};
const book = (id: string, title: string, pages: number, stars: number | null) => ({
  __typename: 'Book',
  id,
  title,
  pages,
  stars,
  related: [] as unknown[],
  ...rated,
});
const film = (id: string, title: string, minutes: number, stars: number | null) => ({
  __typename: 'Film',
  id,
  title,
  minutes,
  stars,
  related: [] as unknown[],
  ...rated,
});
const sea = book('1', 'Sea', 90, 5);
const air = film('2', 'Air', 120, null);
const sun = book('3', 'Sun', 300, 1);
sea.related.push(air, sun);
air.related.push(sea);
const ann = { __typename: 'Fan', id: 'f', favourite: air, name: 'Ann' };

export const interfaceObject: Feature = {
  name: 'interface-object',
  subgraphs: {
    media: `
      type Query { media: [Media!] book: Book films: [Film!] }
      interface Media @key(fields: "id") { id: ID! title: String! }
      type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int }
    `,
    ratings: `
      type Query { best: [Media!] fan: Fan }
      type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int related: [Media!] }
      type Fan @key(fields: "id") { id: ID! favourite: Media }
    `,
    verdicts: `
      type Media @key(fields: "id") @interfaceObject {
        id: ID!
        title: String! @external
        stars: Int @external
        verdict: String @requires(fields: "title stars")
        shout: String @requires(fields: "title")
      }
    `,
    fans: 'type Fan @key(fields: "id") { id: ID! name: String }',
  },
  records: {
    entities: [sea, air, sun, ann],
    interfaces: { Media: ['Book', 'Film'] },
    query: { media: [sea, air, sun], book: sun, films: [air], best: [sea, air], fan: ann },
  },
  cases: [
    { text: '{ media { title stars } }' },
    { text: '{ media { __typename stars ... on Book { pages } } }' },
    { text: '{ book { stars verdict pages } films { stars shout } }' },
    { text: '{ best { stars } }', asked: { media: 0, ratings: 1 } },
    { text: '{ best { __typename } }' },
    { text: '{ best { stars title ... on Film { minutes } ... on Book { pages } } }' },
    { hiveDiffers: 'nullInput', text: '{ best { verdict } }' },
    { hiveDiffers: 'nullInput', text: '{ media { verdict related { title stars shout } } }' },
    {
      hiveDiffers: 'nullInput',
      text: '{ best { related { __typename id } ... on Book { related { verdict } } } }',
    },
    {
      hiveDiffers: 'noType',
      text: '{ fan { name favourite { id ... on Film { minutes verdict } ... on Book { pages } } } }',
    },
  ],
  switches: [NO_INPUT_REWRITES, NO_INPUTS, NO_ENTITY_FETCHES],
};
