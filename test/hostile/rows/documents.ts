/** Documents and what goes with them: H10–H17, H20, H21, H24, H27, H28. */
import { ask, bearer, type HostileRow, repeat, seeData, send } from '../row.ts';
import { THROWN_SECRET } from '../target.ts';

const bomb = `{ ...F0 } ${repeat(30, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F30 on Query { __typename }`;
const circles = Array.from({ length: 60 }, (_, i) => `F${i}`);
const circleSpreads = circles.map((name) => `...${name}`).join(' ');
const INTROSPECTION = '{ __schema { types { name } } }';

const REFUSED: readonly (readonly [id: string, input: string, code: string, query: string])[] = [
  ['H10', '15,001 tokens', 'TOKEN_LIMIT', `{ ${'a '.repeat(15_001)}}`],
  ['H10', '8,000 nested braces', 'DEPTH_LIMIT', `${'{ a '.repeat(8_000)}${'}'.repeat(8_000)}`],
  [
    ...['H10', '8,000 nested brackets', 'DEPTH_LIMIT'],
    `{ itemList(ids: ${'['.repeat(8_000)}${']'.repeat(8_000)}) { name } }`,
  ] as [string, string, string, string],
  ['H10', '21 levels', 'DEPTH_LIMIT', `${'{ a '.repeat(21)}${'}'.repeat(21)}`],
  [
    'H10',
    '21 levels by fragments',
    'DEPTH_LIMIT',
    `{ ...F0 } ${repeat(21, (i) => `fragment F${i} on Query { a { ...F${i + 1} } }`)} fragment F21 on Query { a }`,
  ],
  [
    'H10',
    'introspection in circles',
    'DEPTH_LIMIT',
    `{ __schema { types { ${'fields { type { '.repeat(12)} name ${'} } '.repeat(12)} } } }`,
  ],
  ['H12', '31 aliases', 'ALIAS_LIMIT', `{ ${repeat(31, (i) => `a${i}: item(id: "a") { name }`)} }`],
  ['H12', '101 aliases of __typename', 'ALIAS_LIMIT', `{ ${repeat(101, (i) => `a${i}: __typename`)} }`],
  ['H13', '500 times the same field', 'FIELD_LIMIT', `{ ${'__typename '.repeat(500)} }`],
  [
    'H13',
    '200 × 100 inline fragments',
    'FIELD_LIMIT',
    `{ ...F0 ${repeat(199, () => '...F0')} } fragment F0 on Query { ${repeat(100, () => '... on Query { __typename }')} }`,
  ],
  ['H13', '51 fields at the root', 'ROOT_FIELD_LIMIT', `{ ${repeat(51, (i) => `f${i}`)} }`],
  [
    'H13',
    '51 fields at the root by fragments',
    'ROOT_FIELD_LIMIT',
    `{ ...A ...B } fragment A on Query { ${repeat(26, (i) => `f${i}`)} } fragment B on Query { ${repeat(26, (i) => `g${i}`)} }`,
  ],
  [
    'H14',
    '10 unknown directives at one place',
    'DIRECTIVE_LIMIT',
    '{ __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }',
  ],
  [
    'H14',
    '5 known directives at one place',
    'DIRECTIVE_LIMIT',
    `{ __typename ${'@include(if: true) '.repeat(5)} }`,
  ],
  ['H14', '10,000 directives', 'DIRECTIVE_LIMIT', `{ __typename ${'@a'.repeat(10_000)} }`],
  ['H14', '201 directives', 'DIRECTIVE_LIMIT', `{ ${repeat(201, (i) => `f${i} @a`)} }`],
  ['H15', 'a fragment that stands for 2^30 fields', 'FIELD_LIMIT', bomb],
  [
    'H15',
    '60 fragments, each of which holds all',
    'GRAPHQL_VALIDATION_FAILED',
    `{ ...F0 } ${circles.map((name) => `fragment ${name} on Query { ${circleSpreads} }`).join(' ')}`,
  ],
  [
    'H15',
    '1,000 unused fragments',
    'FRAGMENT_LIMIT',
    `{ __typename } ${repeat(1_000, (i) => `fragment F${i} on Query { __typename }`)}`,
  ],
  [
    'H16',
    'two operations and no name',
    'OPERATION_RESOLUTION_FAILURE',
    'query A { __typename } query B { __typename }',
  ],
  ['H17', '@include without if', 'GRAPHQL_VALIDATION_FAILED', '{ __typename @include }'],
  ['H17', 'an undefined variable in @skip', 'GRAPHQL_VALIDATION_FAILED', '{ __typename @skip(if: $x) }'],
  ['H20', 'introspection', 'INTROSPECTION_DISABLED', INTROSPECTION],
  ['H20', 'introspection under an alias', 'INTROSPECTION_DISABLED', '{ x: __type(name: "Query") { name } }'],
  [
    'H20',
    'introspection by a fragment',
    'INTROSPECTION_DISABLED',
    '{ ...F } fragment F on Query { __schema { __typename } }',
  ],
  ['H21', 'a typo', 'GRAPHQL_VALIDATION_FAILED', '{ item(id: "a") { nam } }'],
  ['H21', 'forty wrong fields', 'GRAPHQL_VALIDATION_FAILED', `{ ${repeat(40, (i) => `nofield${i}`)} }`],
  ['H28', '_service', 'GRAPHQL_VALIDATION_FAILED', '{ _service { sdl } }'],
  ['H28', '_entities', 'GRAPHQL_VALIDATION_FAILED', '{ _entities(representations: []) { __typename } }'],
];

/** What the list gives its own figure, in ms. */
const CPU_MAX_MS: Readonly<Record<string, number>> = { H13: 10 };

const denied = (input: string, query: string, data: string): HostileRow => ({
  ...{ id: 'H27', input, cpuMaxMs: null, expected: `200 ${data} FORBIDDEN` },
  send: (target) => ask(target, query),
  see: (answer) => `${seeData(answer)} ${answer.body?.errors?.[0]?.extensions?.code}`,
});

const failing = (field: string, code: string): HostileRow => ({
  ...{ id: 'H24', input: `the code behind ${field} throws an address with its password`, cpuMaxMs: null },
  expected: `200 {"item":{"name":"of reader","${field}":null}} ${code}; the secret is nowhere`,
  send: (target) => ask(target, `{ item(id: "a") { name ${field} } }`),
  see: async (answer, target) => {
    // Lines are written a tenth of a second later at most.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const told = [answer.text, ...answer.headers.values(), target.log()].join('\n');
    const place = told.includes(THROWN_SECRET) ? 'the secret is told' : 'the secret is nowhere';
    return `${seeData(answer)} ${answer.body?.errors?.[0]?.extensions?.code}; ${place}`;
  },
});

export const documentRows: readonly HostileRow[] = [
  ...REFUSED.map(
    ([id, input, code, query]): HostileRow => ({
      ...{ id, input, expected: `400 ${code}` },
      ...(CPU_MAX_MS[id] !== undefined && { cpuMaxMs: CPU_MAX_MS[id] }),
      send: (target) => ask(target, query),
    }),
  ),
  {
    ...{ id: 'H16', input: 'a name that no operation has', expected: '400 OPERATION_RESOLUTION_FAILURE' },
    send: (target) => ask(target, 'query A { __typename }', { operationName: 'B' }),
  },
  {
    ...{ id: 'H16', input: 'a name for what has none', expected: '400 OPERATION_RESOLUTION_FAILURE' },
    send: (target) => ask(target, '{ __typename }', { operationName: 'A' }),
  },
  {
    ...{ id: 'H20', input: 'introspection by GET', expected: '400 INTROSPECTION_DISABLED' },
    send: ({ url, keys }) =>
      send(
        `${url}/graphql?query=${encodeURIComponent(INTROSPECTION)}`,
        'GET',
        undefined,
        bearer(keys.reader),
      ),
  },
  failing('broken', 'TRANSFORM_FAILED'),
  failing('thrown', 'INTERNAL_SERVER_ERROR'),
  denied(
    'no scope, by its name',
    '{ item(id: "a") { name cost } }',
    '{"item":{"name":"of reader","cost":null}}',
  ),
  denied('no scope, under an alias', '{ item(id: "a") { name: cost } }', '{"item":{"name":null}}'),
  denied(
    'no scope, by a fragment',
    '{ item(id: "a") { ...F } } fragment F on Item { ... on Item { cost } }',
    '{"item":{"cost":null}}',
  ),
  denied(
    'no scope, in a list',
    '{ itemList(ids: ["a", "b"]) { cost } }',
    '{"itemList":[{"cost":null},{"cost":null}]}',
  ),
];
