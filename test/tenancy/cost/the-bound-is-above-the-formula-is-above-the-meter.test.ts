/**
 * Whatever is asked by whomever and however it is read: the library's bound is at least the formula's price, which is
 * at least what is metered; and on the operations of the example the formula is hardly above.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReadOptions } from '../../../src/core/request-context.ts';
import { meteredCost } from '../../../src/tenancy/cost/metered-cost.ts';
import { FLIGHTS_ARGUMENTS } from '../../oracle/flights-graph/argument-values.ts';
import { createRandom, generateOperations } from '../../oracle/generate-operations.ts';
import { boundedOf, type CostedGraph, type Flights, openFlights, prepareText } from './flights.ts';

const COUNT = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 10_000 : 1_000;
/** Asked over HTTP, so fewer. */
const COUNT_APART = COUNT / 5;
const SEED = 20_261_129;

/**
 * Of computed texts nobody knows how long they are, and this one spells each letter of a key out; a key that is
 * longer than any can be is told as it came.
 */
const HAS_ANY_SIZE = /spokenTailnum|x{600}/;

const OPTIONS: readonly Partial<ReadOptions>[] = [
  {},
  { status: 'VALUES' },
  { cache: 'BYPASS' },
  { consistency: 'QUORUM', status: 'VALUES' },
];
const SCOPES: readonly (readonly string[])[] = [[], ['weather'], ['fleet'], ['weather', 'fleet']];

let flights: Flights;
beforeAll(async () => {
  flights = await openFlights();
}, 60_000);
afterAll(() => flights.close());

interface Priced {
  readonly bound: number;
  readonly formula: number;
  readonly metered: number;
}

/** @throws where a part of the formula is below what was used. */
async function price(
  graph: CostedGraph,
  { text, variables = {} }: { text: string; variables?: Readonly<Record<string, unknown>> },
  { scopes, options }: { scopes: readonly string[]; options: Partial<ReadOptions> },
): Promise<Priced> {
  const prepared = prepareText(graph, text);
  const context = flights.contextOf(scopes, options);
  const cost = prepared.costOf(variables, context);
  const answer = await prepared.execute(variables, context);
  const { usage } = context;
  // What errors tell is no part of the price.
  const bytes = Buffer.byteLength(JSON.stringify({ data: answer.data, extensions: answer.extensions }));
  const where = { text, variables, scopes, options };
  expect({ ...where, blocks: cost.blocks >= usage.blocks }).toEqual({ ...where, blocks: true });
  expect({ ...where, transforms: cost.transforms >= usage.transforms }).toEqual({
    ...where,
    transforms: true,
  });
  expect({ ...where, fetches: cost.remoteFetches >= usage.remoteFetches }).toEqual({
    ...where,
    fetches: true,
  });
  expect({ ...where, size: cost.kib * 1024 >= bytes || HAS_ANY_SIZE.test(JSON.stringify(where)) }).toEqual({
    ...where,
    size: true,
  });
  return {
    bound: graph.bound.of(boundedOf(text, variables, context.options)),
    formula: cost.total,
    metered: meteredCost(usage, bytes, graph.model.weights, context.options),
  };
}

async function priceAll(graph: CostedGraph, count: number, seed: number): Promise<Priced[]> {
  const random = createRandom(seed);
  const priced: Priced[] = [];
  for (const query of generateOperations(graph.engine.apiSchema, {
    seed,
    count,
    values: FLIGHTS_ARGUMENTS,
  })) {
    const scopes = SCOPES[Math.floor(random() * SCOPES.length)] as readonly string[];
    const options = OPTIONS[Math.floor(random() * OPTIONS.length)] as Partial<ReadOptions>;
    const one = await price(graph, query, { scopes, options });
    const isOrdered = one.bound >= one.formula && one.formula >= one.metered;
    expect({ query, scopes, options, ...one, isOrdered }).toMatchObject({ isOrdered: true });
    priced.push(one);
  }
  return priced;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;
}

function tell(where: string, priced: readonly Priced[]): void {
  const [bound, formula] = [
    median(priced.map((one) => one.bound / one.formula)),
    median(priced.map((one) => one.formula / one.metered)),
  ];
  console.log(
    `${priced.length} ${where}: bound/formula ${bound.toFixed(2)}, formula/metered ${formula.toFixed(2)} (medians)`,
  );
}

describe('bound ≥ formula ≥ metered', () => {
  test(`of ${COUNT} generated operations in one process`, { timeout: 900_000 }, async () => {
    const priced = await priceAll(flights.together, COUNT, SEED);
    tell('in one process', priced);
    // They are not all at the least price, which would prove nothing.
    expect(priced.filter(({ metered }) => metered > 3).length).toBeGreaterThan(COUNT / 5);
  });

  test(`of ${COUNT_APART} generated operations with the domains apart`, { timeout: 900_000 }, async () => {
    const priced = await priceAll(flights.apart, COUNT_APART, SEED + 1);
    tell('apart', priced);
    expect(priced.filter(({ metered }) => metered > 20).length).toBeGreaterThan(COUNT_APART / 2);
  });
});

const VARIABLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  AircraftAndCarrier: { tailnum: 'N14228' },
  AirportConditions: { airports: ['EWR', 'JFK', 'LGA'], latitude: 40.7, longitude: -74.2, headingDeg: 40 },
  DepartureFeatures: { tailnum: 'N14228', carrier: 'UA', origin: 'EWR', dest: 'IAH' },
  FleetFeatures: { tailnums: ['N14228', 'N102UW', 'N10156'] },
  RouteComparison: {
    keys: [
      { origin: 'EWR', dest: 'IAH' },
      { origin: 'JFK', dest: 'LAX' },
    ],
  },
};

test('the formula is at most half above the meter on the operations of the example, at the median', async () => {
  const folder = path.resolve(import.meta.dirname, '../../../examples/flights/operations');
  const ratios: number[] = [];
  for (const file of readdirSync(folder)) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const variables = VARIABLES[prepareText(flights.together, text).label] as Record<string, unknown>;
    const { formula, metered } = await price(
      flights.together,
      { text, variables },
      { scopes: ['weather', 'fleet'], options: {} },
    );
    ratios.push(formula / metered);
  }
  expect(ratios.length).toBeGreaterThanOrEqual(5);
  expect(median(ratios)).toBeLessThanOrEqual(1.5);
});

test('one unit is one block of one entity, however many of its features are asked for', async () => {
  const { formula, metered } = await price(
    flights.together,
    { text: '{ aircraft(tailnum: "N14228") { engine engines builtYear legs24h lastDestCode } }' },
    { scopes: [], options: {} },
  );
  expect({ formula, metered }).toEqual({ formula: 1, metered: 1 });
});

test('the same key many times is metered once', async () => {
  const tailnums = Array.from({ length: 50 }, () => 'N14228');
  const { metered } = await price(
    flights.together,
    { text: 'query ($t: [ID!]!) { aircraftList(tailnums: $t) { engine } }', variables: { t: tailnums } },
    { scopes: [], options: {} },
  );
  expect(metered).toBe(1);
});

test('a block costs the same whether it can be read or not', async () => {
  const known = await price(
    flights.together,
    { text: '{ aircraft(tailnum: "N14228") { engine } }' },
    { scopes: [], options: {} },
  );
  const unknown = await price(
    flights.together,
    { text: '{ aircraft(tailnum: "NONE") { engine } }' },
    { scopes: [], options: {} },
  );
  expect(unknown).toEqual(known);
});

test('what the asker may not see costs nothing', async () => {
  const query = { text: '{ aircraft(tailnum: "N14228") { seats } }' };
  const [denied, allowed] = [
    await price(flights.together, query, { scopes: [], options: { consistency: 'QUORUM' } }),
    await price(flights.together, query, { scopes: ['fleet'], options: { consistency: 'QUORUM' } }),
  ];
  const { weights } = flights.together.model;
  expect([denied.formula, denied.metered]).toEqual([1, 1]);
  expect([allowed.formula, allowed.metered]).toEqual([weights.quorumFactor, weights.quorumFactor]);
});
