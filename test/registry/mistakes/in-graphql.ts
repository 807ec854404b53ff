import type { Mistake } from './mistake.ts';

/** Files that are not GraphQL, not a valid schema, or not what the platform defines. */
export const IN_GRAPHQL: readonly Mistake[] = [
  { rule: 'syntax', sample: 'enum Size {', broken: 'enum Size (', message: /not GraphQL: Unexpected "\("/ },
  {
    rule: 'syntax',
    sample: '  shelf: String',
    broken: '  shelf: ',
    line: '}',
    message: /Expected Name, found "}"/,
  },
  {
    rule: 'valid-sdl',
    sample: '  widthMm: Int\n',
    broken: '  widthMm: Itn\n',
    message: /Unknown type "Itn"/,
  },
  {
    rule: 'valid-sdl',
    sample: '  shelf: String',
    broken: '  shelf: String @deprecate',
    message: /Unknown directive "@deprecate"/,
  },
  {
    rule: 'valid-sdl',
    sample: 'dim: 8)',
    broken: 'dim: 8, elements: "F32")',
    message: /Unknown argument "elements" on directive "@vector"/,
  },
  {
    rule: 'valid-sdl',
    sample: '@vector(dim: 8)',
    broken: '@vector(dim: 8) @vector(dim: 8)',
    message: /"@vector" can only be used once/,
  },
  {
    rule: 'valid-sdl',
    sample: '  widthMm: Int\n',
    broken: '  widthMm: Int\n  widthMm: Int\n',
    line: '  widthMm: Int\n  heightMm',
    message: /"Box.widthMm" can only be defined once/,
  },
  {
    rule: 'valid-sdl',
    sample: 'enum Size {',
    broken: 'enum Size @view(name: "a") {',
    message: /"@view" may not be used on ENUM/,
  },
  {
    rule: 'valid-sdl',
    sample: 'input StockKey {',
    broken: 'input Other {\n  box: Box\n}\n\ninput StockKey {',
    line: 'box: Box\n',
    message: /must be Input Type/,
  },
  {
    rule: 'valid-sdl',
    sample: 'type Box {',
    broken: 'type Empty\n\ntype Box {',
    message: /Type Empty must define one or more fields/,
  },
  {
    rule: 'directive-arguments',
    sample: 'availableAfter: "1h"',
    broken: 'availableAfter: 3600',
    message: /Expected @view\(availableAfter:\) to be String, got 3600/,
  },
  {
    rule: 'directive-arguments',
    sample: 'maxBytes: 64',
    broken: 'maxBytes: "64"',
    message: /Expected @feature\(maxBytes:\) to be Int, got "64"/,
  },
  {
    rule: 'directive-arguments',
    sample: 'hot: "ON_READ"',
    broken: 'hot: ON_READ',
    message: /Expected @view\(hot:\) to be String, got ON_READ/,
  },
  {
    rule: 'directive-arguments',
    sample: '@cost(weight: 2)',
    broken: '@cost(weight: "2")',
    message: /Expected @cost\(weight:\) to be Int!, got "2"/,
  },
  {
    rule: 'directive-arguments',
    sample: '@tag(name: "owner/shop")',
    broken: '@tag(name: "owner: shop")',
    message: /Expected the tag to be letters, digits, _, \/ and -, at most 128, got "owner: shop"/,
  },
  {
    rule: 'platform-definitions',
    sample: 'enum Size {',
    broken: 'type ViewRead @shareable { status: ReadStatus! }\n\nenum Size {',
    message: /This definition of ViewRead differs from the platform's/,
  },
  {
    rule: 'platform-definitions',
    sample: 'enum Size {',
    broken: 'directive @viewRead(view: String!, more: Int) on FIELD_DEFINITION\n\nenum Size {',
    message: /This definition of @viewRead differs/,
  },
  {
    rule: 'platform-definitions',
    sample: 'enum Size {',
    broken:
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])\n\nenum Size {',
    message:
      /lacks: @link\(url: "https:\/\/specs.apollo.dev\/federation\/v2.9"\), import of @tag from federation/,
  },
  {
    rule: 'names-have-casing',
    sample: 'stockIn(country: String!): Stock @reference(key: ["sku", "country"])',
    broken: 'stock_in(country: String!): Stock @reference(key: ["sku", "country"])',
    message: /field's name: expected camelCase, got "stock_in"/,
  },
  {
    rule: 'names-have-casing',
    sample: 'input StockKey {',
    broken: 'enum Mood {\n  small\n}\n\ninput StockKey {',
    mended: 'enum Mood {\n  SMALL\n}\n\ninput StockKey {',
    line: 'small\n',
    message: /value's name: expected SCREAMING_SNAKE, got "small"/,
  },
  {
    rule: 'names-have-casing',
    sample: 'block: "search"',
    broken: 'block: "Search Block"',
    message: /@view\(block:\): expected snake_case, got "Search Block"/,
  },
  {
    rule: 'names-have-casing',
    sample: 'name: "last_sold"',
    broken: 'name: "last sold"',
    message: /@feature\(name:\): expected letters, digits and _, got "last sold"/,
  },
  {
    rule: 'names-have-casing',
    sample: 'source: "sales"',
    broken: `source: "${'s'.repeat(129)}"`,
    message: /@view\(source:\): expected at most 128 bytes, got 129/,
  },
  {
    rule: 'resolvers-have-fields',
    sample: '  newest: Product\n',
    broken: '',
    line: 'type Query',
    message: /a resolver for "newest", which is no field of Query/,
  },
];
