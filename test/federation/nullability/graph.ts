/** Fields of one name that differ by type, or by subgraph, in whether they can be null. */
import type { Feature } from '../feature.ts';
import { NO_OUTPUT_REWRITES } from '../switches.ts';

const user = {
  __typename: 'User',
  id: '1',
  name: 'Ann',
  peers: [] as unknown[],
  tag: { __typename: 'Tag', text: 'a' },
};
const robot = {
  __typename: 'Robot',
  id: 'r',
  name: 'R2',
  peers: [] as unknown[],
  tag: { __typename: 'Tag', text: 'r' },
};
const guest = {
  __typename: 'Guest',
  id: '9',
  name: null,
  peers: [] as unknown[],
  tag: { __typename: 'Tag', text: 'g' },
};
user.peers.push(robot, user);
robot.peers.push(user, guest);

export const nullability: Feature = {
  name: 'nullability',
  subgraphs: {
    users: `
      type Query { users: [User!]! ids: [ID] @shareable }
      type User @key(fields: "id") { id: ID name: String @shareable }
      type Guest @shareable { id: ID name: String }
    `,
    accounts: `
      type Query { accounts: [Account!]! one: Account ids: [ID!]! @shareable }
      union Account = User | Robot | Guest
      type User @key(fields: "id") { id: ID! name: String @shareable peers: [Account!]! tag: Tag! }
      type Robot { id: ID name: String! peers: [Account!]! tag: Tag! }
      type Guest { id: ID! @shareable name: String @shareable peers: [Account!]! tag: Tag! }
      type Tag { text: String! }
    `,
  },
  records: {
    entities: [user],
    query: { users: [user], accounts: [user, robot, guest], one: robot, ids: ['1', '9'] },
  },
  cases: [
    { text: '{ users { id name } ids }' },
    { text: '{ accounts { ... on User { id name } ... on Robot { id } ... on Guest { id } } }' },
    { text: '{ accounts { ... on User { i: id tag { text } } ... on Robot { i: id tag { text } } } }' },
    {
      text: '{ one { ... on Robot { id peers { ... on User { id peers { ... on Robot { id } } } ... on Guest { id } } } } }',
    },
    {
      hiveDiffers: 'lostValue',
      text: '{ users { peers { ... on Robot { id n: name } ... on User { id tag { text } } } tag { text } } }',
    },
  ],
  switches: [NO_OUTPUT_REWRITES],
};
