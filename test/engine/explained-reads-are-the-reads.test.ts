/** What `explain` says is read, wave by wave, is what the stores are asked for. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OfflineGraph, openOfflineGraph } from '../../src/cli/offline-graph.ts';
import { loadConfig } from '../../src/config.ts';
import { createRequestContext } from '../../src/engine/create-request-context.ts';
import { type ExplainedPlan, explainOperation } from '../../src/engine/explain-operation.ts';
import type { BlockReads } from '../../src/engine/read-waves.ts';
import { FeatureReader } from '../../src/features/feature-reader.ts';
import { openServedGraph, type ServedGraph } from '../../src/served-graph.ts';
import { openExample, type RunningExample } from '../app/open-example.ts';
import { FLIGHTS_ARGUMENTS } from '../oracle/flights-graph/argument-values.ts';
import { generateOperations } from '../oracle/generate-operations.ts';
import { type CountingStore, countingStore } from '../stores/counting-store.ts';

const GENERATED_COUNT = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 5000 : 300;
const OPERATIONS = path.resolve(import.meta.dirname, '../../examples/flights/operations');

let example: RunningExample;
let store: CountingStore;
let graph: ServedGraph;
let offline: OfflineGraph;
beforeAll(async () => {
  example = await openExample();
  const { workspace } = example;
  const { registry, layouts, sourceWatch: sources } = workspace;
  store = countingStore(workspace.store);
  const fail = (error: unknown) => {
    throw error;
  };
  const reader = new FeatureReader({
    ...{ registry, store, layouts, sources, onTransformError: () => {}, onStoreError: fail },
  });
  graph = await openServedGraph({ ...workspace, reader });
  offline = await openOfflineGraph(workspace.config);
}, 60_000);
afterAll(async () => {
  await graph.close();
  await example.close();
});

type Variables = Readonly<Record<string, unknown>>;

async function readsOf(text: string, variables: Variables) {
  const { clock, config } = example.workspace;
  const context = createRequestContext({
    requestId: 'test',
    identity: { tenant: config.tenant, namespace: config.namespace, scopes: new Set() },
    options: { maxAgeMs: new Map(), status: 'NONE', deadlineMs: 20_000 },
    clock,
    startedMs: clock.monotonicMs(),
  });
  store.reset();
  await graph.engine.prepare(parse(text), text, null).execute(variables, context);
  return store.calls.map((reads) =>
    reads.map(({ block, views }) => ({ block, views: namesOf(block, views) })),
  );
}

function namesOf(block: string, ids: readonly number[]): string[] {
  const views = example.workspace.registry.blocks.get(block)?.views ?? [];
  return ids.map((id) => views.find((view) => view.id === id)?.name ?? '').toSorted();
}

function explain(text: string, variables: Variables): readonly ExplainedPlan[] {
  const { engine, subgraph } = offline;
  const prepared = engine.prepare(parse(text), text, null);
  return explainOperation({ prepared, apiSchema: engine.apiSchema, variables, subgraph }).plans;
}

function explainOne(text: string, variables: Variables): ExplainedPlan {
  const [plan, ...others] = explain(text, variables);
  expect(others).toEqual([]);
  return plan as ExplainedPlan;
}

/** Of departures that were: no key is null or met twice. */
const KNOWN: Readonly<Record<string, Variables>> = {
  'aircraft-and-carrier.graphql': { tailnum: 'N14228' },
  'airport-conditions.graphql': { airports: ['JFK', 'LGA', 'JFK'], latitude: 1, longitude: 2, headingDeg: 3 },
  'departure-features.graphql': { tailnum: 'N14228', carrier: 'UA', origin: 'EWR', dest: 'IAH' },
  'fleet-features.graphql': { tailnums: ['N14228', 'N24211', 'N14228'] },
  'route-comparison.graphql': { keys: [{ origin: 'EWR', dest: 'IAH' }] },
};

describe.each(readdirSync(OPERATIONS))('the example’s %s', (file) => {
  test('reads in each wave what was explained, each block once', async () => {
    const text = readFileSync(path.join(OPERATIONS, file), 'utf8');
    const variables = KNOWN[file] as Variables;
    const { waves } = explainOne(text, variables);
    const calls = await readsOf(text, variables);
    // Parallel fetches of one wave may ask in several calls, but none asks before its wave.
    const seen = calls.flat();
    const told = waves.flatMap((blocks) => blocks.flatMap(repeat));
    const inOrder = (all: { block: string; views: readonly string[] }[]) =>
      all.map(({ block, views }) => `${block}: ${views.join(' ')}`).toSorted();
    expect(inOrder(seen)).toEqual(inOrder(told));
    expect(inOrder(calls[0] as (typeof calls)[0])).toEqual(
      inOrder((waves[0] as readonly BlockReads[]).flatMap(repeat)),
    );
  });
});

function repeat({ block, views, keys }: BlockReads) {
  expect(keys.per).toEqual({});
  return Array.from({ length: keys.fixed }, () => ({ block, views }));
}

test('no operation reads a block, a view or more keys than was explained', async () => {
  let reads = 0;
  const operations = generateOperations(graph.engine.apiSchema, {
    seed: 77,
    count: GENERATED_COUNT,
    values: FLIGHTS_ARGUMENTS,
  });
  for (const { text, variables = {} } of operations) {
    const { waves } = explainOne(text, variables);
    const most = new Map<string, { count: number; views: readonly string[] }>();
    for (const { block, views, keys } of waves.flat()) {
      expect(keys.per, text).toEqual({});
      most.set(block, { count: (most.get(block)?.count ?? 0) + keys.fixed, views });
    }
    const counts = new Map<string, number>();
    for (const { block, views } of (await readsOf(text, variables)).flat()) {
      reads += 1;
      counts.set(block, (counts.get(block) ?? 0) + 1);
      expect(views, text).toEqual(most.get(block)?.views);
    }
    for (const [block, count] of counts) {
      expect(count, `${block} of ${text}`).toBeLessThanOrEqual(most.get(block)?.count ?? 0);
    }
  }
  expect(reads).toBeGreaterThan(GENERATED_COUNT);
}, 60_000);

describe('what is not known', () => {
  const text = `query Q($t: [ID!]!, $wide: Boolean!, $deep: Boolean = false) {
    aircraftList(tailnums: $t) { seats lastCarrier @include(if: $wide) { name } lastRoute @include(if: $deep) { distanceMiles } }
  }`;

  test('is told by key of its list, and by choice of its switches; defaults count as given', () => {
    const plans = explain(text, {});
    expect(plans.map(({ choices }) => choices)).toEqual([[{ wide: true }], [{ wide: false }]]);
    const [wide, narrow] = plans as [ExplainedPlan, ExplainedPlan];
    expect(narrow.waves.map((blocks) => blocks.map(({ block, keys }) => [block, keys]))).toEqual([
      [['fleet.Aircraft', { fixed: 0, per: { $t: 1 } }]],
    ]);
    expect(wide.waves[1]).toEqual([
      {
        block: 'carrier.Carrier',
        entity: 'Carrier',
        views: ['carrier_facts'],
        at: ['aircraftList[].lastCarrier'],
        keys: { fixed: 0, per: { $t: 1 } },
        atMost: true,
      },
    ]);
  });

  test('shrinks with what is given', () => {
    const [plan, ...others] = explain(text, { t: ['a', 'b', 'a'], wide: true });
    expect(others).toEqual([]);
    expect(plan?.choices).toEqual([{}]);
    expect(plan?.waves[0]?.[0]?.keys).toEqual({ fixed: 2, per: {} });
  });

  test('choices that lead to one plan stand together', () => {
    const same = 'query Q($a: Boolean!) { carrier(carrier: "UA") { name name @include(if: $a) } }';
    expect(explain(same, {}).map(({ choices }) => choices)).toEqual([[{ a: true }, { a: false }]]);
  });

  test.each([
    [{ tt: 1 }, 'no variable "tt"; expected one of t, wide, deep'],
    [{ t: [null] }, 'Expected non-nullable type "ID!"'],
  ])('%j is refused', (variables, message) => {
    expect(() => explain(text, variables)).toThrow(message);
  });

  test('a schema of subgraphs that run elsewhere is told as unknown', async () => {
    const config = await loadConfig({
      cwd: path.resolve(import.meta.dirname, '../..'),
      env: {},
      flags: { subgraphs: { carrier: { url: 'http://127.0.0.1:1/' } } },
    });
    const remote = await openOfflineGraph(config);
    const prepared = remote.engine.prepare(parse(text), text, null);
    const variables = { t: ['a'], wide: true };
    const { apiSchema } = remote.engine;
    const [plan] = explainOperation({ prepared, apiSchema, variables, subgraph: remote.subgraph }).plans;
    expect(plan?.unknown).toEqual(['carrier']);
    expect(plan?.waves.flat().map(({ block }) => block)).toEqual(['fleet.Aircraft']);
  });
});
