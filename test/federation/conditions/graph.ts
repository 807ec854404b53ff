/** `@skip` and `@include` on fields and fragments, by variables and by values: what is not asked is not fetched. */
import type { Feature } from '../feature.ts';
import type { Loose } from '../records.ts';
import { NO_ENTITY_FETCHES } from '../switches.ts';

const product = {
  __typename: 'Product',
  id: 'p',
  price: 10,
  dear: (self: Loose) => self.price > 5,
  stock: 3,
  name: 'Pen',
};

const text =
  'query Q($a: Boolean!, $b: Boolean!) { product { id price @include(if: $a) dear @skip(if: $b) ...S @include(if: $b) } other: product @skip(if: $a) { stock name } } fragment S on Product { stock }';

export const conditions: Feature = {
  name: 'conditions',
  subgraphs: {
    catalog:
      'type Query { product: Product } type Product @key(fields: "id") { id: ID! price: Int name: String }',
    pricing:
      'type Product @key(fields: "id") { id: ID! price: Int @external dear: Boolean @requires(fields: "price") }',
    stock: 'type Product @key(fields: "id") { id: ID! stock: Int }',
  },
  records: { entities: [product], query: { product } },
  cases: [
    { text, variables: { a: true, b: true }, asked: { catalog: 1, pricing: 0, stock: 1 } },
    { text, variables: { a: true, b: false }, asked: { catalog: 1, pricing: 1, stock: 0 } },
    { text, variables: { a: false, b: true }, asked: { catalog: 1, pricing: 0, stock: 1 } },
    { text, variables: { a: false, b: false } },
    {
      text: '{ product { id dear @skip(if: true) stock @include(if: false) } }',
      asked: { pricing: 0, stock: 0 },
    },
    { text: '{ product @include(if: false) { dear } __typename }', asked: { catalog: 0 } },
    {
      text: 'query Q($a: Boolean = false, $b: Boolean!) { product { ... @include(if: $a) { dear stock } ... @skip(if: $b) { dear } name } }',
      variables: { b: true },
      asked: { pricing: 0, stock: 0 },
    },
    {
      text: 'query Q($a: Boolean!, $b: Boolean!) { product { stock @include(if: $a) @skip(if: $b) dear @skip(if: $a) @include(if: $b) } }',
      variables: { a: true, b: true },
      asked: { pricing: 0, stock: 0 },
    },
  ],
  switches: [NO_ENTITY_FETCHES],
};
