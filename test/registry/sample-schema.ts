import type { DomainSource } from '../../src/registry/domain-source.ts';
import type { DomainCode } from '../../src/registry/registry.ts';

/** Two domains without a mistake that use everything a schema can have: what each mistake is made in. */
export const SHOP_SDL = `"A product, known by its number."
type Product @key(fields: "sku")
  @tag(name: "owner/shop")
  @view(name: "product_facts")
  @view(name: "product_sales_24h", ttl: "24h", source: "sales", sourceMaxLag: "10m")
  @view(name: "product_search", version: 2, block: "search", availableAfter: "1h") {
  sku: ID!

  "What it is called."
  title: String @feature(view: "product_facts", maxBytes: 64)
  "Price in cents."
  priceCents: Int @feature(view: "product_facts", default: 0)
  "How large it is."
  size: Size @feature(view: "product_facts", default: MIDDLE)
  "Number of its maker."
  makerId: ID @feature(view: "product_facts")
  "Its box."
  box: Box @feature(view: "product_facts")

  "Pieces sold in 24 hours."
  sold24h: BigInt @feature(view: "product_sales_24h", default: "0", onInvalid: "NULL")
  "Pieces of the last sales."
  lastPieces: [Int!] @feature(view: "product_sales_24h", maxItems: 5)
  "When it was sold last."
  lastSoldAt: DateTime @feature(view: "product_sales_24h", name: "last_sold")

  "What it means to a searcher."
  embedding: Vector @vector(dim: 8) @feature(view: "product_search@2")

  "Price in another currency."
  priceIn(rate: Float!): Float @onDemand(transform: "convert", inputs: ["priceCents"]) @cost(weight: 2)
  "Its price against the budget of its maker's country."
  affordable: Boolean @onDemand(transform: "isAffordable", inputs: ["priceRounded", "sku"])
  "Price in whole units."
  priceRounded: Int @onDemand(transform: "round", inputs: ["priceCents"], default: 1)

  maker: Person @reference(key: ["makerId"])
  stockIn(country: String!): Stock @reference(key: ["sku", "country"])
  salesRead: ViewRead @viewRead(view: "product_sales_24h")
  shelf: String
}

"What lies in one country."
type Stock @key(fields: "sku country") @view(name: "stock_now", ttl: "5m", hot: "ON_READ") {
  sku: ID!
  country: String!
  "Pieces there."
  pieces: Int @feature(view: "stock_now")
}

enum Size { SMALL MIDDLE LARGE }

type Box {
  widthMm: Int
  heightMm: Int!
}

type Person @key(fields: "person") @view(name: "person_orders_7d") {
  person: ID!
  birthYear: Int @external
  "Orders in 7 days."
  orders7d: Int @feature(view: "person_orders_7d")
  "Orders for each year of life."
  ordersPerYear: Float @requires(fields: "birthYear") @onDemand(transform: "perYear", inputs: ["orders7d", "birthYear"])
}

input StockKey {
  sku: ID!
  country: String!
}

type Query {
  product(sku: ID!): Product @lookup
  productList(skus: [ID!]!): [Product!] @lookup(maxKeys: 100)
  stock(country: String!, sku: ID!): Stock @lookup
  stockList(keys: [StockKey!]!): [Stock!] @lookup(maxKeys: 50)
  newest: Product
}
`;

export const PEOPLE_SDL = `"A person."
type Person @key(fields: "person") @view(name: "person_facts") {
  person: ID!
  "Year of birth."
  birthYear: Int @feature(view: "person_facts")
  "Size of the shirt."
  shirt: Size @feature(view: "person_facts")
}

enum Size { SMALL MIDDLE LARGE }

type Query {
  person(person: ID!): Person @lookup
}
`;

export const SHOP_CODE: DomainCode = {
  transforms: {
    convert: {
      inputs: { cents: 'Int' },
      arguments: { rate: 'Float!' },
      output: 'Float',
      compute: ({ cents }, { rate }) => (cents === null ? null : (cents as number) * (rate as number)),
    },
    isAffordable: { inputs: { price: 'Float', sku: 'ID!' }, output: 'Boolean', compute: () => true },
    round: {
      inputs: { cents: 'Int' },
      output: 'Int',
      compute: ({ cents }) => Math.round((cents as number) / 100),
    },
    perYear: { inputs: { orders: 'Int', year: 'Int' }, output: 'Float', compute: () => 1 },
  },
  resolvers: { Product: { shelf: () => 'A1' }, Query: { newest: () => ({ sku: '1' }) } },
};

export function sampleSources(): DomainSource[] {
  return [
    { name: 'people', file: 'schema/people.graphql', sdl: PEOPLE_SDL, code: {} },
    { name: 'shop', file: 'schema/shop.graphql', sdl: SHOP_SDL, code: SHOP_CODE },
  ];
}
