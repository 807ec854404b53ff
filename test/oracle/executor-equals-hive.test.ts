/** The gateway's executor gives what Hive's runtime gives over the same subgraphs, save for listed differences. */
import { afterAll, expect, test } from 'vitest';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import { answerOf, type Difference, differenceOf, type OracleQuery } from './compare-with-oracle.ts';
import { generateOperations } from './generate-operations.ts';
import { createHiveOracle } from './hive-oracle.ts';
import { ARGUMENT_VALUES } from './travel-graph/argument-values.ts';
import {
  composeTravelGraph,
  contextOf,
  subgraphSchemas,
  travelClients,
  travelMonolith,
} from './travel-graph/build.ts';
import { HAND_WRITTEN, HAND_WRITTEN_PARTIAL } from './travel-graph/hand-written.ts';
import { HIVE_DIFFERENCES, HIVE_WITHOUT } from './travel-graph/hive-differences.ts';

const GENERATED_COUNT = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 10_000 : 1_000;

const supergraph = composeTravelGraph();
const planner = createHivePlanner(supergraph.supergraphSdl);
const hive = createHiveOracle(supergraph.supergraphSdl, subgraphSchemas(), contextOf);
const comparison = { supergraph, clients: travelClients, monolith: travelMonolith(supergraph), queries: [] };

afterAll(() => hive.close());

async function compare(query: OracleQuery): Promise<Difference | null> {
  const theirs = await hive.answer(query);
  const ours = await answerOf(query, comparison, planner, () => {});
  const difference = differenceOf(ours, theirs);
  return difference === null ? null : { query, ...difference };
}

test('operations written by hand', async () => {
  const queries = [...HAND_WRITTEN, ...HAND_WRITTEN_PARTIAL].filter(
    (query) => !HIVE_DIFFERENCES.some((difference) => difference.concerns(query)),
  );
  expect(queries.length).toBeGreaterThanOrEqual(50);
  const differences: Difference[] = [];
  for (const query of queries) {
    const difference = await compare(query);
    if (difference !== null) differences.push(difference);
  }
  expect(differences).toEqual([]);
});

test(`${GENERATED_COUNT} generated operations`, { timeout: 600_000 }, async () => {
  const differences: Difference[] = [];
  const queries = generateOperations(supergraph.apiSchema, {
    seed: 99,
    count: GENERATED_COUNT,
    values: ARGUMENT_VALUES,
    without: HIVE_WITHOUT,
    unconditional: true,
    // An alias that is the name of a required field makes the planner, under Hive, end the process.
    aliases: ['x', 'y', 'z'],
  });
  for (const query of queries) {
    const difference = await compare(query);
    if (difference !== null) differences.push(difference);
  }
  expect(differences).toEqual([]);
});

test.each(HIVE_DIFFERENCES)('listed difference: $reason', async ({ witness, concerns }) => {
  expect(concerns(witness)).toBe(true);
  expect(await compare(witness)).not.toBeNull();
});
