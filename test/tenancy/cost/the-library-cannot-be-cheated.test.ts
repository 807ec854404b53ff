/**
 * Every way to make graphql-query-complexity tell less than an operation costs, each seen on 2.0.0 as it comes: none
 * works through the gate.
 */
import { buildSchema, parse } from 'graphql';
import { getComplexity, simpleEstimator } from 'graphql-query-complexity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CostBound } from '../../../src/tenancy/cost/cost-bound.ts';
import { createCostModel } from '../../../src/tenancy/cost/cost-model.ts';
import { COST_MAX } from '../../../src/tenancy/cost/operation-cost.ts';
import { codeOf } from './code-of.ts';
import { boundedOf, type Flights, openFlights, prepareText } from './flights.ts';

const ITEMS_SDL = `
  enum join__Graph { SHOP @join__graph(name: "shop", url: "http://shop") }
  type Query @join__type(graph: SHOP) {
    items(first: Int, ids: [ID!], weight: Float): [Item!] @listSize(assumedSize: 50)
    few: [Item!] @listSize(assumedSize: -5)
    many: [Item!]
  }
  type Item @join__type(graph: SHOP, key: "id") { id: ID! dear: Int @cost(weight: 7) gift: Int @cost(weight: -7) items: [Item!] }
`;
const API_SDL = `
  type Query { items(first: Int, ids: [ID!], weight: Float): [Item!] few: [Item!] many: [Item!] }
  type Item { id: ID! dear: Int gift: Int items: [Item!] }
`;
const shop = new CostBound(
  buildSchema(API_SDL),
  createCostModel({
    ...{ supergraph: parse(ITEMS_SDL), registry: null, requires: new Map() },
    remote: new Map([['shop', { own: false }]]),
  }),
);
const boundOf = (text: string, variables = {}): number => shop.of(boundedOf(text, variables));

/** The library with the estimators that its own pages show. */
function plainly(text: string, variables = {}, operationName?: string): number {
  return getComplexity({
    schema: buildSchema(API_SDL),
    query: parse(text),
    variables,
    ...(operationName === undefined ? {} : { operationName }),
    estimators: [
      ({ args, childComplexity }) => (args.first === undefined ? undefined : args.first * childComplexity),
      simpleEstimator({ defaultComplexity: 1 }),
    ],
  });
}

const LIST = 'query ($n: Int) { items(first: $n) { dear } }';

describe('as it comes, the library', () => {
  test('takes a negative size for a discount, zero for nothing and null for once', () => {
    const discounted = plainly('{ a: many { dear } b: items(first: -3) { dear } }');
    expect(discounted).toBeLessThan(plainly('{ a: many { dear } }'));
    expect(plainly('{ items(first: 0) { dear items { dear } } }')).toBe(0);
    expect(plainly(LIST, { n: null })).toBeLessThan(2);
  });
  test('lets an operation of another name cost nothing, and falls over one without a name', () => {
    expect(plainly('query A { many { dear } }', {}, 'B')).toBe(0);
    expect(() => plainly('{ many { dear } }', {}, 'A')).toThrow(TypeError);
  });
});

describe('through the gate', () => {
  test.each([-3, 0, null, 2 ** 31 - 1])('a size of %s costs what the list is taken to hold', (n) => {
    expect(boundOf(LIST, { n })).toBe(boundOf('{ items { dear } }'));
    expect(boundOf(LIST, { n })).toBeGreaterThanOrEqual(50 * 7);
  });
  test('a size that its owner says to be negative is one, and a negative weight is none', () => {
    expect(boundOf('{ few { dear } }')).toBeGreaterThanOrEqual(7);
    expect(boundOf('{ many { id gift } }')).toBeGreaterThanOrEqual(boundOf('{ many { id } }'));
  });
  test('a list that says nothing of its size has one all the same', () => {
    expect(boundOf('{ many { dear } }')).toBeGreaterThanOrEqual(10 * 7);
  });
  test('a default of the operation counts like a value that is sent', () => {
    expect(boundOf('query ($n: Int = -3) { items(first: $n) { dear } }')).toBe(boundOf('{ items { dear } }'));
  });
  test('what is not a number stops at the largest, and never falls through', () => {
    const nested = `{ items ${'{ items '.repeat(30)} { dear } ${'}'.repeat(30)} }`;
    expect(boundOf(nested)).toBe(COST_MAX);
  });
  test('fragments that expand to 2^30 fields are refused by counting', () => {
    const fragments = Array.from(
      { length: 30 },
      (_, i) => `fragment F${i} on Item { ...F${i + 1} ...F${i + 1} }`,
    );
    const bomb = `{ many { ...F0 } } ${fragments.join(' ')} fragment F30 on Item { dear }`;
    const cpuStart = process.cpuUsage();
    expect(codeOf(() => boundOf(bomb))).toBe('FIELD_LIMIT');
    const cpuMs = (process.cpuUsage(cpuStart).user + process.cpuUsage(cpuStart).system) / 1_000;
    expect(cpuMs).toBeLessThan(50);
  });
  test('a fragment that holds itself ends', () => {
    expect(codeOf(() => boundOf('{ many { ...A } } fragment A on Item { dear ...A }'))).toBe('FIELD_LIMIT');
  });
  test('only the operation that is executed counts, whatever stands beside it', () => {
    const [first] = parse('query A { many { dear } } query B { items { dear } }').definitions;
    if (first?.kind !== 'OperationDefinition') throw new Error('no operation');
    const bounded = {
      operation: first,
      fragments: new Map(),
      variables: {},
      options: { status: 'NONE' as const },
    };
    expect(shop.of(bounded)).toBe(boundOf('{ many { dear } }'));
  });
});

describe('on the flights graph', () => {
  let flights: Flights;
  beforeAll(async () => {
    flights = await openFlights();
  }, 60_000);
  afterAll(() => flights.close());

  const KEYS = 'query ($t: [ID!]! = ["N14228"]) { aircraftList(tailnums: $t) { engine legs24h } }';
  const keys = (count: number) => Array.from({ length: count }, (_, i) => `N${i}`);

  test('a list argument counts by its length, sent, written or by default', () => {
    const { bound } = flights.together;
    const of = (text: string, variables = {}): number => bound.of(boundedOf(text, variables));
    const literal = KEYS.replace('($t: [ID!]! = ["N14228"])', '').replace('$t', JSON.stringify(keys(300)));
    expect(of(KEYS, { t: keys(300) })).toBeGreaterThanOrEqual(300);
    expect(of(literal)).toBe(of(KEYS, { t: keys(300) }));
    expect(of(KEYS)).toBeLessThan(10);
    expect(of(KEYS, { t: [] })).toBe(of(KEYS));
    // One that is no list is one key.
    expect(of(KEYS, { t: 'N14228' })).toBe(of(KEYS));
  });

  test('an operation that may cost more than the maximum is refused with what to save', () => {
    const { maximum } = flights.together.model;
    const text = `query ($t: [ID!]!) { ${keys(20)
      .map(
        (key) =>
          `${key}: aircraftList(tailnums: $t) { engine lastCarrier { name } lastDestAirport { name } }`,
      )
      .join(' ')} }`;
    const variables = { t: keys(1_000) };
    const context = flights.contextOf([]);
    const told = { code: 'COST_ESTIMATED_TOO_EXPENSIVE', maximum, http: { status: 400 } };
    const prepared = prepareText(flights.together, text);
    const refusal = thrownBy(() => prepared.estimate(variables, context));
    expect(refusal.extensions).toMatchObject(told);
    expect(refusal.extensions?.cost).toBe(prepared.costOf(variables, context).total);
    expect(refusal.extensions?.dearest).toHaveLength(5);
    expect(prepared.estimate({ t: keys(10) }, context).total).toBeLessThanOrEqual(maximum);
  });

  test('a document that nobody could pay for is not planned', () => {
    const fields = keys(30).map(
      (key) => `${key}: aircraftList(tailnums: $t) { engine lastCarrier { name } }`,
    );
    const text = `query ($t: [ID!]!) { ${fields.join(' ')} }`;
    const { engine, model } = flights.together;
    const refusal = thrownBy(() => engine.prepare(parse(text), text, null, { t: keys(1_000) }));
    expect(refusal.extensions).toMatchObject({
      code: 'COST_ESTIMATED_TOO_EXPENSIVE',
      maximum: model.maximum,
    });
    expect(engine.findPrepared(text, null)).toBeUndefined();
    expect(engine.prepare(parse(text), text, null, { t: keys(10) }).label).toHaveLength(12);
  });
});

function thrownBy(run: () => unknown): { readonly extensions?: Readonly<Record<string, unknown>> } {
  try {
    run();
  } catch (error) {
    return error as { readonly extensions?: Readonly<Record<string, unknown>> };
  }
  throw new Error('Nothing was refused.');
}
