/** `bench connections`: what ten thousand idle connections cost in memory, and cost those that are busy. */
import type { Benchmark, BenchmarkOptions } from '../form/benchmark.ts';
import type { Target } from '../form/contestant.ts';
import { type Load, startLoad } from '../form/load.ts';
import {
  CONTESTANT_CORE,
  describePinning,
  LOAD_CORE,
  type PinnedProcess,
  startPinned,
} from '../form/pinned-process.ts';
import { type Bound, describeMachine, type Result, type Round, resultOf } from '../form/report.ts';
import { spreadOf } from '../form/spread.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import { requestShape } from '../serve/documents.ts';
import { fillStores } from '../serve/fill-stores.ts';
import type { HoldOrder } from './idle-holder.ts';

const MEMORY_MAX_KB = 20;
const P99_RATIO_MAX = 1.1;
const ACTIVE = 16;
const USERS = 1_000;
const PACES = {
  full: { idle: 10_000, rounds: 9, roundMs: 2_000, warmUpMs: 5_000 },
  quick: { idle: 300, rounds: 2, roundMs: 200, warmUpMs: 500 },
};
/** For garbage of the opening to be gone. */
const SETTLE_MS = 500;
const SEED = 20_250_101;
const SHAPE = requestShape({ document: 'user', keysPerRequest: 1, keyCount: USERS });

export const connectionsBenchmark: Benchmark = {
  name: 'connections',
  summary: 'idle connections: their memory, and what they cost the p99 of busy ones',
  addOptions: () => {},
  run: async (options) => {
    const filled = await fillStores(makeTemporaryFolder(), {
      ...{ store: 'lmdb', redisPort: null, userCount: USERS, onProgress: () => {} },
    });
    const program = new URL('../serve/featuregraph-server.ts', import.meta.url);
    const server = await startPinned(program, filled.featuregraph, CONTESTANT_CORE);
    const holder = await startPinned(new URL('./idle-holder.ts', import.meta.url), null, LOAD_CORE);
    const load = await startLoad();
    try {
      const { results, bounds } = await measure({ server, holder, load }, options);
      const machine = describeMachine(describePinning());
      return { machine, node: process.version, results, ratios: [], bounds };
    } finally {
      for (const one of [load, holder, server]) await one.stop();
    }
  },
};

interface Parts {
  readonly server: PinnedProcess;
  readonly holder: PinnedProcess;
  readonly load: Load;
}

async function measure(
  { server, holder, load }: Parts,
  { quick, progress }: BenchmarkOptions,
): Promise<{ results: Result[]; bounds: Bound[] }> {
  const { idle, rounds, roundMs, warmUpMs } = quick ? PACES.quick : PACES.full;
  const target = server.ready as Target;
  const drive = async (durationMs: number, seed: number): Promise<Round> => {
    const beforeUs = (await server.ask('cpu')) as number;
    const order = { target, shape: SHAPE, connections: ACTIVE, durationMs, seed };
    const { requests, elapsedMs, p50Ms, p99Ms, failure } = await load.run(order);
    if (failure !== null) throw new Error(`featuregraph failed: ${failure}`);
    const cpuUsPerRequest = (((await server.ask('cpu')) as number) - beforeUs) / requests;
    return { requestsPerSecond: (1000 * requests) / elapsedMs, p50Ms, p99Ms, cpuUsPerRequest };
  };
  await drive(warmUpMs, SEED);
  const alone: Round[] = [];
  const beside: Round[] = [];
  let bytesEach = 0;
  for (let round = 0; round < rounds; round += 1) {
    progress.update(round / rounds, 'alone and beside idle connections, in turn');
    alone.push(await drive(roundMs, SEED + 1 + round));
    const before = (await server.ask('memory')) as number;
    await order(holder, { origin: target.origin, count: idle });
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    // What an earlier round left free is used again and would count as nothing.
    bytesEach = Math.max(bytesEach, ((await server.ask('memory')) as number) - before);
    beside.push(await drive(roundMs, SEED + 1 + round));
    await order(holder, 'let go');
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  const works = [`${ACTIVE} active`, `${ACTIVE} active, ${idle.toLocaleString('en-US')} idle`] as const;
  const results = [resultOf('featuregraph', works[0], alone), resultOf('featuregraph', works[1], beside)];
  // Of neighbours in time: what else the machine does changes more from round to round than idle connections do.
  const ratios = beside.map(({ p99Ms }, round) => p99Ms / (alone[round] as Round).p99Ms);
  return {
    results,
    bounds: [
      { what: 'memory of an idle connection', seen: bytesEach / idle / 1000, max: MEMORY_MAX_KB, unit: 'kB' },
      { what: 'p99 beside idle connections', seen: spreadOf(ratios).median, max: P99_RATIO_MAX, unit: '×' },
    ],
  };
}

async function order(holder: PinnedProcess, what: HoldOrder | 'let go'): Promise<void> {
  const { failure } = (await holder.ask(what)) as { failure: string | null };
  if (failure === null) return;
  throw new Error(
    `Idle connections could not be opened (${failure}). Each needs a file: raise \`ulimit -n\`.`,
  );
}
