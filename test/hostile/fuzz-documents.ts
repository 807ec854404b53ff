/** Documents from a seed: a third valid, a third valid but for a few tokens, a third broken letter by letter. */
import { type GraphQLSchema, Lexer, Source, TokenKind } from 'graphql';
import { createRandom, generateOperations } from '../oracle/generate-operations.ts';

export interface FuzzedDocument {
  readonly kind: 'valid' | 'mutated' | 'broken';
  /** Of a POST. */
  readonly body: string;
}

type Random = () => number;

/** Valid ones that all others are made of; then they repeat. */
const VALID_MAX = 2_000;

const TOKENS = [
  ...['{', '}', '(', ')', '[', ']', ':', '!', '$', '=', '@', '|', '&', '...', '... on Item', '...F', '#'],
  ...['query', 'mutation', 'subscription', 'fragment F on Item', 'on', 'null', 'true', '0', '-1', '1e999'],
  ...[
    '99999999999999999999',
    '0.0',
    '""',
    '"\\u0000"',
    '"""a"""',
    '"',
    '"""',
    '$x',
    '@skip(if: true)',
    '@include',
  ],
  ...[
    '@defer',
    '@stream(initialCount: -1)',
    'id',
    'name',
    'price',
    'item',
    'itemList',
    '__typename',
    '__schema',
  ],
  ...[
    '_entities',
    '__proto__',
    'constructor',
    'toString',
    '{id: "a"}',
    '[[[[]]]]',
    'é',
    '😀',
    '\u0000',
    '\ufeff',
  ],
];
const LETTERS = [
  '\u0000',
  '\n',
  '\r',
  '\t',
  '"',
  '\\',
  '{',
  '}',
  '(',
  '\ud800',
  '\u2028',
  '😀',
  ' ',
  '#',
  '$',
  '9',
  '_',
];
const VARIABLES: readonly unknown[] = [
  ...[{}, { t: null }, { t: [] }, { t: ['a', 1, null, {}] }, { t: { a: { b: [] } } }, { x: -1 }, { x: 'x' }],
  ...[[], 'text', 7, null, true, { constructor: 1 }, { x: 1e308 }, { t: Array(300).fill('a') }],
];
const REPEATS_MAX = 200;
const TEXT_MAX_LENGTH = 60_000;

export function* fuzzDocuments(
  schema: GraphQLSchema,
  seed: number,
  count: number,
): Generator<FuzzedDocument> {
  const random = createRandom(seed);
  const valid = [
    ...generateOperations(schema, {
      ...{ seed, count: Math.min(VALID_MAX, Math.ceil(count / 3)) },
      values: {
        'Query.item.id': ['a', 'b', 'nobody', ''],
        'Query.itemList.ids': [['a', 'b'], [], ['a', 'a', 'c']],
      },
      // Nothing fails by itself, and no alias has the name of a field that does: a mutation could make it that field.
      without: new Set(['Item.broken', 'Item.thrown', 'Item.ran']),
      aliases: ['x', 'y', 'name', 'price', 'item', 'cost'],
    }),
  ];
  for (let i = 0; i < count; i += 1) {
    const { text, variables } = valid[i % valid.length] as (typeof valid)[number];
    const kind = (['valid', 'mutated', 'broken'] as const)[i % 3] as FuzzedDocument['kind'];
    if (kind === 'valid') yield { kind, body: JSON.stringify({ query: text, variables }) };
    else
      yield {
        kind,
        body: bodyOf(random, kind === 'mutated' ? mutate(random, text) : spoil(random, text), variables),
      };
  }
}

function bodyOf(random: Random, query: string, variables: unknown): string {
  return JSON.stringify({
    query,
    variables: random() < 0.75 ? variables : pick(random, VARIABLES),
    ...(random() < 0.1 && { operationName: pick(random, ['A', '', 'Op', 5, null]) }),
    ...(random() < 0.1 && {
      extensions: pick<unknown>(random, [{}, [], { featuregraph: { status: 'VALUES' } }, 'x']),
    }),
  });
}

/** One token, seldom more, taken away, doubled, exchanged, put in. */
function mutate(random: Random, text: string): string {
  const tokens = tokensOf(text);
  for (let left = 1 + Math.floor(random() ** 2 * 4); left > 0; left -= 1) {
    const at = Math.floor(random() * tokens.length);
    const other = Math.floor(random() * tokens.length);
    const change = random();
    if (change < 0.2) tokens.splice(at, 1);
    else if (change < 0.35) tokens.splice(at, 0, tokens[at] ?? '');
    else if (change < 0.5) [tokens[at], tokens[other]] = [tokens[other] ?? '', tokens[at] ?? ''];
    else if (change < 0.9) tokens.splice(at, change < 0.7 ? 1 : 0, pick(random, TOKENS));
    else repeatPart(random, tokens);
  }
  return tokens.join(' ').slice(0, TEXT_MAX_LENGTH);
}

/** A few letters taken away, put in, or a part of the text many times. */
function spoil(random: Random, text: string): string {
  const letters = [...text];
  for (let left = 1 + Math.floor(random() * 8); left > 0; left -= 1) {
    const at = Math.floor(random() * letters.length);
    const change = random();
    if (change < 0.3) letters.splice(at, 1 + Math.floor(random() * 5));
    else if (change < 0.8) letters.splice(at, 0, pick(random, random() < 0.5 ? LETTERS : TOKENS));
    else if (change < 0.9) letters.length = at + 1;
    else repeatPart(random, letters);
  }
  return letters.join('').slice(0, TEXT_MAX_LENGTH);
}

function repeatPart(random: Random, parts: string[]): void {
  const at = Math.floor(random() * parts.length);
  const part = parts.slice(at, at + 1 + Math.floor(random() * 12));
  const times = Math.floor(random() * REPEATS_MAX);
  parts.splice(at, 0, ...Array.from({ length: times }, () => part).flat());
}

function tokensOf(text: string): string[] {
  const lexer = new Lexer(new Source(text));
  const tokens: string[] = [];
  while (lexer.advance().kind !== TokenKind.EOF) tokens.push(text.slice(lexer.token.start, lexer.token.end));
  return tokens;
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}
