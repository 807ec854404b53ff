/**
 * A subgraph in a process of its own answers by programs what graphql-js would answer: the same bytes, the same errors
 * with their paths, the same statuses, the same price, and the same blocks read, for lookups and representations.
 */
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Way } from '../../src/engine/compiled/compiled-operation.ts';
import { createRequestContext } from '../../src/engine/create-request-context.ts';
import type { SubgraphResult } from '../../src/engine/subgraph-client.ts';
import { FeatureReader } from '../../src/features/feature-reader.ts';
import { SourceWatch } from '../../src/features/source-watch.ts';
import { type BlockRead, isStoreFailure, type OnlineStore } from '../../src/stores/online-store.ts';
import { buildSubgraph, type Subgraph } from '../../src/subgraph/build-subgraph.ts';
import { CompiledSubgraph } from '../../src/subgraph/compiled/compiled-subgraph.ts';
import { KnownDocument } from '../../src/subgraph/compiled/known-document.ts';
import { SubgraphExecutor } from '../../src/subgraph/execute-subgraph.ts';
import { openExample, type RunningExample } from '../app/open-example.ts';
import type { OracleQuery } from './compare-with-oracle.ts';
import { FLIGHTS_ARGUMENTS } from './flights-graph/argument-values.ts';
import { REPRESENTATION_LISTS } from './flights-graph/representation-values.ts';
import { createRandom, generateOperations } from './generate-operations.ts';

/** Of each domain. */
const COUNT = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 5_000 : 90;
const SEED = 20_261_130;
/** Of the operations, so many have a program at least, in percent. */
const COMPILED_MIN = 70;
const DOMAINS = ['airport', 'carrier', 'fleet', 'route'];

let example: RunningExample;
beforeAll(async () => {
  example = await openExample();
}, 120_000);
afterAll(() => example.close());

interface Setting {
  readonly failed: readonly string[];
  readonly statuses: boolean;
}

/** Notes what it is asked, and fails some blocks. */
class NotingStore implements OnlineStore {
  readonly reads: string[] = [];
  readonly #failed: readonly string[];

  constructor(failed: readonly string[]) {
    this.#failed = failed;
  }

  readMany: OnlineStore['readMany'] = async (reads, options) => {
    for (const { block, entityKey, views } of reads)
      this.reads.push(`${block} ${entityKey} ${[...views].sort().join(' ')}`);
    const slots = await example.workspace.store.readMany(reads, options);
    return slots.map((slot, i) =>
      this.#failed.includes((reads[i] as BlockRead).block) && !isStoreFailure(slot)
        ? { failed: 'UNAVAILABLE' as const, detail: 'made to fail' }
        : slot,
    );
  };

  writeMany: OnlineStore['writeMany'] = (writes, options) =>
    example.workspace.store.writeMany(writes, options);
  eraseMany: OnlineStore['eraseMany'] = (keys) => example.workspace.store.eraseMany(keys);
  check: OnlineStore['check'] = () => example.workspace.store.check();
  close: OnlineStore['close'] = async () => {};
}

type Letters = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One domain as a process of its own has it, over a store that is watched. */
class OpenSubgraph {
  readonly store: NotingStore;
  readonly subgraph: Subgraph;
  readonly faults: string[] = [];
  readonly executor: SubgraphExecutor;

  constructor(domain: string, failed: readonly string[]) {
    const { registry, layouts, sourceTimes, sourceNames, sources } = example.workspace;
    this.store = new NotingStore(failed);
    const reader = new FeatureReader({
      ...{ registry, layouts, store: this.store, onTransformError: () => {}, onStoreError: fail },
      sources: new SourceWatch({
        times: { timesOf: (namespace) => sourceTimes.readMany(namespace, [...sourceNames]) },
        onError: fail,
      }),
    });
    const code = sources.find(({ name }) => name === domain)?.code;
    this.subgraph = buildSubgraph({ reader, domain, resolvers: code?.resolvers ?? {} });
    this.executor = new SubgraphExecutor(this.subgraph, (error) => this.faults.push(String(error)));
  }

  /** @returns what happened since the last call, besides the answer. */
  happened() {
    return { reads: this.store.reads.splice(0).sort(), faults: this.faults.splice(0).sort() };
  }
}

function fail(error: unknown): never {
  throw error;
}

interface Asked {
  readonly query: OracleQuery;
  readonly statuses: boolean;
  readonly inputStatuses: Letters | undefined;
}

async function tell(open: OpenSubgraph, { query, statuses, inputStatuses }: Asked, isCompiled: boolean) {
  const { clock, config } = example.workspace;
  const context = createRequestContext({
    requestId: 'oracle',
    identity: { tenant: 'demo', namespace: config.namespace, scopes: new Set() },
    options: { maxAgeMs: new Map(), status: 'NONE', deadlineMs: 30_000 },
    ...{ clock, startedMs: clock.monotonicMs() },
  });
  const document = parse(query.text);
  const asked = {
    ...{ variables: query.variables ?? {}, context, statuses },
    ...(inputStatuses && { inputStatuses }),
  };
  const rest = () => ({ usage: context.usage, ...open.happened() });
  if (!isCompiled) {
    const result = await open.executor.execute({ ...asked, document });
    return { way: null, ...told(result, statuses), ...rest() };
  }
  const known = new KnownDocument(open.subgraph, document);
  const done = await new CompiledSubgraph(open.executor, () => {}).execute({ ...asked, known });
  return done.way === 'COMPILED'
    ? { way: done.way, body: done.written.bytes.toString(), errors: [], ...rest() }
    : { way: done.way, ...told(done.result, statuses), ...rest() };
}

/** As it goes out. */
function told({ data, errors, statuses: letters }: SubgraphResult, statuses: boolean) {
  const body = statuses ? { data, extensions: { featuregraph: { statuses: letters } } } : { data };
  // Which of two promises is settled first is nobody's business.
  return { body: `${JSON.stringify(body)}\n`, errors: errors.map((error) => JSON.stringify(error)).sort() };
}

/** Of what each list of representations brings along: also too few, and letters that are none. */
function lettersFor({ variables = {} }: OracleQuery, random: () => number): Letters {
  const letters: Record<string, Record<string, string>> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (!Array.isArray(value) || random() < 0.2) continue;
    const some = Array.from({ length: Math.max(0, value.length - (random() < 0.2 ? 1 : 0)) }, () => {
      return 'PNOSTUX-?'[Math.floor(random() * 9)] as string;
    });
    letters[name] = { seats: some.join('') };
  }
  return letters;
}

async function compareAll(seed: number, setting: Setting): Promise<ReadonlyMap<Way, number>> {
  const ways = new Map<Way, number>();
  const values = { ...FLIGHTS_ARGUMENTS, 'Query._entities.representations': REPRESENTATION_LISTS };
  const random = createRandom(seed);
  for (const [index, domain] of DOMAINS.entries()) {
    const one = new OpenSubgraph(domain, setting.failed);
    const other = new OpenSubgraph(domain, setting.failed);
    const options = { seed: seed + index, count: COUNT, values, without: new Set(['Query._service']) };
    for (const query of generateOperations(one.subgraph.schema, options)) {
      const { statuses } = setting;
      const inputStatuses = statuses || random() < 0.2 ? lettersFor(query, random) : undefined;
      const asked = { query, statuses, inputStatuses };
      const { way: _, ...expected } = await tell(one, asked, false);
      const { way, ...seen } = await tell(other, asked, true);
      ways.set(way as Way, (ways.get(way as Way) ?? 0) + 1);
      expect({ domain, asked, ...seen }).toEqual({ domain, asked, ...expected });
    }
  }
  const shares = [...ways].map(([way, count]) => `${way} ${((25 * count) / COUNT).toFixed(1)} %`);
  console.log(
    `ways of ${4 * COUNT} documents (seed ${seed}, ${JSON.stringify(setting)}): ${shares.join(', ')}`,
  );
  return ways;
}

function programShare(ways: ReadonlyMap<Way, number>): number {
  return (25 * ((ways.get('COMPILED') ?? 0) + (ways.get('NOT_PLAIN') ?? 0))) / COUNT;
}

test(`${4 * COUNT} generated documents`, { timeout: 900_000 }, async () => {
  const ways = await compareAll(SEED, { failed: [], statuses: false });
  expect(programShare(ways)).toBeGreaterThanOrEqual(COMPILED_MIN);
  expect(ways.get('COMPILED')).toBeGreaterThan(COUNT);
});

test(`${4 * COUNT} generated documents with blocks that cannot be read`, { timeout: 900_000 }, async () => {
  const ways = await compareAll(SEED + 10, {
    failed: ['fleet.Aircraft', 'airport.Airport'],
    statuses: false,
  });
  expect(ways.get('NOT_PLAIN')).toBeGreaterThan(COUNT / 5);
});

test(`${4 * COUNT} generated documents with the status of each value`, { timeout: 900_000 }, async () => {
  const ways = await compareAll(SEED + 20, { failed: [], statuses: true });
  expect(ways.get('COMPILED')).toBeGreaterThan(COUNT);
});
