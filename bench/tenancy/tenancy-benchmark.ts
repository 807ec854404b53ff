/**
 * `bench tenancy`: what identity, budgets and metering add to a request, step by step: the same server with and without
 * them in turn, over the embedded store, where every request reads alike.
 */
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { startRedis } from '../../test/services/redis.ts';
import type { Benchmark, BenchmarkOptions } from '../form/benchmark.ts';
import type { Contestant, Target } from '../form/contestant.ts';
import { startLoad } from '../form/load.ts';
import { CONTESTANT_CORE, describePinning, type PinnedProcess, startPinned } from '../form/pinned-process.ts';
import { race, WARM_REQUESTS } from '../form/race.ts';
import { type Bound, describeMachine, type Result, ratiosOf } from '../form/report.ts';
import { percentileOf } from '../form/spread.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import { fillStores } from '../serve/fill-stores.ts';
import { SERVE_WORKS, workOf } from '../serve/serve-works.ts';
import { STEPS, type TenancyArgument } from './tenancy-argument.ts';

const ALL = STEPS[STEPS.length - 1] as string;
const ADDED_MAX_US = 60;
const QUIET_SHARE = 0.25;
const WORKS = SERVE_WORKS.slice(0, 2);
const USERS = { full: 20_000, quick: 1000 };
const PACES = {
  // Short and many: what else the machine does must meet all steps alike.
  full: { rounds: 60, roundMs: 250, warmUpMs: 2000, warmUpRequests: WARM_REQUESTS },
  quick: { rounds: 2, roundMs: 100, warmUpMs: 100 },
};
const CONNECTIONS = 8;
/** The filling takes so much of the progress bar. */
const FILLING = 0.1;

export const tenancyBenchmark: Benchmark = {
  name: 'tenancy',
  summary: 'what identity, budgets and metering add to a request',
  addOptions: (command) => command.option('--rounds <count>', 'rounds of each step', parseCount),
  run: async (options) => {
    const results = await measure(options);
    const added = addedOf(results);
    return {
      machine: describeMachine(describePinning()),
      node: process.version,
      results,
      ratios: ratiosOf(ALL, results),
      notes: added.map(({ note }) => note),
      // A quick run's figures mean little.
      bounds: options.quick ? [] : added.flatMap(({ bound }) => bound),
    };
  },
};

async function measure({ quick, progress, own }: BenchmarkOptions): Promise<Result[]> {
  const redis = await startRedis();
  let server: PinnedProcess | null = null;
  const load = await startLoad();
  try {
    const folder = makeTemporaryFolder();
    const userCount = quick ? USERS.quick : USERS.full;
    const filled = await fillStores(folder, {
      ...{ store: 'lmdb', redisPort: null, userCount },
      onProgress: (fraction, what) => progress.update(fraction * FILLING, what),
    });
    const argument: TenancyArgument = {
      ...{ redisPort: redis.port, folder: filled.featuregraph.folder },
      usageFolder: path.join(folder, 'usage'),
    };
    const program = new URL('./tenancy-server.ts', import.meta.url);
    server = await startPinned(program, argument, CONTESTANT_CORE);
    const contestants = contestantsOf(server);
    const { rounds } = own as { readonly rounds?: number };
    return await race({
      ...{
        contestants,
        load,
        works: WORKS.map((work) => ({ ...workOf(work, userCount, 'lmdb'), equal: 'data' })),
      },
      pace: { ...(quick ? PACES.quick : PACES.full), connections: CONNECTIONS, ...(rounds && { rounds }) },
      onProgress: (fraction, what) => progress.update(FILLING + fraction * (1 - FILLING), what),
    });
  } finally {
    await load.stop();
    await server?.stop();
    await redis.stop();
  }
}

/** One at a time is asked, so the process's time is its own. */
function contestantsOf(server: PinnedProcess): Contestant[] {
  return (server.ready as readonly Target[]).map((target, i) => ({
    name: STEPS[i] as string,
    target,
    cpuUs: async () => (await server.ask('cpu')) as number,
    ask: (what) => server.ask(what),
    stop: () => server.stop(),
  }));
}

/** By the quieter rounds of each step: what else the machine does only ever adds. */
function addedOf(results: readonly Result[]): { readonly note: string; readonly bound: Bound[] }[] {
  return WORKS.flatMap(({ name: work }) => {
    const us = STEPS.map((step) => {
      const of = results.find((one) => one.work === work && one.contestant === step);
      return percentileOf(
        (of?.cpuUsOfRounds ?? []).toSorted((one, other) => one - other),
        QUIET_SHARE,
      );
    });
    const steps = STEPS.slice(1).map((step, i) => {
      const added = (us[i + 1] as number) - (us[i] as number);
      return `${step.split(', ').at(-1)} ${added.toFixed(1)}`;
    });
    const seen = (us.at(-1) as number) - (us[0] as number);
    const what = `${work}, CPU that identity, budget and metering add`;
    const note = `${work}, by the quieter rounds: ${(us[0] as number).toFixed(1)} µs, and ${steps.join(', ')} µs`;
    return { note, bound: [{ what, seen, max: ADDED_MAX_US, unit: 'µs' }] };
  });
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 to 9999.');
  return Number(text);
}
