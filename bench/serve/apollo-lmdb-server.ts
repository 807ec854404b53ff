/** Contestant: the usual way. Apollo Server 5 as its own standalone server, a DataLoader per request, LMDB below. */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import DataLoader from 'dataloader';
import { open } from 'lmdb';
import { givenArgument, JSON_HEADERS, standReady } from '../form/contestant.ts';
import type { ServeArgument } from './serve-argument.ts';
import { userFeatures } from './user-shape.ts';

type User = Readonly<Record<string, number>>;

interface Context {
  readonly users: DataLoader<string, User | undefined>;
}

const { folder, viewCount } = givenArgument<ServeArgument>();
const database = open<User, string>({ path: folder, readOnly: true });

const fields = userFeatures(viewCount).map(({ name, type }) => `${name}: ${type}`);
const server = new ApolloServer<Context>({
  typeDefs: `
    type User { id: ID! ${fields.join(' ')} }
    type Query { user(id: ID!): User users(ids: [ID!]!): [User!] }
  `,
  resolvers: {
    Query: {
      user: (_source, { id }: { id: string }, { users }: Context) => users.load(id),
      users: (_source, { ids }: { ids: string[] }, { users }: Context) => users.loadMany(ids),
    },
  },
});
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async () => ({
    users: new DataLoader(async (ids: readonly string[]) => ids.map((id) => database.get(id))),
  }),
});
standReady({ origin: new URL(url).origin, path: '/', headers: JSON_HEADERS });
