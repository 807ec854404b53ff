/**
 * Over features of this process nobody can tell which way an operation was executed: the same bytes, the same errors
 * with their paths, the same statuses, the same price, and the same blocks read of the store.
 */
import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { composeSupergraph, type Supergraph } from '../../gateway/compose.ts';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import type { RequestContext } from '../../src/core/request-context.ts';
import { coerceVariables } from '../../src/engine/coerce-variables.ts';
import { CompiledOperation, type Way } from '../../src/engine/compiled/compiled-operation.ts';
import { createRequestContext } from '../../src/engine/create-request-context.ts';
import { prepareInterpreted } from '../../src/engine/interpreted/prepare-interpreted.ts';
import type { Planner } from '../../src/engine/query-plan.ts';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';
import { FeatureReader } from '../../src/features/feature-reader.ts';
import { SourceWatch } from '../../src/features/source-watch.ts';
import { type BlockRead, isStoreFailure, type OnlineStore } from '../../src/stores/online-store.ts';
import { buildSubgraph } from '../../src/subgraph/build-subgraph.ts';
import { inProcessClient } from '../../src/subgraph/in-process-client.ts';
import { openExample, type RunningExample } from '../app/open-example.ts';
import type { OracleQuery } from './compare-with-oracle.ts';
import { FLIGHTS_ARGUMENTS } from './flights-graph/argument-values.ts';
import { generateOperations } from './generate-operations.ts';

const COUNT = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 20_000 : 600;
const SEED = 20_261_129;
/** Of the operations, so many are compiled at least, in percent. */
const COMPILED_MIN = 70;

let example: RunningExample;
let supergraph: Supergraph;
let planner: Planner;
beforeAll(async () => {
  example = await openExample();
  const composition = composeSupergraph(
    example.workspace.registry.domains.map(({ name, federatedSdl }) => ({
      ...{ name, url: `in-process:${name}`, sdl: federatedSdl },
    })),
  );
  if (!composition.ok) throw new Error(JSON.stringify(composition.problems));
  supergraph = composition.supergraph;
  planner = createHivePlanner(supergraph.supergraphSdl);
}, 60_000);
afterAll(() => example.close());

/** A store that notes what it is asked, and fails some blocks. */
class WatchedStore implements OnlineStore {
  readonly reads: string[] = [];
  readonly #store: OnlineStore;
  readonly #failed: ReadonlySet<string>;

  constructor(store: OnlineStore, failed: readonly string[]) {
    this.#store = store;
    this.#failed = new Set(failed);
  }

  async readMany(reads: readonly BlockRead[], options: object) {
    for (const { block, entityKey, views } of reads)
      this.reads.push(`${block} ${entityKey} ${[...views].sort().join(' ')}`);
    const slots = await this.#store.readMany(reads, options);
    return slots.map((slot, i) =>
      this.#failed.has(reads[i]?.block ?? '') && !isStoreFailure(slot)
        ? { failed: 'UNAVAILABLE' as const, detail: 'made to fail' }
        : slot,
    );
  }

  writeMany: OnlineStore['writeMany'] = (writes, options) => this.#store.writeMany(writes, options);
  eraseMany: OnlineStore['eraseMany'] = (keys) => this.#store.eraseMany(keys);
  check: OnlineStore['check'] = () => this.#store.check();
  close: OnlineStore['close'] = async () => {};
}

interface Setting {
  readonly failed: readonly string[];
  readonly status: 'NONE' | 'VALUES';
}

function clientsOver(store: OnlineStore): ReadonlyMap<string, SubgraphClient> {
  const { registry, layouts, sourceTimes, sourceNames, sources } = example.workspace;
  const fail = (error: unknown): never => {
    throw error;
  };
  const reader = new FeatureReader({
    ...{ registry, layouts, store },
    // Of a process that has just started: the first request waits for how far sources are.
    sources: new SourceWatch({
      times: { timesOf: (namespace) => sourceTimes.readMany(namespace, [...sourceNames]) },
      onError: fail,
    }),
    ...{ onTransformError: () => {}, onStoreError: fail },
  });
  const code = new Map(sources.map(({ name, code: own }) => [name, own]));
  return new Map(
    registry.domains.map(({ name }) => {
      const subgraph = buildSubgraph({ reader, domain: name, resolvers: code.get(name)?.resolvers ?? {} });
      return [name, inProcessClient(subgraph, fail)];
    }),
  );
}

function contextOf({ status }: Setting): RequestContext {
  const { clock, config } = example.workspace;
  return createRequestContext({
    requestId: 'oracle',
    identity: { tenant: 'demo', namespace: config.namespace, scopes: new Set() },
    options: { maxAgeMs: new Map(), status, deadlineMs: 30_000 },
    ...{ clock, startedMs: clock.monotonicMs() },
  });
}

async function tell(query: OracleQuery, setting: Setting, isCompiled: boolean) {
  const store = new WatchedStore(example.workspace.store, setting.failed);
  const clients = clientsOver(store);
  const document = parse(query.text);
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const { apiSchema, isFeature } = supergraph;
  const interpreted = prepareInterpreted({ document, operationName: null, apiSchema, planner, isFeature });
  const variables = coerceVariables(apiSchema, operation, query.variables ?? {});
  const context = contextOf(setting);
  const rest = () => ({ usage: context.usage, reads: store.reads.sort() });
  const textOf = ({ data, extensions }: { data: unknown; extensions: object }): string =>
    `${JSON.stringify(Object.keys(extensions).length === 0 ? { data } : { data, extensions })}\n`;
  if (!isCompiled) {
    const result = await interpreted.execute(variables, context, clients);
    return { way: null, body: textOf(result), errors: plain(result.errors), ...rest() };
  }
  const done = await new CompiledOperation(interpreted, apiSchema, clients).execute(variables, context);
  return done.way === 'COMPILED'
    ? { way: done.way, body: done.written.bytes.toString(), errors: [], ...rest() }
    : { way: done.way, body: textOf(done.result), errors: plain(done.result.errors), ...rest() };
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function compareAll(seed: number, setting: Setting): Promise<Map<Way, number>> {
  const ways = new Map<Way, number>();
  const queries = generateOperations(supergraph.apiSchema, { seed, count: COUNT, values: FLIGHTS_ARGUMENTS });
  for (const query of queries) {
    const { way: _, ...expected } = await tell(query, setting, false);
    const { way, ...seen } = await tell(query, setting, true);
    ways.set(way as Way, (ways.get(way as Way) ?? 0) + 1);
    expect({ query, ...seen }).toEqual({ query, ...expected });
  }
  const shares = [...ways].map(([way, count]) => `${way} ${((100 * count) / COUNT).toFixed(1)} %`);
  console.log(`ways of ${COUNT} operations (seed ${seed}, ${JSON.stringify(setting)}): ${shares.join(', ')}`);
  return ways;
}

function compiledShare(ways: ReadonlyMap<Way, number>): number {
  return (100 * ((ways.get('COMPILED') ?? 0) + (ways.get('NOT_PLAIN') ?? 0))) / COUNT;
}

test(`${COUNT} generated operations`, { timeout: 900_000 }, async () => {
  const ways = await compareAll(SEED, { failed: [], status: 'NONE' });
  expect(compiledShare(ways)).toBeGreaterThanOrEqual(COMPILED_MIN);
});

test(`${COUNT} generated operations with blocks that cannot be read`, { timeout: 900_000 }, async () => {
  const ways = await compareAll(SEED + 1, { failed: ['fleet.Aircraft', 'airport.Airport'], status: 'NONE' });
  expect(ways.get('NOT_PLAIN')).toBeGreaterThan(COUNT / 20);
});

test(`${COUNT} generated operations with the status of each value`, { timeout: 900_000 }, async () => {
  const ways = await compareAll(SEED + 2, { failed: [], status: 'VALUES' });
  expect(ways.get('COMPILED')).toBeGreaterThan(COUNT / 2);
});
