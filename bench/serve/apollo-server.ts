/** Contestant: the usual way. Apollo Server 5 as its own standalone server, and a DataLoader per request and type. */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import DataLoader from 'dataloader';
import { givenArgument, JSON_HEADERS, standReady } from '../form/contestant.ts';
import { profileTellers } from '../profile/cpu-profiler.ts';
import { openApolloStore, type PlainEntity } from './apollo-store.ts';
import { ALL_VIEWS } from './population.ts';
import type { ServeArgument } from './serve-argument.ts';

type Loader = DataLoader<string, PlainEntity>;
type Context = Readonly<Record<'users' | 'members' | 'buyers' | 'shops', Loader>>;

const loadMany = await openApolloStore(givenArgument<ServeArgument>());
const fieldsOf = (type: string): string =>
  ALL_VIEWS.filter((view) => view.type === type)
    .flatMap(({ features }) => features)
    .map((feature) => `${feature.name}: ${feature.type}`)
    .join(' ');

const server = new ApolloServer<Context>({
  typeDefs: `
    type User { id: ID! ${fieldsOf('User')} }
    type Member { id: ID! ${fieldsOf('Member')} }
    type Buyer { id: ID! ${fieldsOf('Buyer')} shop: Shop }
    type Shop { id: ID! ${fieldsOf('Shop')} }
    type Query {
      user(id: ID!): User
      users(ids: [ID!]!): [User!]
      members(ids: [ID!]!): [Member!]
      buyers(ids: [ID!]!): [Buyer!]
    }
  `,
  resolvers: {
    Query: {
      user: (_source, { id }: { id: string }, { users }: Context) => users.load(id),
      users: (_source, { ids }: { ids: string[] }, { users }: Context) => users.loadMany(ids),
      members: (_source, { ids }: { ids: string[] }, { members }: Context) => members.loadMany(ids),
      buyers: (_source, { ids }: { ids: string[] }, { buyers }: Context) => buyers.loadMany(ids),
    },
    Buyer: {
      shop: ({ shopId }: { shopId: string }, _arguments: unknown, { shops }: Context) => shops.load(shopId),
    },
  },
});
const createLoader = (): Loader => new DataLoader((ids: readonly string[]) => loadMany(ids));
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async () => ({
    users: createLoader(),
    members: createLoader(),
    buyers: createLoader(),
    shops: createLoader(),
  }),
});
standReady({ origin: new URL(url).origin, path: '/', headers: JSON_HEADERS }, profileTellers());
