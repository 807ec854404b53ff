/** The flights graph, composed and planned over real rows, answers what one schema over the same rows answers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeSupergraph, type Supergraph } from '../../gateway/compose.ts';
import { createRequestContext } from '../../src/engine/create-request-context.ts';
import { FeatureReader } from '../../src/features/feature-reader.ts';
import { isStoreFailure, type OnlineStore } from '../../src/stores/online-store.ts';
import { buildSubgraph } from '../../src/subgraph/build-subgraph.ts';
import { inProcessClient } from '../../src/subgraph/in-process-client.ts';
import { openExample, type RunningExample } from '../app/open-example.ts';
import { compareWithOracle, type OracleQuery } from './compare-with-oracle.ts';
import { FLIGHTS_ARGUMENTS } from './flights-graph/argument-values.ts';
import { flightsMonolith } from './flights-graph/monolith.ts';
import { generateOperations } from './generate-operations.ts';

const GENERATED_COUNT = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 10_000 : 1_000;

let example: RunningExample;
let supergraph: Supergraph;
beforeAll(async () => {
  example = await openExample();
  const { registry } = example.workspace;
  const composition = composeSupergraph(
    registry.domains.map(({ name, federatedSdl }) => ({
      name,
      url: `in-process:${name}`,
      sdl: federatedSdl,
    })),
  );
  if (!composition.ok) throw new Error(JSON.stringify(composition.problems));
  supergraph = composition.supergraph;
}, 60_000);
afterAll(() => example.close());

/** Fails every read of some blocks, as a store that is down for them. */
function failing(store: OnlineStore, blocks: ReadonlySet<string>): OnlineStore {
  return {
    async readMany(reads, options) {
      const slots = await store.readMany(reads, options);
      return slots.map((slot, i) =>
        blocks.has(reads[i]?.block ?? '') && !isStoreFailure(slot)
          ? { failed: 'UNAVAILABLE', detail: 'made to fail' }
          : slot,
      );
    },
    writeMany: (writes, options) => store.writeMany(writes, options),
    eraseMany: (keys) => store.eraseMany(keys),
    check: () => store.check(),
    close: async () => {},
  };
}

function readerOver(failedBlocks: readonly string[]): FeatureReader {
  const { registry, layouts, sourceWatch, store } = example.workspace;
  return new FeatureReader({
    ...{ registry, layouts, sources: sourceWatch, store: failing(store, new Set(failedBlocks)) },
    onTransformError: () => {},
    onStoreError: (error) => {
      throw error;
    },
  });
}

async function compare(
  queries: Iterable<OracleQuery>,
  failedBlocks: readonly string[] = [],
  failedInOracle: readonly string[] = failedBlocks,
) {
  const { workspace } = example;
  const { registry, clock, sources } = workspace;
  const reader = readerOver(failedBlocks);
  const code = new Map(sources.map(({ name, code: own }) => [name, own]));
  const clients = new Map(
    registry.domains.map(({ name }) => [
      name,
      inProcessClient(
        buildSubgraph({ reader, domain: name, resolvers: code.get(name)?.resolvers ?? {} }),
        (error) => {
          throw error;
        },
      ),
    ]),
  );
  const context = () =>
    createRequestContext({
      requestId: 'oracle',
      identity: { tenant: 'demo', namespace: workspace.config.namespace, scopes: new Set() },
      options: { maxAgeMs: new Map(), status: 'NONE', deadlineMs: 30_000 },
      clock,
      startedMs: clock.monotonicMs(),
    });
  const schema = flightsMonolith({
    reader: readerOver(failedInOracle),
    apiSchema: supergraph.apiSchema,
    code,
  });
  let errors = 0;
  const differences = await compareWithOracle({
    supergraph,
    clients: () => clients,
    monolith: { schema, contextValue: context },
    queries,
    context,
    onCompared: (_query, _plan, answer) => {
      errors += answer.errors.length;
    },
  });
  return { differences, errors };
}

function generated(seed: number) {
  return generateOperations(supergraph.apiSchema, {
    seed,
    count: GENERATED_COUNT,
    values: FLIGHTS_ARGUMENTS,
  });
}

describe('the flights graph equals one schema over the same rows', () => {
  test(`in ${GENERATED_COUNT} generated operations`, { timeout: 300_000 }, async () => {
    expect((await compare(generated(42))).differences).toEqual([]);
  });

  test(`in ${GENERATED_COUNT} generated operations with blocks that cannot be read`, {
    timeout: 300_000,
  }, async () => {
    const { differences, errors } = await compare(generated(43), ['fleet.Aircraft', 'airport.Airport']);
    expect(differences).toEqual([]);
    expect(errors).toBeGreaterThan(GENERATED_COUNT);
  });
});

test('a difference is seen: the comparison can fail', async () => {
  const { differences } = await compare(
    [{ text: '{ aircraft(tailnum: "N14228") { seats } }' }],
    [],
    ['fleet.Aircraft'],
  );
  expect(differences.map(({ what }) => what)).toEqual(['data']);
});
