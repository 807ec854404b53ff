/** `bench profile`: where the time of one request goes, by part of the program, by function, and as a flame graph. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Option } from 'commander';
import { startRedis } from '../../test/services/redis.ts';
import type { Benchmark, BenchmarkOptions } from '../form/benchmark.ts';
import { type Contestant, startContestant } from '../form/contestant.ts';
import { type Load, type RequestShape, startLoad } from '../form/load.ts';
import { describePinning } from '../form/pinned-process.ts';
import { describeMachine } from '../form/report.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import { fillStores } from '../serve/fill-stores.ts';
import type { StoreKind } from '../serve/serve-argument.ts';
import { SERVE_WORKS, workOf } from '../serve/serve-works.ts';
import { type Call, callTree, usByFunction, usByPart } from './call-tree.ts';
import type { CpuProfile } from './cpu-profiler.ts';
import { flameGraph } from './flame-graph.ts';

interface OwnOptions {
  readonly store: StoreKind;
  readonly work: string;
  readonly contestant: 'featuregraph' | 'apollo' | 'floor';
  readonly svg?: string;
}

const USERS = { full: 20_000, quick: 1000 };
const TIMES = { full: { warmUpMs: 15_000, profileMs: 8_000 }, quick: { warmUpMs: 300, profileMs: 500 } };
const CONNECTIONS = 8;
const SEED = 20_250_101;
const FUNCTIONS_SHOWN = 30;
const WORK_NAMES = SERVE_WORKS.map(({ name }) => name);

export const profileBenchmark: Benchmark = {
  name: 'profile',
  summary: 'where the time of one request goes, and a flame graph of it',
  addOptions: (command) => {
    command
      .addOption(new Option('--store <store>').choices(['redis', 'lmdb', 'memory']).default('redis'))
      .addOption(new Option('--work <work>').choices(WORK_NAMES).default(WORK_NAMES[0]))
      .addOption(
        new Option('--contestant <name>')
          .choices(['featuregraph', 'apollo', 'floor'])
          .default('featuregraph'),
      )
      .option('--svg <file>', 'write the flame graph there');
  },
  run: async (options) => ({
    machine: describeMachine(describePinning()),
    node: process.version,
    results: [],
    ratios: [],
    notes: await profile(options),
    bounds: [],
  }),
};

async function profile(options: BenchmarkOptions): Promise<string[]> {
  const { store, work, contestant: name, svg } = options.own as unknown as OwnOptions;
  const userCount = options.quick ? USERS.quick : USERS.full;
  const redis = store === 'redis' ? await startRedis() : null;
  const load = await startLoad();
  let contestant: Contestant | null = null;
  try {
    const filled = await fillStores(makeTemporaryFolder(), {
      ...{ store, redisPort: redis?.port ?? null, userCount },
      onProgress: (fraction, what) => options.progress.update(fraction / 2, what),
    });
    const program = new URL(`../serve/${name}-server.ts`, import.meta.url);
    contestant = await startContestant(name, program, filled[name]);
    const chosen = SERVE_WORKS.find((one) => one.name === work) as (typeof SERVE_WORKS)[number];
    const { shape } = workOf(chosen, userCount, store);
    options.progress.update(0.6, 'profiling');
    const { tree, cpuUs } = await take(contestant, load, shape, options.quick ? TIMES.quick : TIMES.full);
    const title = `${name}, ${work} from ${store}: ${Math.round(tree.totalUs)} µs a request`;
    if (svg !== undefined) writeFileSync(path.resolve(svg), flameGraph(tree, title));
    return describe(title, tree, cpuUs);
  } finally {
    await contestant?.stop();
    await load.stop();
    await redis?.stop();
  }
}

/** @returns the calls with times of one request, and the CPU µs that a request took of all threads, profiled too. */
async function take(
  contestant: Contestant,
  load: Load,
  shape: RequestShape,
  { warmUpMs, profileMs }: { readonly warmUpMs: number; readonly profileMs: number },
): Promise<{ tree: Call; cpuUs: number }> {
  const drive = async (durationMs: number, seed: number): Promise<number> => {
    const order = { target: contestant.target, shape, connections: CONNECTIONS, durationMs, seed };
    const { requests, failure } = await load.run(order);
    if (failure !== null) throw new Error(`${contestant.name} failed: ${failure}`);
    return requests;
  };
  await drive(warmUpMs, SEED);
  await contestant.ask('beginProfile');
  const beforeUs = await contestant.cpuUs();
  const requests = await drive(profileMs, SEED + 1);
  const cpuUs = ((await contestant.cpuUs()) - beforeUs) / requests;
  const taken = (await contestant.ask('endProfile')) as CpuProfile;
  return { tree: callTree(taken, 1 / requests), cpuUs };
}

function describe(title: string, tree: Call, cpuUs: number): string[] {
  const line = ([name, us]: readonly [string, number]): string =>
    `${us.toFixed(1).padStart(8)} µs ${((100 * us) / tree.totalUs).toFixed(1).padStart(5)} %  ${name}`;
  return [
    `${title} on the main thread, of wall time (${Math.round(cpuUs)} µs of CPU with the profiler and all threads)`,
    ...['', 'By part:', ...usByPart(tree).map(line)],
    ...['', 'By function:', ...usByFunction(tree).slice(0, FUNCTIONS_SHOWN).map(line)],
  ];
}
