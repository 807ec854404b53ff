/**
 * `bench scale`: `gateway --workers 2` beside one process, from the memory tier: CPU of a request, feature values per
 * CPU second of a worker, and latencies at a steady rate (open loop: a late answer does not keep others from being asked).
 */
import { InvalidArgumentError } from 'commander';
import type { Benchmark, BenchmarkOptions } from '../form/benchmark.ts';
import { type Load, startLoad } from '../form/load.ts';
import { race, WARM_REQUESTS } from '../form/race.ts';
import { type Bound, describeMachine, type Result, ratiosOf } from '../form/report.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import { fillStores } from '../serve/fill-stores.ts';
import { FEATURES } from '../serve/population.ts';
import { SERVE_WORKS, type ServeWork, workOf } from '../serve/serve-works.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';

const WORKERS = 2;
const CPU_RATIO_MAX = 1.1;
/** Five million values in a CPU second. */
const VALUE_NS_MAX = 200;
const WORK = SERVE_WORKS.find(({ keysPerRequest }) => keysPerRequest === 100) as ServeWork;
const USERS = { full: 20_000, quick: 1000 };
const PACES = {
  full: { rounds: 9, roundMs: 2_000, warmUpMs: 4_000, warmUpRequests: 2 * WARM_REQUESTS },
  quick: { rounds: 2, roundMs: 500, warmUpMs: 300 },
};
const CONNECTIONS = 16;
/** Of the requests a second that two workers answered at most: busy, and not beyond what the machine has. */
const OPEN_LOOP_SHARE = 0.5;
const OPEN_LOOP_MS = { full: 10_000, quick: 500 };
const SEED = 20_250_101;

/** What the workers' memory needs, and budgets that no busy machine breaks. */
const CONFIG = {
  deadlineMs: 30_000,
  tiers: { default: { warm: 'lmdb', memory: {}, warmBudgetMs: 60_000 } },
};

export const scaleBenchmark: Benchmark = {
  name: 'scale',
  summary: 'two workers beside one process, from the memory tier',
  addOptions: (command) => command.option('--rounds <count>', 'rounds of each', parseCount),
  run: async (options) => {
    const { results, notes, bounds } = await measure(options);
    return {
      machine: describeMachine('none: workers and load share all cores'),
      node: process.version,
      ...{ results, ratios: ratiosOf(nameOf(WORKERS), results), notes },
      bounds: options.quick ? [] : bounds,
    };
  },
};

const nameOf = (workers: number): string => (workers === 1 ? 'one process' : `${workers} workers`);

async function measure(
  options: BenchmarkOptions,
): Promise<{ results: Result[]; notes: string[]; bounds: Bound[] }> {
  const { quick, progress, own } = options;
  const userCount = quick ? USERS.quick : USERS.full;
  const filled = await fillStores(makeTemporaryFolder(), {
    ...{ store: 'memory', redisPort: null, userCount },
    onProgress: (fraction, what) => progress.update(fraction / 4, what),
  });
  const gateways: GatewayProcess[] = [];
  const load = await startLoad();
  try {
    for (const workers of [WORKERS, 1]) {
      const { folder } = filled.featuregraph;
      gateways.push(await startGatewayProcess(nameOf(workers), folder, workers, CONFIG));
    }
    const several = gateways[0] as GatewayProcess;
    const before = several.workersCpuUs();
    const { rounds } = own as { readonly rounds?: number };
    const results = await race({
      ...{ contestants: gateways, works: [workOf(WORK, userCount, 'memory')], load },
      pace: { ...(quick ? PACES.quick : PACES.full), connections: CONNECTIONS, ...(rounds && { rounds }) },
      onProgress: (fraction, what) => progress.update(0.25 + fraction * 0.65, what),
    });
    const shares = sharesOf(before, several.workersCpuUs());
    progress.update(0.9, 'open loop');
    const notes = [shares, await hitRate(several), ...(await openLoop(several, load, results, options))];
    return { results, notes, bounds: boundsOf(results) };
  } finally {
    await load.stop();
    for (const gateway of gateways) await gateway.stop();
  }
}

function boundsOf(results: readonly Result[]): Bound[] {
  const cpuUs = (workers: number): number =>
    results.find(({ contestant }) => contestant === nameOf(workers))?.cpuUsPerRequest.median ?? Number.NaN;
  const values = WORK.keysPerRequest * FEATURES;
  return [
    {
      ...{ what: `CPU of a request, ${nameOf(WORKERS)} to ${nameOf(1)}`, unit: '×' },
      ...{ seen: cpuUs(WORKERS) / cpuUs(1), max: CPU_RATIO_MAX },
    },
    {
      ...{ what: `CPU of a feature value with ${nameOf(WORKERS)}`, unit: 'ns' },
      ...{ seen: (cpuUs(WORKERS) * 1000) / values, max: VALUE_NS_MAX },
    },
  ];
}

/** @throws {Error} where one of them did nothing. */
function sharesOf(before: readonly number[], after: readonly number[]): string {
  const spentUs = after.map((us, index) => us - (before[index] ?? 0));
  const allUs = spentUs.reduce((sum, us) => sum + us, 0);
  const shares = spentUs.map((us) => us / allUs);
  if (shares.length !== WORKERS || Math.min(...shares) < 0.2)
    throw new Error(
      `Of ${WORKERS} workers each should have had a part; CPU shares were ${shares.join(', ')}.`,
    );
  return `shares of the workers: ${shares.map((share) => `${Math.round(share * 100)} %`).join(', ')}`;
}

async function hitRate(gateway: GatewayProcess): Promise<string> {
  const all = await gateway.metric('featuregraph_tier_reads_total', 'tier="memory"');
  const hits = await gateway.metric(
    'featuregraph_tier_reads_total',
    'tier="memory",store="memory",result="hit"',
  );
  return `${((100 * hits) / all).toFixed(1)} % of the blocks from memory`;
}

async function openLoop(
  gateway: GatewayProcess,
  load: Load,
  results: readonly Result[],
  { quick }: BenchmarkOptions,
): Promise<string[]> {
  const most = results.find(({ contestant }) => contestant === gateway.name)?.requestsPerSecond ?? 0;
  const ratePerSecond = most * OPEN_LOOP_SHARE;
  const { shape } = workOf(WORK, quick ? USERS.quick : USERS.full, 'memory');
  const durationMs = quick ? OPEN_LOOP_MS.quick : OPEN_LOOP_MS.full;
  const order = { target: gateway.target, shape, connections: CONNECTIONS, durationMs, seed: SEED };
  const { p50Ms, p99Ms, requests, failure } = await load.run({ ...order, ratePerSecond });
  if (failure !== null) throw new Error(`${gateway.name} failed at a steady rate: ${failure}`);
  return [
    `at ${Math.round(ratePerSecond)} requests a second (open loop, ${requests} of them): p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`,
  ];
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 to 9999.');
  return Number(text);
}
