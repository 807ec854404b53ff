/**
 * `bench stores`: what reading blocks costs, for each store beside its bare client reading the same keys, and what an
 * entity costs in Redis' memory. A request is one block; latencies are those of a whole batch.
 */

import { crc32 } from 'node:zlib';
import { Argument } from 'commander';
import { collectAsServer } from '../../src/cli/garbage-collection.ts';
import { hasRow } from '../../src/stores/block-rows.ts';
import { isStoreFailure, type RowWrite } from '../../src/stores/online-store.ts';
import { encodeRow } from '../../src/stores/row-format.ts';
import type { Benchmark } from '../form/benchmark.ts';
import {
  type Bound,
  describeMachine,
  type Ratio,
  type Result,
  type Round,
  ratiosOf,
  resultOf,
} from '../form/report.ts';
import { type Random, seededRandom } from '../form/seeded-random.ts';
import { percentileOf } from '../form/spread.ts';
import { type MemoryShape, measureMemory } from './redis-memory.ts';
import {
  BENCH_ADDRESS,
  openCassandraContestant,
  openLmdbContestant,
  openRedisContestant,
  type StoreContestant,
} from './store-contestants.ts';
import { openTiersContestant } from './tiers-contestant.ts';

const STORES = ['lmdb', 'redis', 'tiers', 'cassandra'] as const;
const ENTITIES = 20_000;
const VIEWS = ['facts', 'legs_24h', 'legs_30d', 'weather'].map((name) => crc32(`${name}@1`));
const FEATURES_PER_VIEW = 10;
const BATCHES = [1, 10, 100, 400];
/** The bound holds from this batch size on: below it, the round trip is all that counts. */
const BOUND_FROM_BATCH = 100;
const CPU_RATIO_MAX = 1.3;
/** Many short rounds: what disturbs one of a pair mostly disturbs the other, too. */
const PACES = { full: { rounds: 15, roundMs: 200 }, quick: { rounds: 3, roundMs: 50 } };
/** Pairs that do not count: until code is compiled and tables have their size. */
const WARM_UP_ROUNDS = 3;
const SHAPES: readonly MemoryShape[] = [
  { features: 40, views: 5 },
  { features: 60, views: 3 },
  { features: 250, views: 25 },
];
/** The same on every run, so that runs compare. */
const SEED = 20_250_101;

type Pace = (typeof PACES)['full'];

interface Findings {
  readonly results: Result[];
  readonly ratios: Ratio[];
  readonly bounds: Bound[];
}

export const storesBenchmark: Benchmark = {
  name: 'stores',
  summary: `reading blocks of ${VIEWS.length} views × ${FEATURES_PER_VIEW} numbers, beside each store’s bare client (a request is one block)`,
  addOptions: (command) => {
    const stores = new Argument('[store...]', 'which of them; all when not given').choices(STORES);
    command.addArgument(stores);
  },
  run: async ({ quick, progress, args }) => {
    collectAsServer();
    const wanted = args.length === 0 ? STORES : STORES.filter((name) => args.includes(name));
    const findings: Findings = { results: [], ratios: [], bounds: [] };
    const random = seededRandom(SEED);
    for (const [index, name] of wanted.entries()) {
      const tell = (fraction: number, what: string): void =>
        progress.update((index + fraction) / wanted.length, `${name}  ${what}`);
      tell(0, 'filling');
      await benchStore(name, quick ? PACES.quick : PACES.full, random, findings, tell);
    }
    return {
      machine: describeMachine('none: stores are read within this process'),
      node: process.version,
      ...findings,
    };
  },
};

async function benchStore(
  name: (typeof STORES)[number],
  pace: Pace,
  random: Random,
  { results, ratios, bounds }: Findings,
  tell: (fraction: number, what: string) => void,
): Promise<void> {
  const redis = name === 'redis' ? await openRedisContestant() : null;
  const contestant = redis ?? (await open(name));
  try {
    await fill(contestant, random);
    for (const [index, batch] of BATCHES.entries()) {
      tell(index / BATCHES.length, `batches of ${batch}`);
      const compared = await compare(contestant, batch, pace, random);
      const found = ratiosOf(contestant.name, compared);
      results.push(...compared);
      ratios.push(...found);
      if (batch < BOUND_FROM_BATCH) continue;
      for (const { of, to, work, cpu } of found)
        bounds.push({ what: `${work}: CPU, ${of} ÷ ${to}`, seen: cpu, max: CPU_RATIO_MAX, unit: '×' });
    }
    if (redis === null) return;
    for (const shape of SHAPES) {
      tell(1, 'measuring memory');
      await redis.client.flushall();
      const { ourBytes, feastBytes } = await measureMemory(redis, shape, random);
      const what = `redis: an entity of ${shape.features} features in ${shape.views} views, beside Feast’s hash`;
      bounds.push({ what, seen: ourBytes, max: feastBytes, unit: 'bytes' });
    }
  } finally {
    await contestant.close();
  }
}

function open(name: (typeof STORES)[number]): Promise<StoreContestant> {
  if (name === 'lmdb') return openLmdbContestant();
  return name === 'tiers' ? openTiersContestant() : openCassandraContestant(VIEWS);
}

async function fill({ store }: StoreContestant, random: Random): Promise<void> {
  for (let start = 0; start < ENTITIES; start += 500) {
    const writes: RowWrite[] = [];
    for (let i = start; i < start + 500; i += 1)
      for (const view of VIEWS) writes.push(rowOf(`N${i}`, view, random));
    const failed = (await store.writeMany(writes)).find(isStoreFailure);
    if (failed !== undefined) throw new Error(`The store could not be filled: ${failed.detail}.`);
  }
}

function rowOf(entityKey: string, view: number, random: Random): RowWrite {
  const segments = Array.from({ length: FEATURES_PER_VIEW }, () =>
    Buffer.from(`${random() * 1000}`.slice(0, 8)),
  );
  const address = { ...BENCH_ADDRESS, entityKey, view };
  const eventTimeMs = Date.UTC(2025, 0, 1);
  const content = {
    eventTimeMs,
    revision: 0,
    createdTimeMs: eventTimeMs,
    layoutId: 1,
    tombstone: false,
    segments,
  };
  return { ...address, row: encodeRow(address, content) };
}

/** Ours and the bare client in turns, so that both see the same machine. */
async function compare(
  { name, bareName, store, readBare }: StoreContestant,
  batch: number,
  { rounds, roundMs }: Pace,
  random: Random,
): Promise<Result[]> {
  const { namespace, block } = BENCH_ADDRESS;
  const readOurs = async (keys: readonly string[]): Promise<number> => {
    const slots = await store.readMany(
      keys.map((entityKey) => ({ namespace, block, entityKey, views: VIEWS })),
    );
    let found = 0;
    for (const slot of slots) {
      if (isStoreFailure(slot)) throw new Error(`${name} answers ${slot.failed}: ${slot.detail}.`);
      if (hasRow(slot, 0)) found += 1;
    }
    return found;
  };
  const ours: Round[] = [];
  const bare: Round[] = [];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    const our = await measure(readOurs, batch, roundMs, random);
    const other = await measure(readBare, batch, roundMs, random);
    if (round < 0) continue;
    ours.push(our);
    bare.push(other);
  }
  const work = `${name}, batches of ${batch}`;
  return [resultOf(name, work, ours), resultOf(bareName, work, bare)];
}

async function measure(
  read: (keys: readonly string[]) => Promise<number>,
  batch: number,
  roundMs: number,
  random: Random,
): Promise<Round> {
  const latenciesMs: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  let nowMs = startedMs;
  while (nowMs - startedMs < roundMs) {
    const keys = Array.from({ length: batch }, () => `N${Math.floor(random() * ENTITIES)}`);
    const found = await read(keys);
    if (found !== batch) throw new Error(`Expected ${batch} blocks, found ${found}.`);
    const thenMs = performance.now();
    latenciesMs.push(thenMs - nowMs);
    nowMs = thenMs;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const blocks = latenciesMs.length * batch;
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return {
    requestsPerSecond: (1000 * blocks) / (nowMs - startedMs),
    p50Ms: percentileOf(sorted, 0.5),
    p99Ms: percentileOf(sorted, 0.99),
    cpuUsPerRequest: (user + system) / blocks,
  };
}
