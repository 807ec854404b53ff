/**
 * Over features of this process nobody can tell which way an operation was executed: the same bytes, the same errors
 * with their paths, the same statuses, the same price, and the same blocks read of the same stores.
 */
import { expect, test } from 'vitest';
import type { Way } from '../../src/engine/compiled/compiled-operation.ts';
import { compareWays, NO_PLAN, type WaysGraph } from './compare-ways.ts';
import { openFlightsWays } from './flights-graph/open-flights-ways.ts';
import { openRowsGraph } from './rows-graph/open-rows-graph.ts';
import { sweepRows } from './rows-graph/sweep-rows.ts';

const isLong = process.env.FEATUREGRAPH_TEST_LONG === '1';
const SEED = isLong ? Date.now() % 2 ** 31 : 20_261_129;
/** Of the operations, so many are compiled at least, in percent. */
const COMPILED_MIN = 70;
/** And so many of them are written by their program: of what fails on purpose, the interpreted way must tell. */
const WRITTEN_MIN = 50;
/** The planner cannot do everything; what it refuses is refused both ways, and compares nothing. */
const NO_PLAN_MAX = 0.5;
const TIMEOUT_MS = 60 * 60_000;

async function expectSame(name: string, graph: WaysGraph, count: number): Promise<void> {
  const { ways, differences } = await compareWays(graph, { seed: SEED, count });
  const share = (...wanted: (Way | typeof NO_PLAN)[]): number =>
    (100 * wanted.reduce((sum, way) => sum + (ways.get(way) ?? 0), 0)) / count;
  const shares = [...ways.keys()].map((way) => `${way} ${share(way).toFixed(1)} %`);
  console.log(`${count} operations over ${name}, seed ${SEED}: ${shares.join(', ')}`);
  expect(differences).toEqual([]);
  expect(share(NO_PLAN)).toBeLessThan(NO_PLAN_MAX);
  expect(share('COMPILED', 'NOT_PLAIN')).toBeGreaterThanOrEqual(COMPILED_MIN);
  expect(share('COMPILED')).toBeGreaterThanOrEqual(WRITTEN_MIN);
}

test('over rows of every age, type and layout, with stores that fail', { timeout: TIMEOUT_MS }, async () => {
  const graph = await openRowsGraph(SEED);
  await expectSame('made rows', graph, isLong ? 20_000 : 1200).finally(() => graph.close());
});

test('every stored value and status is what was written', { timeout: TIMEOUT_MS }, async () => {
  const graph = await openRowsGraph(SEED);
  const differences = await sweepRows(graph).finally(() => graph.close());
  expect(differences.slice(0, 3)).toEqual([]);
});

test('over the flights example, with stores that fail', { timeout: TIMEOUT_MS }, async () => {
  const graph = await openFlightsWays();
  await expectSame('the flights example', graph, isLong ? 20_000 : 500).finally(() => graph.close());
});
