/** A schema of one list, whose items may be null or fail. */
import {
  type GraphQLFieldConfigMap,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
} from 'graphql';

type Items = readonly (number | Promise<number>)[];

/** @param onItem told of each that is completed. */
export function buildSchema(items: () => Items, onItem: () => void = () => {}): GraphQLSchema {
  const fields: GraphQLFieldConfigMap<number, unknown> = {
    n: {
      type: GraphQLInt,
      resolve: (n) => {
        onItem();
        return n;
      },
    },
    twice: { type: GraphQLInt, resolve: (n) => Promise.resolve(2 * n) },
    maybe: {
      type: GraphQLInt,
      resolve: (n) => {
        if (n % 7 === 3) throw new Error(`none of ${n}`);
        return n % 5 === 0 ? null : n;
      },
    },
    must: { type: new GraphQLNonNull(GraphQLInt), resolve: (n) => (n % 11 === 4 ? null : n) },
  };
  const item = new GraphQLObjectType<number>({ name: 'Item', fields });
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: { items: { type: new GraphQLList(item), resolve: items } },
    }),
  });
}
