/** Inputs with arguments: at the top and nested, the same and different ones, beside a client's own. */
import type { Feature } from '../feature.ts';
import { type Computed, input, type Loose } from '../records.ts';
import { NO_INPUTS, withoutJoin } from '../switches.ts';

const inCurrency =
  (base: number): Computed =>
  (_, { currency = 'EUR', vat = false }) =>
    (currency === 'USD' ? base * 2 : base) + (vat ? 1 : 0);

const shelf = (id: string, base: number) => ({
  __typename: 'Shelf',
  id,
  label: `L${id}`,
  rent: inCurrency(base),
  width: base + 3,
});
const low = shelf('1', 10);
const high = shelf('2', 40);

const rent = (self: Loose, args: Record<string, unknown>): string | null =>
  self.shelf === null ? null : `rent ${input(self.shelf, 'rent', args)}`;

const product = (upc: string, base: number, at: unknown) => ({
  __typename: 'Product',
  upc,
  name: `P${upc}`,
  price: inCurrency(base),
  shelf: at,
  usd: (self: Loose) => `price ${input(self, 'price', { currency: 'USD' })}`,
  eur: (self: Loose) => `price ${input(self, 'price', { currency: 'EUR', vat: true })}`,
  rentUsd: (self: Loose) => rent(self, { currency: 'USD' }),
  rentEur: (self: Loose) => self.shelf && `${rent(self, { currency: 'EUR' })} of ${self.shelf.width}`,
  rentPlain: (self: Loose) => self.shelf && `rent ${input(self.shelf, 'rent')}`,
  pricePlain: (self: Loose) => `price ${input(self, 'price')}`,
  rentVat: (self: Loose) => rent(self, { currency: 'USD', vat: true }),
});
const products = [product('a', 100, low), product('b', 3, high), product('c', 7, null)];
const box = {
  __typename: 'Box',
  id: 'x',
  content: products[0],
  dear: (self: Loose) => input(self.content, 'price', { currency: 'EUR' }) > 50,
};

export const requiresArguments: Feature = {
  name: 'requires-arguments',
  subgraphs: {
    catalog: `
      type Query { products: [Product!]! first: Product box: Box }
      type Product @key(fields: "upc") { upc: ID! name: String price(currency: String, vat: Boolean): Int shelf: Shelf }
      type Shelf @key(fields: "id") { id: ID! label: String }
      type Box @key(fields: "id") { id: ID! content: Product }
    `,
    shelves: 'type Shelf @key(fields: "id") { id: ID! rent(currency: String, vat: Boolean): Int width: Int }',
    billing: `
      type Product @key(fields: "upc") {
        upc: ID!
        price(currency: String, vat: Boolean): Int @external
        shelf: Shelf @external
        usd: String @requires(fields: "price(currency: \\"USD\\")")
        eur: String @requires(fields: "price(currency: \\"EUR\\", vat: true)")
        rentUsd: String @requires(fields: "shelf { rent(currency: \\"USD\\") }")
        rentEur: String @requires(fields: "shelf { rent(currency: \\"EUR\\") width }")
        rentPlain: String @requires(fields: "shelf { rent }")
        pricePlain: String @requires(fields: "price")
        rentVat: String @requires(fields: "shelf { rent(currency: \\"USD\\", vat: true) }")
      }
      type Shelf @key(fields: "id", resolvable: false) {
        id: ID!
        rent(currency: String, vat: Boolean): Int @external
        width: Int @external
      }
    `,
    boxes: `
      type Box @key(fields: "id") {
        id: ID!
        content: Product @external
        dear: Boolean @requires(fields: "content { price(currency: \\"EUR\\") }")
      }
      type Product @key(fields: "upc", resolvable: false) { upc: ID! price(currency: String, vat: Boolean): Int @external }
    `,
  },
  records: {
    entities: [low, high, ...products, box],
    query: { products, first: products[1], box },
  },
  cases: [
    { text: '{ products { usd } }' },
    { text: '{ products { usd eur name } }' },
    { text: '{ products { usd eur price(currency: "USD", vat: true) other: price } }' },
    { hiveDiffers: 'nullInput', text: '{ products { rentUsd } }' },
    { hiveDiffers: 'mixedInputs', text: '{ products { rentUsd rentEur } }' },
    { hiveDiffers: 'mixedInputs', text: '{ products { rentUsd rentEur rentVat usd eur } }' },
    { hiveDiffers: 'mixedInputs', text: '{ products { rentPlain rentUsd pricePlain usd } }' },
    {
      hiveDiffers: 'mixedInputs',
      text: '{ box { content { pricePlain rentPlain rentVat eur price(currency: "USD") } } }',
    },
    {
      hiveDiffers: 'mixedInputs',
      text: '{ first { rentVat rentEur shelf { rent(currency: "USD") width label } } }',
    },
    {
      hiveDiffers: 'mixedInputs',
      text: '{ first { shelf { rent: width width: rent } rentUsd rentEur price: rentVat } }',
    },
    { hiveDiffers: 'mixedInputs', text: '{ box { dear content { usd eur rentUsd } } }' },
    {
      hiveDiffers: 'endsProcess',
      text: '{ box { dear content { price(currency: "USD") usd } } first { eur } }',
    },
    {
      hiveDiffers: 'nullInput',
      text: 'query Q($c: String, $v: Boolean!) { products { price(currency: $c, vat: $v) usd rentEur } }',
      variables: { c: 'USD', v: true },
    },
  ],
  switches: [NO_INPUTS, withoutJoin('requires')],
};
