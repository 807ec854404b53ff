/** Supergraphs as other composers print them: older and newer versions of the join specification, directives renamed. */
import { expect, test } from 'vitest';
import { loadSupergraph } from '../../gateway/compose.ts';
import type { Feature } from './feature.ts';
import { type Loose, monolithOf } from './records.ts';
import { failingCases, schemasOf } from './run-feature.ts';

const tea = {
  __typename: 'Tea',
  id: '1',
  name: 'Earl',
  kind: 'BLACK',
  minutes: 3,
  price: 5,
  dear: (self: Loose) => self.price > 4,
};
const cup = {
  __typename: 'Cup',
  id: '2',
  name: 'Mug',
  size: 2,
  price: 1,
  dear: (self: Loose) => self.price > 4,
};

const feature: Feature = {
  name: 'other-composers',
  subgraphs: {
    shop: `
      type Query { goods: [Good] ware(id: ID!): Ware }
      interface Ware { id: ID! name: String }
      union Good = Tea | Cup
      enum Kind { BLACK GREEN }
      type Tea implements Ware @key(fields: "id") { id: ID! name: String kind: Kind minutes: Int }
      type Cup implements Ware @key(fields: "id") { id: ID! name: String size: Int price: Int @shareable }
    `,
    prices: `
      type Tea @key(fields: "id") { id: ID! name: String @external price: Int dear: Boolean }
      type Cup @key(fields: "id") { id: ID! price: Int @shareable dear: Boolean }
    `,
  },
  records: {
    entities: [tea, cup],
    query: {
      goods: [tea, null, cup],
      ware: (_: Loose, { id }: Loose) => [tea, cup].find((one) => one.id === id),
    },
  },
  cases: [
    { text: '{ goods { __typename ... on Tea { kind price dear } ... on Cup { size dear } } }' },
    { text: '{ ware(id: "1") { name ... on Tea { minutes price } ... on Cup { price } } }' },
    { text: '{ goods { ... on Ware { id name } ... on Cup { price } } }' },
  ],
  switches: [],
};

/** What differs between versions: the head, and what `join__field` and `join__type` take. */
const HEADS: Readonly<Record<string, string>> = {
  'join v0.3': `
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
    { query: Query }
    directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
    directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
  `,
  'join v0.5, renamed directives of ours beside it': `
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
      @link(url: "https://specs.apollo.dev/tag/v0.3", as: "mark")
      @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
    { query: Query }
    directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
    directive @mark(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE
    directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE
    directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
    directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String, contextArguments: [join__ContextArgument!]) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
    input join__ContextArgument { name: String! type: String! context: String! selection: join__FieldValue! }
    scalar join__DirectiveArguments
    scalar join__FieldValue
  `,
};

const BODY = `
  directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
  directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
  directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
  scalar join__FieldSet
  scalar link__Import
  enum link__Purpose {
    """\`SECURITY\` features provide metadata necessary to securely resolve fields."""
    SECURITY
    """\`EXECUTION\` features provide metadata necessary for operation execution."""
    EXECUTION
  }
  enum join__Graph {
    PRICES @join__graph(name: "prices", url: "http://prices.invalid/")
    SHOP @join__graph(name: "shop", url: "http://shop.invalid/")
  }
  """What is drunk from."""
  type Cup implements Ware
    @join__implements(graph: SHOP, interface: "Ware")
    @join__type(graph: PRICES, key: "id")
    @join__type(graph: SHOP, key: "id")
  {
    id: ID!
    price: Int
    dear: Boolean @join__field(graph: PRICES)
    name: String @join__field(graph: SHOP)
    size: Int @join__field(graph: SHOP)
  }
  union Good
    @join__type(graph: SHOP)
    @join__unionMember(graph: SHOP, member: "Tea")
    @join__unionMember(graph: SHOP, member: "Cup")
   = Tea | Cup
  enum Kind @join__type(graph: SHOP) {
    BLACK @join__enumValue(graph: SHOP)
    GREEN @join__enumValue(graph: SHOP)
  }
  type Query @join__type(graph: PRICES) @join__type(graph: SHOP) {
    goods: [Good] @join__field(graph: SHOP)
    ware(id: ID!): Ware @join__field(graph: SHOP)
  }
  type Tea implements Ware
    @join__implements(graph: SHOP, interface: "Ware")
    @join__type(graph: PRICES, key: "id")
    @join__type(graph: SHOP, key: "id")
  {
    id: ID!
    name: String @join__field(graph: PRICES, external: true) @join__field(graph: SHOP)
    price: Int @join__field(graph: PRICES)
    dear: Boolean @join__field(graph: PRICES)
    kind: Kind @join__field(graph: SHOP)
    minutes: Int @join__field(graph: SHOP)
  }
  interface Ware @join__type(graph: SHOP) { id: ID! name: String }
`;

test.each(Object.entries(HEADS))('%s', async (_, head) => {
  const supergraph = loadSupergraph(head + BODY);
  const monolith = monolithOf(supergraph.apiSchema, feature.records);
  expect(await failingCases({ feature, supergraph, schemas: schemasOf(feature), monolith })).toEqual([]);
  expect(supergraph.apiSchema.getDirectives().filter(({ name }) => /join|link|mark/.test(name))).toEqual([]);
});
