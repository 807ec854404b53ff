/** Interface objects in several subgraphs, one of the other's inputs, of types that yet others extend. */
import type { Feature } from '../feature.ts';
import { input, type Loose } from '../records.ts';
import { NO_INPUT_REWRITES, NO_INPUTS, NO_ORDER } from '../switches.ts';

const labelled = {
  badge: (self: Loose) => `${input(self, 'title')}: ${input(self, 'stars')}`,
  blurb: (self: Loose) => `${input(self, 'stars')} for ${input(self, 'title')}`,
  heading: (self: Loose) => `# ${input(self, 'title')}`,
  motto: (self: Loose) => (input(self, 'stars') ?? 0) > 3,
};
const work = (__typename: string, id: string, title: string, stars: number | null, own: object) => ({
  ...{ __typename, id, title, stars, similar: [] as unknown[] },
  ...labelled,
  ...own,
});
const ode = work('Poem', '1', 'Ode', 4, { lines: 12 });
const sea = work('Novel', '2', 'Sea', null, { pages: 300, writer: 'Ann' });
const storm = work('Play', '3', 'Storm', 5, { acts: 5, writer: 'Bob' });
const fog = work('Novel', '4', 'Fog', 1, { pages: 90, writer: null });
ode.similar.push(sea, storm);
sea.similar.push(fog, ode);
storm.similar.push(sea);
const shelf = { __typename: 'Shelf', id: 's', label: 'top', best: storm, works: [fog, ode, storm] };

export const interfaceObjectInputs: Feature = {
  name: 'interface-object-inputs',
  subgraphs: {
    library: `
      type Query { works: [Work!] novel: Novel }
      interface Work @key(fields: "id") { id: ID! title: String! }
      type Poem implements Work @key(fields: "id") { id: ID! title: String! lines: Int }
      type Novel implements Work @key(fields: "id") { id: ID! title: String! pages: Int }
      type Play implements Work @key(fields: "id") { id: ID! title: String! }
    `,
    critics: `
      type Query { praised: [Work!] }
      type Work @key(fields: "id") @interfaceObject { id: ID! stars: Int similar: [Work!] }
    `,
    labels: `
      type Work @key(fields: "id") @interfaceObject {
        id: ID!
        title: String! @external
        stars: Int @external
        badge: String @requires(fields: "title stars")
        blurb: String @requires(fields: "title stars")
        heading: String @requires(fields: "title")
        motto: Boolean @requires(fields: "stars")
      }
    `,
    writers: `
      type Novel @key(fields: "id") { id: ID! writer: String }
      type Play @key(fields: "id") { id: ID! writer: String acts: Int }
    `,
    shelves: `
      type Query { shelf: Shelf }
      type Shelf @key(fields: "id") { id: ID! label: String best: Work works: [Work!] }
      type Work @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
    `,
  },
  records: {
    entities: [ode, sea, storm, fog, shelf],
    interfaces: { Work: ['Poem', 'Novel', 'Play'] },
    query: { works: [ode, sea, storm], novel: fog, praised: [storm, sea, ode], shelf },
  },
  cases: [
    { hiveDiffers: 'nullInput', text: '{ praised { badge blurb heading motto } }' },
    {
      hiveDiffers: 'forgottenTypes',
      text: '{ praised { ... on Poem { badge a: badge } ... on Novel { heading badge } ... on Play { motto } } }',
    },
    {
      hiveDiffers: 'refused',
      text: '{ x: praised { motto } praised { ... on Poem { badge } blurb ... on Novel { blurb heading m: badge } } }',
    },
    { hiveDiffers: 'refused', text: '{ works { similar { badge ... on Novel { pages } } blurb } }' },
    {
      hiveDiffers: 'refused',
      text: '{ shelf { label best { ... on Play { writer acts } ... on Novel { pages } } works { __typename id } } }',
    },
    {
      hiveDiffers: 'refused',
      text: '{ shelf { works { title ... on Novel { writer badge } ... on Poem { lines motto heading } } } }',
    },
    {
      hiveDiffers: 'refused',
      text: '{ novel { writer pages similar { heading similar { badge ... on Play { acts } } } } }',
    },
    {
      hiveDiffers: 'refused',
      text: '{ praised { ... on Novel { similar { badge } similar { ... on Poem { lines } } } ... on Poem { heading } } }',
    },
  ],
  switches: [NO_INPUT_REWRITES, NO_INPUTS, NO_ORDER],
};
