import { SHOP_CODE, SHOP_SDL } from '../sample-schema.ts';
import type { Mistake } from './mistake.ts';

const transforms = SHOP_CODE.transforms ?? {};
const resolvers = SHOP_CODE.resolvers ?? {};
const convert = transforms.convert as NonNullable<(typeof transforms)['convert']>;

const PERSON_FIELDS = SHOP_SDL.slice(
  SHOP_SDL.indexOf('  birthYear: Int @external'),
  SHOP_SDL.indexOf('}\n\ninput StockKey'),
);

/** Views, stored features and on-demand features. */
export const IN_FEATURES: readonly Mistake[] = [
  {
    rule: 'views-are-used',
    sample: 'size: Size @feature(view: "product_facts"',
    broken: 'size: Size @feature(view: "product_fact"',
    message: /"product_fact" is not declared on Product. Did you mean "product_facts"\?/,
  },
  {
    rule: 'views-are-used',
    sample: '"product_search@2")',
    broken: '"product_search@1")',
    line: 'product_search@1',
    message: /"product_search@1" is not declared/,
  },
  {
    rule: 'views-are-used',
    sample: '@viewRead(view: "product_sales_24h")',
    broken: '@viewRead(view: "stock_now")',
    message: /"stock_now" is not declared on Product/,
  },
  {
    rule: 'views-are-used',
    sample: '  @view(name: "product_facts")\n',
    broken: '  @view(name: "product_facts")\n  @view(name: "product_unused")\n',
    line: 'product_unused',
    message: /No feature is in the view "product_unused"/,
  },
  {
    rule: 'view-names-are-unique',
    sample: 'enum Size {',
    broken:
      'type Shelf @key(fields: "no") @view(name: "person_facts") {\n  no: Int!\n  "Goods."\n  goods: Int @feature(view: "person_facts")\n}\n\nenum Size {',
    mended:
      'type Shelf @key(fields: "no") @view(name: "shelf_facts") {\n  no: Int!\n  "Goods."\n  goods: Int @feature(view: "shelf_facts")\n}\n\nenum Size {',
    message: /"person_facts" is declared on Person in schema\/people.graphql already/,
  },
  {
    rule: 'view-arguments',
    sample: 'ttl: "24h"',
    broken: 'ttl: "24 hours"',
    message: /expected `ttl` to be a duration, got "24 hours"/,
  },
  {
    rule: 'view-arguments',
    sample: 'availableAfter: "1h"',
    broken: 'availableAfter: "0h"',
    message: /expected `availableAfter` to be a duration/,
  },
  {
    rule: 'view-arguments',
    sample: 'source: "sales", ',
    broken: '',
    line: 'sourceMaxLag',
    message: /`sourceMaxLag` is given, but no `source`/,
  },
  {
    rule: 'view-arguments',
    sample: 'hot: "ON_READ"',
    broken: 'hot: "ON_RAED"',
    message: /expected `hot` to be ON_WRITE, ON_READ, ONLY, got "ON_RAED". Did you mean "ON_READ"\?/,
  },
  {
    rule: 'view-arguments',
    sample: 'name: "stock_now", ttl: "5m"',
    broken: 'name: "stock_now", ttl: "5m", version: 0',
    message: /expected `version` to be 1 or more, got 0/,
  },
  {
    rule: 'view-arguments',
    sample: 'hot: "ON_READ"',
    broken: 'hot: "ONLY", external: "others"',
    message: /`external` says that others store it/,
  },
  {
    rule: 'volatile-views-are-apart',
    also: ['views-are-used'],
    sample: 'version: 2, block: "search", availableAfter: "1h"',
    broken:
      'version: 2, block: "search", availableAfter: "1h")\n  @view(name: "product_trend", block: "search", hot: "ONLY"',
    line: 'product_trend',
    message:
      /"product_trend" is `hot: "ONLY"` and shares the block shop.Product.search with "product_search"/,
  },
  {
    rule: 'view-reads-have-type',
    sample: 'salesRead: ViewRead',
    broken: 'salesRead: Int',
    message: /Expected the type ViewRead, got Int/,
  },
  {
    rule: 'view-reads-have-type',
    sample: 'salesRead: ViewRead',
    broken: 'salesRead(view: String): ViewRead',
    message: /arguments, which nothing would look at/,
  },
  {
    rule: 'features-are-described',
    sample: '  "Price in cents."\n',
    broken: '',
    line: 'priceCents: Int',
    message: /The feature has no description/,
  },
  {
    rule: 'features-are-described',
    sample: '  "Price in whole units."\n',
    broken: '  " "\n',
    message: /The feature has no description/,
  },
  {
    rule: 'features-have-type',
    sample: ', maxItems: 5)',
    broken: ')',
    line: 'lastPieces',
    message: /A list feature has no bound/,
  },
  {
    rule: 'features-have-type',
    sample: 'maxBytes: 64',
    broken: 'maxItems: 64',
    message: /`maxItems` is given, but the type is no list/,
  },
  {
    rule: 'features-have-type',
    sample: 'lastPieces: [Int!]',
    broken: 'lastPieces: [[Int!]]',
    message: /A list of lists cannot be a feature/,
  },
  {
    rule: 'features-have-type',
    sample: 'onInvalid: "NULL"',
    broken: 'onInvalid: "DROP"',
    message: /Expected `onInvalid` to be REJECT or NULL, got "DROP"/,
  },
  {
    rule: 'features-have-type',
    sample: '@vector(dim: 8) ',
    broken: '',
    line: 'embedding:',
    message: /A Vector has no length/,
  },
  {
    rule: 'features-have-type',
    sample: 'dim: 8',
    broken: 'dim: 0',
    message: /Expected `dim` from 1 to 16000, got 0/,
  },
  {
    rule: 'features-have-type',
    sample: 'dim: 8',
    broken: 'dim: 8, element: "F64"',
    message: /Expected `element` to be "F32", got "F64"/,
  },
  {
    rule: 'features-have-type',
    sample: 'box: Box @feature',
    broken: 'box: Person @feature',
    message: /Person is an entity, which cannot be a stored/,
  },
  {
    rule: 'features-have-type',
    sample: '  widthMm: Int\n',
    broken: '  widthMm: Int\n  inner: Box\n',
    line: 'box: Box',
    message: /The struct Box contains itself/,
  },
  {
    rule: 'features-have-type',
    sample: '  widthMm: Int\n',
    broken: '  widthMm: Int\n  sides: [Int!]\n',
    line: 'box: Box',
    message: /The struct Box has a list, for which no bound can be given/,
  },
  {
    rule: 'features-have-type',
    sample: 'title: String @',
    broken: 'title(language: String): String @',
    message: /A stored feature has arguments/,
  },
  {
    rule: 'features-have-type',
    sample: 'box: Box @feature',
    broken: 'box: ViewRead @feature',
    message: /ViewRead tells how a read went; it cannot be a feature/,
  },
  {
    rule: 'features-have-type',
    sample: '  widthMm: Int\n',
    broken: '  widthMm: Int\n  looks: Vector\n',
    line: 'box: Box',
    message: /A Vector can only be a feature itself/,
  },
  {
    rule: 'features-have-type',
    sample: 'enum Size {',
    broken:
      'scalar Money\n\ntype Shelf @key(fields: "no") @view(name: "shelf_facts") {\n  no: Int!\n  "Price."\n  price: Money @feature(view: "shelf_facts")\n}\n\nenum Size {',
    mended:
      'type Shelf @key(fields: "no") @view(name: "shelf_facts") {\n  no: Int!\n  "Price."\n  price: Decimal @feature(view: "shelf_facts")\n}\n\nenum Size {',
    line: 'price: Money',
    message: /The scalar Money is not one that features can have/,
  },
  {
    rule: 'feature-names-are-unique',
    sample: 'name: "last_sold"',
    broken: 'name: "lastPieces"',
    message: /Its name in rows, "lastPieces", is that of Product.lastPieces in the same view/,
  },
  {
    rule: 'feature-names-are-unique',
    sample: 'name: "last_sold"',
    broken: 'name: "eventTime"',
    message: /"eventTime", is that of a column that every pushed row may have/,
  },
  {
    rule: 'feature-names-are-unique',
    sample: 'name: "last_sold"',
    broken: 'name: "sku"',
    message: /"sku", is that of a join key/,
  },
  {
    rule: 'feature-has-one-view',
    sample: PERSON_FIELDS,
    broken: '  "Year of birth."\n  birthYear: Int @shareable @feature(view: "person_orders_7d")\n',
    mended: '  "Orders in 7 days."\n  orders7d: Int @feature(view: "person_orders_7d")\n',
    line: 'birthYear: Int @shareable',
    message: /The feature is defined in schema\/people.graphql already \(view "person_facts"\)/,
  },
  {
    rule: 'inputs-are-as-protected',
    sample: 'maker: Person @reference(key: ["makerId"])',
    broken:
      'maker: Person @reference(key: ["buyerId"])\n  "Who buys most."\n  buyerId: ID @feature(view: "product_facts") @requiresScopes(scopes: [["buyers"]])',
    mended:
      'maker: Person @reference(key: ["buyerId"]) @requiresScopes(scopes: [["buyers"]])\n  "Who buys most."\n  buyerId: ID @feature(view: "product_facts") @requiresScopes(scopes: [["buyers"]])',
    message: /made of Product.buyerId, which needs @requiresScopes/,
  },
  {
    rule: 'inputs-are-as-protected',
    sample:
      'priceIn(rate: Float!): Float @onDemand(transform: "convert", inputs: ["priceCents"]) @cost(weight: 2)',
    broken:
      'priceIn(rate: Float!): Float @onDemand(transform: "convert", inputs: ["secretCents"]) @cost(weight: 2)\n  "What it costs us."\n  secretCents: Int @feature(view: "product_facts") @authenticated',
    mended:
      'priceIn(rate: Float!): Float @onDemand(transform: "convert", inputs: ["secretCents"]) @cost(weight: 2) @authenticated\n  "What it costs us."\n  secretCents: Int @feature(view: "product_facts") @authenticated',
    message: /made of Product.secretCents, which needs @authenticated/,
  },
  {
    rule: 'on-demand-inputs-exist',
    also: ['requires-are-external'],
    sample: '@requires(fields: "birthYear") ',
    broken: '',
    line: 'ordersPerYear',
    message: /The input "birthYear" belongs to another domain, and nothing asks for it/,
  },
  {
    rule: 'defaults-have-type',
    sample: '"product_facts", default: 0)',
    broken: '"product_facts", default: "0")',
    message: /The default does not have the type Int: expected Int \(32 bits\), got "0"/,
  },
  {
    rule: 'defaults-have-type',
    sample: 'default: MIDDLE',
    broken: 'default: HUGE',
    message: /expected one of LARGE, MIDDLE, SMALL, got "HUGE"/,
  },
  {
    rule: 'defaults-have-type',
    sample: 'maxItems: 5)',
    broken: 'maxItems: 5, default: [1, null])',
    message: /expected Int at \[1\], got null/,
  },
  {
    rule: 'defaults-have-type',
    sample: 'default: 1)',
    broken: 'default: null)',
    message: /The default is null/,
  },
  {
    rule: 'on-demand-inputs-exist',
    sample: 'inputs: ["priceCents"])',
    broken: 'inputs: ["priceCent"])',
    message: /The input "priceCent" is no field of Product. Did you mean "priceCents"\?/,
  },
  {
    rule: 'on-demand-inputs-exist',
    sample: 'inputs: ["priceCents"], default: 1)',
    broken: 'inputs: ["priceRounded"], default: 1)',
    message: /The feature needs itself: priceRounded → priceRounded/,
  },
  {
    rule: 'on-demand-inputs-exist',
    sample: 'inputs: ["priceRounded", "sku"]',
    broken: 'inputs: ["priceIn", "sku"]',
    message: /The input "priceIn" has arguments, which nobody would give/,
  },
  {
    rule: 'transforms-fit',
    sample: 'transform: "convert"',
    broken: 'transform: "konvert"',
    message: /No transform "konvert" is registered for shop. Did you mean "convert"\?/,
  },
  {
    rule: 'transforms-fit',
    sample: 'inputs: ["priceCents"])',
    broken: 'inputs: ["title"])',
    message: /The input "cents" of convert is Int, but Product.title is String/,
  },
  {
    rule: 'transforms-fit',
    sample: 'inputs: ["priceRounded", "sku"]',
    broken: 'inputs: ["priceRounded"]',
    message: /isAffordable has 2 inputs \(price, sku\), but 1 are named/,
  },
  {
    rule: 'transforms-fit',
    sample: 'inputs: ["priceRounded", "sku"]',
    broken: 'inputs: ["priceRounded", "makerId"]',
    message: /is ID!, but Product.makerId can be null/,
  },
  {
    rule: 'transforms-fit',
    sample: 'priceIn(rate: Float!)',
    broken: 'priceIn(rate: Float!, tax: Float)',
    message: /the argument "tax", which convert does not know/,
  },
  {
    rule: 'transforms-fit',
    sample: 'priceIn(rate: Float!)',
    broken: 'priceIn',
    message: /convert has the argument "rate", which the field does not have/,
  },
  {
    rule: 'transforms-fit',
    sample: 'priceIn(rate: Float!)',
    broken: 'priceIn(rate: Float)',
    message: /The argument "rate" is Float, in convert it is Float!/,
  },
  {
    rule: 'transforms-fit',
    sample: 'affordable: Boolean',
    broken: 'affordable: String',
    message: /The field's type is String, the output of isAffordable Boolean/,
  },
  {
    rule: 'transforms-fit',
    sample: '  "Price in another currency."\n',
    broken: '  "Price in another currency."\n',
    line: 'priceIn(',
    code: { transforms: { ...transforms, convert: { ...convert, output: 'Flo at' } }, resolvers },
    message: /The output of convert is "Flo at", which is no GraphQL type/,
  },
  {
    rule: 'blocks-fit',
    sample: 'maxBytes: 64',
    broken: 'maxBytes: 66000',
    line: '@view(name: "product_facts")',
    message: /The block shop.Product can take \d+ bytes; at most 65536 are allowed. .* product_facts 66\d+/,
  },
];
