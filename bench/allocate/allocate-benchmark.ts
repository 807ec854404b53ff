/** `bench allocate`: bytes that a request allocates, as its answers grow in features and in entities. */
import { Option } from 'commander';
import { startRedis } from '../../test/services/redis.ts';
import type { Benchmark, BenchmarkOptions } from '../form/benchmark.ts';
import { type Contestant, startContestant } from '../form/contestant.ts';
import { bodyOf, type Load, type RequestShape, startLoad } from '../form/load.ts';
import { describePinning } from '../form/pinned-process.ts';
import { type Bound, describeMachine } from '../form/report.ts';
import { seededRandom } from '../form/seeded-random.ts';
import { spreadOf } from '../form/spread.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import { fillStores } from '../serve/fill-stores.ts';
import { KEY_PREFIX, VIEWS } from '../serve/population.ts';
import type { StoreKind } from '../serve/serve-argument.ts';
import { ALLOCATION_FLAGS, type Allocated } from './allocation-teller.ts';

interface OwnOptions {
  readonly store: StoreKind;
}

interface Size {
  readonly entities: number;
  readonly features: number;
}

interface Figures extends Size {
  readonly heapBytes: number;
  readonly bufferBytes: number;
  readonly answerBytes: number;
}

const SIZES: readonly Size[] = [
  { entities: 100, features: 25 },
  { entities: 100, features: 50 },
  { entities: 200, features: 50 },
];
const USERS = 2_000;
/** Rounds of so many ms: a few hundred requests, well below what the young generation holds. */
const ROUND_MS = 150;
/** A round in which something was collected does not count. */
const TRIES_PER_ROUND = 4;
const ROUNDS = { full: 7, quick: 3 };
const WARM_UP_MS = { full: 5_000, quick: 1_000 };
const SEED = 20_250_101;

export const allocateBenchmark: Benchmark = {
  name: 'allocate',
  summary: 'bytes that a request allocates, as its answer grows',
  addOptions: (command) =>
    command.addOption(new Option('--store <store>').choices(['redis', 'lmdb', 'memory']).default('redis')),
  run: async (options) => {
    const figures = await measure(options);
    return {
      machine: describeMachine(describePinning()),
      node: process.version,
      ...{ results: [], ratios: [] },
      notes: [
        'Nothing is collected while requests are counted (young generation of 256 MiB), so the growth of what is in use is all that was allocated.',
        ...figures.map(describe),
      ],
      bounds: options.quick ? [] : [boundOf(figures)],
    };
  },
};

async function measure({ quick, progress, own }: BenchmarkOptions): Promise<Figures[]> {
  const { store } = own as unknown as OwnOptions;
  const redis = store === 'redis' ? await startRedis() : null;
  const load = await startLoad();
  let contestant: Contestant | null = null;
  try {
    const filled = await fillStores(makeTemporaryFolder(), {
      ...{ store, redisPort: redis?.port ?? null, userCount: USERS },
      onProgress: (fraction, what) => progress.update(fraction / 2, what),
    });
    const program = new URL('../serve/featuregraph-server.ts', import.meta.url);
    contestant = await startContestant('featuregraph', program, filled.featuregraph, ALLOCATION_FLAGS);
    for (const size of SIZES) await drive(contestant, load, size, quick ? WARM_UP_MS.quick : WARM_UP_MS.full);
    const figures: Figures[] = [];
    for (const [index, size] of SIZES.entries()) {
      progress.update(0.5 + index / (2 * SIZES.length), `${size.entities} × ${size.features}`);
      figures.push(await measureSize(contestant, load, size, quick ? ROUNDS.quick : ROUNDS.full));
    }
    return figures;
  } finally {
    await contestant?.stop();
    await load.stop();
    await redis?.stop();
  }
}

async function measureSize(contestant: Contestant, load: Load, size: Size, rounds: number): Promise<Figures> {
  const heap: number[] = [];
  const buffers: number[] = [];
  for (let round = 0; heap.length < rounds; round += 1) {
    if (round === rounds * TRIES_PER_ROUND)
      throw new Error('Garbage was collected in most rounds; nothing can be said of what was allocated.');
    await contestant.ask('collect');
    const before = (await contestant.ask('allocated')) as Allocated;
    const requests = await drive(contestant, load, size, ROUND_MS);
    const after = (await contestant.ask('allocated')) as Allocated;
    if (after.collections !== before.collections) continue;
    heap.push((after.heapBytes - before.heapBytes) / requests);
    buffers.push((after.bufferBytes - before.bufferBytes) / requests);
  }
  const answerBytes = await bytesOfAnswer(contestant, size);
  return {
    ...size,
    ...{ heapBytes: spreadOf(heap).median, bufferBytes: spreadOf(buffers).median, answerBytes },
  };
}

async function drive(contestant: Contestant, load: Load, size: Size, durationMs: number): Promise<number> {
  const order = { target: contestant.target, shape: shapeOf(size), connections: 4, durationMs, seed: SEED };
  const { requests, failure } = await load.run(order);
  if (failure !== null) throw new Error(`${contestant.name} failed: ${failure}`);
  return requests;
}

/** Of an answer like those counted. */
async function bytesOfAnswer({ target }: Contestant, size: Size): Promise<number> {
  const { origin, path, headers } = target;
  const body = bodyOf(shapeOf(size), seededRandom(SEED));
  const response = await fetch(origin + path, { method: 'POST', headers, body });
  return (await response.arrayBuffer()).byteLength;
}

function shapeOf({ entities, features }: Size): RequestShape {
  const names = VIEWS.user.features.slice(0, features).map(({ name }) => name);
  const query = `query Users${features}($ids: [ID!]!) { users(ids: $ids) { ${names.join(' ')} } }`;
  return {
    head: `{"query":${JSON.stringify(query)},"variables":{"ids":[`,
    tail: ']}}',
    ...{ keysPerRequest: entities, keyCount: USERS, keyPrefix: KEY_PREFIX.User },
  };
}

function describe({ entities, features, heapBytes, bufferBytes, answerBytes }: Figures): string {
  const [heap, buffers, answer] = [heapBytes, bufferBytes, answerBytes].map((bytes) =>
    Math.round(bytes).toLocaleString('en-US').padStart(9),
  );
  return `${entities} × ${features}: ${heap} bytes in the heap, ${buffers} in buffers; the answer has ${answer}`;
}

function boundOf(figures: readonly Figures[]): Bound {
  const [half, whole] = figures as [Figures, Figures];
  const all = ({ heapBytes, bufferBytes }: Figures): number => heapBytes + bufferBytes;
  return {
    what: `allocated for 100 × 50 beyond 100 × 25, to the larger answer's bytes`,
    ...{ seen: (all(whole) - all(half)) / whole.answerBytes, max: 1, unit: '×' },
  };
}
