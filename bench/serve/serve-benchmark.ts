/**
 * `bench serve`: features served over HTTP by us, by a plain Apollo Server, and by a floor written by hand, from
 * the same kind of store, to the same requests.
 */
import { InvalidArgumentError, Option } from 'commander';
import { startRedis } from '../../test/services/redis.ts';
import type { Benchmark, BenchmarkOptions } from '../form/benchmark.ts';
import { type Contestant, startContestant } from '../form/contestant.ts';
import { type Load, startLoad } from '../form/load.ts';
import { describePinning } from '../form/pinned-process.ts';
import { type Pace, race, WARM_REQUESTS } from '../form/race.ts';
import { type Bound, describeMachine, type Ratio, type Result, ratiosOf } from '../form/report.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import { type Filled, fillStores } from './fill-stores.ts';
import { hitRateOf, readTiers } from './read-tiers.ts';
import type { StoreKind } from './serve-argument.ts';
import { SERVE_WORKS, type ServeWork, workOf } from './serve-works.ts';

interface OwnOptions {
  readonly store: StoreKind;
  readonly connections: number;
  readonly rounds?: number;
}

interface Outcome {
  readonly results: Result[];
  readonly notes: string[];
}

const USERS = { full: 20_000, quick: 1000 };
const PACES = {
  full: { rounds: 9, roundMs: 1500, warmUpMs: 2000, warmUpRequests: WARM_REQUESTS },
  quick: { rounds: 2, roundMs: 100, warmUpMs: 100 },
};
/** The filling takes so much of the progress bar. */
const FILLING = 0.2;

export const serveBenchmark: Benchmark = {
  name: 'serve',
  summary: 'features over HTTP: featuregraph, a plain Apollo Server, and a floor written by hand',
  addOptions: (command) => {
    command
      .addOption(
        new Option('--store <store>', 'where the features are')
          .choices(['redis', 'lmdb', 'memory'])
          .makeOptionMandatory(),
      )
      .option('--connections <count>', 'requests under way at once', parseCount, 8)
      .option('--rounds <count>', 'rounds of each contestant', parseCount);
  },
  run: async (options) => {
    const { store } = options.own as unknown as OwnOptions;
    const { results, notes } = await runOver(store, options);
    const ratios = ratiosOf('featuregraph', results);
    return {
      machine: describeMachine(describePinning()),
      node: process.version,
      ...{ results, ratios, notes },
      // A quick run's figures mean little, and bounds are promised of Redis.
      bounds: options.quick || store !== 'redis' ? [] : boundsOf(ratios),
    };
  },
};

async function runOver(store: StoreKind, options: BenchmarkOptions): Promise<Outcome> {
  const redis = store === 'redis' ? await startRedis() : null;
  try {
    const filled = await fillStores(makeTemporaryFolder(), {
      ...{ store, redisPort: redis?.port ?? null, userCount: userCountOf(options) },
      onProgress: (fraction, what) => options.progress.update(fraction * FILLING, what),
    });
    return await runFilled(store, filled, options);
  } finally {
    await redis?.stop();
  }
}

async function runFilled(store: StoreKind, filled: Filled, options: BenchmarkOptions): Promise<Outcome> {
  const contestants: Contestant[] = [];
  const load = await startLoad();
  try {
    for (const name of ['featuregraph', 'apollo', 'floor'] as const) {
      const program = new URL(`./${name}-server.ts`, import.meta.url);
      contestants.push(await startContestant(name, program, filled[name]));
    }
    const outcome: Outcome = { results: [], notes: [] };
    for (const [index, work] of SERVE_WORKS.entries()) {
      const one = await runWork(store, work, { contestants, load }, options, (fraction, what) => {
        const done = (index + fraction) / SERVE_WORKS.length;
        options.progress.update(FILLING + done * (1 - FILLING), what);
      });
      outcome.results.push(...one.results);
      outcome.notes.push(...one.notes);
    }
    return outcome;
  } finally {
    await load.stop();
    for (const contestant of contestants) await contestant.stop();
  }
}

async function runWork(
  store: StoreKind,
  work: ServeWork,
  { contestants, load }: { readonly contestants: readonly Contestant[]; readonly load: Load },
  options: BenchmarkOptions,
  onProgress: (fraction: number, what: string) => void,
): Promise<Outcome> {
  const { connections, rounds } = options.own as unknown as OwnOptions;
  const pace: Pace = {
    ...(options.quick ? PACES.quick : PACES.full),
    connections,
    ...(rounds && { rounds }),
  };
  const ours = contestants[0] as Contestant;
  const before = await readTiers(ours);
  const works = [workOf(work, userCountOf(options), store)];
  const results = await race({ contestants, works, pace, load, onProgress });
  return { results, notes: [`${work.name}: ${hitRateOf(store, before, await readTiers(ours))}`] };
}

function userCountOf({ quick }: BenchmarkOptions): number {
  return quick ? USERS.quick : USERS.full;
}

function boundsOf(ratios: readonly Ratio[]): Bound[] {
  return ratios.flatMap(({ work, to, cpu }) => {
    const max = SERVE_WORKS.find(({ name }) => name === work)?.ratioMax[to];
    return max === undefined ? [] : [{ what: `${work}, CPU to ${to}’s`, seen: cpu, max, unit: '×' }];
  });
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 to 9999.');
  return Number(text);
}
