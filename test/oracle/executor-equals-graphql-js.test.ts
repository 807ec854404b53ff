/** The gateway's executor gives what graphql-js gives over one schema with the same data: data, codes and paths. */
import { describe, expect, test } from 'vitest';
import { type Comparison, compareWithOracle, type OracleQuery } from './compare-with-oracle.ts';
import { COVERED, Coverage } from './coverage.ts';
import { generateOperations } from './generate-operations.ts';
import { ARGUMENT_VALUES } from './travel-graph/argument-values.ts';
import { composeTravelGraph, SUBGRAPH_NAMES, travelClients, travelMonolith } from './travel-graph/build.ts';
import { HAND_WRITTEN, HAND_WRITTEN_PARTIAL } from './travel-graph/hand-written.ts';

const isLong = process.env.FEATUREGRAPH_TEST_LONG === '1';
const GENERATED_COUNT = isLong ? 20_000 : 1_000;
const PARTIAL_COUNT = isLong ? 5_000 : 400;
const COVERAGE_MIN = 50;

/** Fields that lead to another entity: a null there is a key that leads nowhere. */
const REFERENCES = new Set([
  'lastCarrier',
  'flagship',
  'rival',
  'partner',
  'from',
  'best',
  'route',
  'near',
  'tows',
]);

/** A value type of two domains: which of them takes it away when it is down, the schema does not say. */
const SHARED = new Set(['Aircraft.info']);

const supergraph = composeTravelGraph();
const monolith = travelMonolith(supergraph);

function compare(queries: Iterable<OracleQuery>, onCompared?: Comparison['onCompared']) {
  const comparison = { supergraph, clients: travelClients, monolith, queries };
  return compareWithOracle(onCompared === undefined ? comparison : { ...comparison, onCompared });
}

describe('with every subgraph up', () => {
  test(`${HAND_WRITTEN.length} operations written by hand`, async () => {
    expect(HAND_WRITTEN.length).toBeGreaterThanOrEqual(60);
    expect(await compare(HAND_WRITTEN)).toEqual([]);
  });

  test(`${GENERATED_COUNT} generated operations, which cover what they should`, {
    timeout: 600_000,
  }, async () => {
    const coverage = new Coverage();
    const queries = generateOperations(supergraph.apiSchema, {
      seed: 20_240_101,
      count: GENERATED_COUNT,
      values: ARGUMENT_VALUES,
      subgraphs: SUBGRAPH_NAMES,
      downShare: 0,
    });
    const differences = await compare(queries, (query, plan, answer) => {
      coverage.add(query, plan, answer, REFERENCES);
    });
    console.log(`covered by ${GENERATED_COUNT} generated operations: ${coverage}`);
    expect(differences).toEqual([]);
    for (const name of COVERED) {
      if (name !== 'subgraph down')
        expect(coverage.counts.get(name), name).toBeGreaterThanOrEqual(COVERAGE_MIN);
    }
  });
});

describe('with a subgraph down, the rest is what it would have been', () => {
  test(`${HAND_WRITTEN_PARTIAL.length} operations written by hand`, async () => {
    let partial = 0;
    const differences = await compare(HAND_WRITTEN_PARTIAL, (_, __, { data, errors }) => {
      if (errors.length > 0 && data !== null) partial += 1;
    });
    expect(differences).toEqual([]);
    expect(partial).toBeGreaterThan(HAND_WRITTEN_PARTIAL.length / 2);
  });

  test(`${PARTIAL_COUNT} generated operations`, { timeout: 600_000 }, async () => {
    const coverage = new Coverage();
    const queries = generateOperations(supergraph.apiSchema, {
      seed: 7,
      count: PARTIAL_COUNT,
      values: ARGUMENT_VALUES,
      without: SHARED,
      subgraphs: SUBGRAPH_NAMES,
      downShare: 1,
    });
    const differences = await compare(queries, (query, plan, answer) => {
      coverage.add(query, plan, answer, REFERENCES);
    });
    expect(differences).toEqual([]);
    expect(coverage.counts.get('subgraph down')).toBeGreaterThanOrEqual(COVERAGE_MIN);
  });
});

describe('over subgraphs that answer bytes, compiled where that can be', () => {
  test('operations written by hand', async () => {
    const queries = [...HAND_WRITTEN, ...HAND_WRITTEN_PARTIAL];
    const comparison = { supergraph, clients: travelClients, monolith, queries, compiled: true };
    expect(await compareWithOracle(comparison)).toEqual([]);
  });

  test(`${PARTIAL_COUNT} generated operations`, { timeout: 600_000 }, async () => {
    const queries = generateOperations(supergraph.apiSchema, {
      seed: 20_251_129,
      count: PARTIAL_COUNT,
      values: ARGUMENT_VALUES,
      without: SHARED,
      subgraphs: SUBGRAPH_NAMES,
      downShare: 0.2,
    });
    const comparison = { supergraph, clients: travelClients, monolith, queries, compiled: true };
    expect(await compareWithOracle(comparison)).toEqual([]);
  });
});

test('a difference is seen: the comparison can fail', async () => {
  const [difference] = await compareWithOracle({
    supergraph,
    clients: (query) => travelClients({ ...query, down: ['carrier'] }),
    monolith,
    queries: [{ text: '{ aircraft(tailnum: "A1") { lease } }' }],
  });
  expect(difference?.what).toBe('data');
});
