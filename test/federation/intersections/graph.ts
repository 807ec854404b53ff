/** Enums and inputs that subgraphs define differently: clients see what all inputs take and what any output gives. */
import type { Feature } from '../feature.ts';
import type { Loose } from '../records.ts';

const user = (id: string, kind: string, state: string) => ({
  __typename: 'User',
  id,
  kind,
  state,
  echo: (_: Loose, { filter }: Loose) => JSON.stringify(filter ?? null),
});
const users = [user('1', 'PERSON', 'ACTIVE'), user('2', 'ROBOT', 'GONE'), user('3', 'SECRET', 'ACTIVE')];
const byState = (_: Loose, { state, first }: Loose) =>
  users.filter((one) => state === undefined || one.state === state).slice(0, first);

export const intersections: Feature = {
  name: 'intersections',
  subgraphs: {
    one: `
      enum State { ACTIVE GONE }
      enum Wanted { ACTIVE GONE ASLEEP }
      enum Kind { PERSON ROBOT SECRET @inaccessible }
      input Filter { name: String min: Int = 1 only: String }
      type Query { users(state: Wanted, first: Int): [User] user: User }
      type User @key(fields: "id") { id: ID! kind: Kind echo(filter: Filter): String @shareable }
    `,
    two: `
      enum Wanted { ACTIVE GONE }
      enum State { ACTIVE GONE LOST }
      enum Kind { PERSON ROBOT }
      input Filter { name: String min: Int = 1 }
      type Query { byState(state: Wanted!, first: Int): [User] }
      type User @key(fields: "id") { id: ID! state: State echo(filter: Filter): String @shareable }
    `,
  },
  records: { entities: users, query: { users: byState, byState, user: users[2] } },
  cases: [
    { hiveDiffers: 'silentNull', text: '{ users { id kind } }' },
    { hiveDiffers: 'silentNull', text: '{ user { kind state } }' },
    {
      hiveDiffers: 'silentNull',
      text: '{ users(state: ACTIVE) { kind state } byState(state: GONE) { kind } }',
    },
    {
      text: 'query Q($s: Wanted!) { byState(state: $s, first: 1) { kind state } }',
      variables: { s: 'ACTIVE' },
    },
    { text: '{ user { echo(filter: { name: "x" }) } }' },
    {
      text: 'query Q($f: Filter) { byState(state: GONE) { echo(filter: $f) } }',
      variables: { f: { name: 'y', min: 3 } },
    },
  ],
  switches: [
    {
      what: 'what clients may not see is seen',
      supergraph: (sdl) => sdl.replace(/(SECRET [^\n]*)@inaccessible/, '$1'),
    },
  ],
};
