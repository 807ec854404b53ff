/** Two interfaces, each known as an object by the subgraph that owns the other. */
import type { Feature } from '../feature.ts';
import { NO_ENTITY_FETCHES } from '../switches.ts';

const hut = {
  __typename: 'Hut',
  id: '1',
  beds: 2,
  floors: 1,
  rating: 4,
  near: null as unknown,
  like: null as unknown,
};
const walk = { __typename: 'Walk', id: '2', hours: 5, climb: 800, season: 'summer', ends: hut };
hut.near = walk;
hut.like = hut;

export const interfaceObjectCircles: Feature = {
  name: 'interface-object-circles',
  subgraphs: {
    stays: `
      type Query { stay: Stay walked: Route }
      interface Stay @key(fields: "id") { id: ID! beds: Int }
      type Hut implements Stay @key(fields: "id") { id: ID! beds: Int floors: Int }
      type Route @key(fields: "id") @interfaceObject { id: ID! season: String ends: Stay }
    `,
    routes: `
      type Query { route: Route slept: Stay }
      interface Route @key(fields: "id") { id: ID! hours: Int }
      type Walk implements Route @key(fields: "id") { id: ID! hours: Int climb: Int }
      type Stay @key(fields: "id") @interfaceObject { id: ID! rating: Int near: Route like: Stay }
    `,
  },
  records: {
    entities: [hut, walk],
    interfaces: { Stay: ['Hut'], Route: ['Walk'] },
    query: { stay: hut, walked: walk, route: walk, slept: hut },
  },
  cases: [
    { hiveDiffers: 'refused', text: '{ slept { rating ... on Hut { floors } } }' },
    { text: '{ walked { season ... on Walk { climb } } }' },
    { text: '{ route { hours ends { beds near { ... on Walk { climb } } ... on Hut { floors } } } }' },
    {
      hiveDiffers: 'refused',
      text: '{ stay { like { ... on Hut { floors } } } walked { ... on Walk { climb } ends { rating } } }',
    },
  ],
  switches: [NO_ENTITY_FETCHES],
};
