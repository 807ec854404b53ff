/** A domain that another team wrote with Apollo Server alone: who looks after aircraft, and where. */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

const SDL = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])

  type Aircraft @key(fields: "tailnum") {
    tailnum: ID!
    legs24h: Int @external
    defects(open: Boolean = true): [Defect!]!
    checkDue: Boolean @requires(fields: "legs24h")
    base: Airport
  }
  type Defect { code: String! found: Finding }
  union Finding = Crack | Leak
  type Crack { lengthMm: Int }
  type Leak { fluid: String }
  type Airport @key(fields: "airport") {
    airport: ID!
    hangars: Int
  }
  type Query {
    grounded(first: Int!): [Aircraft!]!
  }
  type Mutation { ground(tailnum: ID!): Aircraft }
`;

interface Reference {
  readonly tailnum: string;
  readonly legs24h?: number | null;
}

const grounded = ['N14228', 'N10156'];

const resolvers = {
  Aircraft: {
    defects: (_: Reference, { open }: { open: boolean }) =>
      open ? [{ code: 'D1', found: { __typename: 'Crack', lengthMm: 3 } }] : [],
    checkDue: ({ legs24h }: Reference) => (typeof legs24h === 'number' ? legs24h >= 2 : null),
    base: ({ tailnum }: Reference) => ({ airport: tailnum.endsWith('8') ? 'JFK' : 'EWR' }),
  },
  Airport: {
    hangars: ({ airport }: { airport: string }) => ({ JFK: 4, EWR: 2 })[airport] ?? null,
  },
  Query: {
    grounded: (_: unknown, { first }: { first: number }) =>
      grounded.slice(0, first).map((tailnum) => ({ tailnum })),
  },
  Mutation: {
    ground: (_: unknown, { tailnum }: Reference) => {
      grounded.push(tailnum);
      return { tailnum };
    },
  },
};

const schema = buildSubgraphSchema([{ typeDefs: parse(SDL), resolvers }]);
const { url } = await startStandaloneServer(new ApolloServer({ schema }), {
  listen: { host: '127.0.0.1', port: Number(process.argv[2]) },
});
console.log(`listening ${url}`);
