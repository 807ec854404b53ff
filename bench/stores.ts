/**
 * What reading blocks costs, for each store beside its bare client reading the same keys: blocks per second and CPU
 * microseconds per block, in batches of 1, 10, 100 and 400; and what an entity costs in Redis' memory. Ends with
 * exit code 1 where a bound is broken. `node bench/stores.ts [lmdb|redis|cassandra …]`
 */
import { crc32 } from 'node:zlib';
import { isStoreFailure, type RowWrite } from '../src/stores/online-store.ts';
import { encodeRow } from '../src/stores/row-format.ts';
import { type MemoryShape, measureMemory } from './redis-memory.ts';
import {
  BENCH_ADDRESS,
  openCassandraContestant,
  openLmdbContestant,
  openRedisContestant,
  type StoreContestant,
} from './store-contestants.ts';

const ENTITIES = 20_000;
const VIEWS = ['facts', 'legs_24h', 'legs_30d', 'weather'].map((name) => crc32(`${name}@1`));
const FEATURES_PER_VIEW = 10;
const BATCHES = [1, 10, 100, 400];
/** The bound holds from this batch size on: below it, the round trip is all that counts. */
const BOUND_FROM_BATCH = 100;
const CPU_RATIO_MAX = 1.3;
const ROUNDS = 5;
const ROUND_MS = 400;
const SHAPES: readonly MemoryShape[] = [
  { features: 40, views: 5 },
  { features: 60, views: 3 },
  { features: 250, views: 25 },
];

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
/** The same on every run, so that runs compare. */
let seed = 20_250_101;
const random = (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

let broken = 0;
console.log(
  `${ENTITIES} entities, ${VIEWS.length} views of ${FEATURES_PER_VIEW} numbers each in a block; all views read`,
);
if (isWanted('lmdb')) await benchStore(await openLmdbContestant());
if (isWanted('redis')) {
  const redis = await openRedisContestant();
  await benchStore(redis, async () => {
    for (const shape of SHAPES) {
      await redis.client.flushall();
      const { ourBytes, feastBytes } = await measureMemory(redis, shape, random);
      if (ourBytes >= feastBytes) broken += 1;
      console.log(
        `  ${`${shape.features} features in ${shape.views} views`.padEnd(26)} ${ourBytes.toFixed(0).padStart(6)} bytes an entity, as Feast's hash ${feastBytes.toFixed(0).padStart(6)}${ourBytes < feastBytes ? '' : '  OUT OF BOUNDS'}`,
      );
    }
  });
}
if (isWanted('cassandra')) await benchStore(await openCassandraContestant(VIEWS));
console.log(broken === 0 ? 'within bounds' : `${broken} OUT OF BOUNDS`);
process.exitCode = broken === 0 ? 0 : 1;

async function benchStore(contestant: StoreContestant, andThen?: () => Promise<void>): Promise<void> {
  try {
    await fill(contestant);
    console.log(`${contestant.name.padEnd(16)}batch   blocks/s   CPU µs/block`);
    for (const batch of BATCHES) await compare(contestant, batch);
    await andThen?.();
  } finally {
    await contestant.close();
  }
}

async function fill({ store }: StoreContestant): Promise<void> {
  for (let start = 0; start < ENTITIES; start += 500) {
    const writes: RowWrite[] = [];
    for (let i = start; i < start + 500; i += 1) for (const view of VIEWS) writes.push(rowOf(`N${i}`, view));
    const failed = (await store.writeMany(writes)).find(isStoreFailure);
    if (failed !== undefined) throw new Error(`The store could not be filled: ${failed.detail}.`);
  }
}

function rowOf(entityKey: string, view: number): RowWrite {
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

/** Ours and the bare client in turns, so that both see the same machine; the best round of each counts. */
async function compare({ name, bareName, store, readBare }: StoreContestant, batch: number): Promise<void> {
  const { namespace, block } = BENCH_ADDRESS;
  const readOurs = async (keys: readonly string[]): Promise<number> => {
    const slots = await store.readMany(
      keys.map((entityKey) => ({ namespace, block, entityKey, views: VIEWS })),
    );
    let found = 0;
    for (const slot of slots) if (!isStoreFailure(slot) && slot[0] !== undefined) found += 1;
    return found;
  };
  const ours: Round[] = [];
  const bare: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await measure(readOurs, batch));
    bare.push(await measure(readBare, batch));
  }
  const [our, other] = [best(ours), best(bare)];
  const ratio = our.cpuMicros / other.cpuMicros;
  const isBroken = batch >= BOUND_FROM_BATCH && ratio > CPU_RATIO_MAX;
  if (isBroken) broken += 1;
  printRound(name, batch, our, '');
  const verdict =
    batch < BOUND_FROM_BATCH ? '' : isBroken ? '  OUT OF BOUNDS' : `  (at most ${CPU_RATIO_MAX})`;
  printRound(bareName, batch, other, `   ours takes ${ratio.toFixed(2)} times its CPU${verdict}`);
}

interface Round {
  readonly blocksPerSecond: number;
  readonly cpuMicros: number;
}

async function measure(read: (keys: readonly string[]) => Promise<number>, batch: number): Promise<Round> {
  let blocks = 0;
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  while (performance.now() - startedMs < ROUND_MS) {
    const keys = Array.from({ length: batch }, () => `N${Math.floor(random() * ENTITIES)}`);
    const found = await read(keys);
    if (found !== batch) throw new Error(`Expected ${batch} blocks, found ${found}.`);
    blocks += batch;
  }
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { blocksPerSecond: (1000 * blocks) / tookMs, cpuMicros: (user + system) / blocks };
}

function best(rounds: readonly Round[]): Round {
  return rounds.toSorted((a, b) => a.cpuMicros - b.cpuMicros)[0] as Round;
}

function printRound(name: string, batch: number, round: Round, note: string): void {
  console.log(
    `  ${name.padEnd(14)}${`${batch}`.padStart(5)} ${round.blocksPerSecond.toFixed(0).padStart(10)} ${round.cpuMicros.toFixed(2).padStart(14)}${note}`,
  );
}
