/**
 * `bench apart`: what it costs that domains are processes of their own. A gateway and its subgraphs, which execute by
 * programs or by graphql-js, and all domains in one process; CPU time of all that take part.
 */
import { cp } from 'node:fs/promises';
import path from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../form/benchmark.ts';
import { type Contestant, startContestant } from '../form/contestant.ts';
import { startLoad } from '../form/load.ts';
import { describePinning } from '../form/pinned-process.ts';
import { race, WARM_REQUESTS } from '../form/race.ts';
import { type Bound, describeMachine, type Ratio, type Result, ratiosOf } from '../form/report.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import { fillStores } from '../serve/fill-stores.ts';
import type { ServeArgument } from '../serve/serve-argument.ts';
import { SERVE_WORKS, workOf } from '../serve/serve-works.ts';
import type { ApartArgument } from './apart-argument.ts';

const USERS = { full: 20_000, quick: 1000 };
const PACES = {
  full: { rounds: 7, roundMs: 1000, warmUpMs: 2000, warmUpRequests: WARM_REQUESTS, connections: 8 },
  quick: { rounds: 2, roundMs: 100, warmUpMs: 100, connections: 8 },
};
const FILLING = 0.2;

const APART = 'apart, programs';
const BY_GRAPHQL_JS = 'apart, graphql-js';
const TOGETHER = 'in one process';

/**
 * Our CPU at most, as a multiple of that of subgraphs that execute by graphql-js: for one entity most of it is HTTP
 * and signatures, whoever executes.
 */
const RATIO_MAX = { one: 0.9, many: 0.5 };

export const apartBenchmark: Benchmark = {
  name: 'apart',
  summary:
    'domains in processes of their own: subgraphs by programs and by graphql-js, and all in one process',
  addOptions: () => {},
  run: async (options) => {
    const results = await runIn(makeTemporaryFolder(), options);
    const ratios = ratiosOf(APART, results);
    return {
      machine: describeMachine(describePinning()),
      node: process.version,
      ...{ results, ratios },
      bounds: options.quick ? [] : boundsOf(ratios),
    };
  },
};

async function runIn(folder: string, { quick, progress }: BenchmarkOptions): Promise<Result[]> {
  const userCount = quick ? USERS.quick : USERS.full;
  const { featuregraph: filled } = await fillStores(folder, {
    ...{ store: 'lmdb', redisPort: null, userCount },
    onProgress: (fraction, what) => progress.update(fraction * FILLING, what),
  });
  const contestants: Contestant[] = [];
  const load = await startLoad();
  try {
    for (const name of [APART, BY_GRAPHQL_JS]) contestants.push(await startApart(name, filled));
    const together = new URL('../serve/featuregraph-server.ts', import.meta.url);
    contestants.push(await startContestant(TOGETHER, together, await copyOf(filled, TOGETHER)));
    return await race({
      ...{ contestants, load, pace: quick ? PACES.quick : PACES.full },
      works: SERVE_WORKS.map((work) => workOf(work, userCount, 'lmdb')),
      onProgress: (fraction, what) => progress.update(FILLING + fraction * (1 - FILLING), what),
    });
  } finally {
    await load.stop();
    for (const contestant of contestants) await contestant.stop();
  }
}

async function startApart(name: string, filled: ServeArgument): Promise<Contestant> {
  const argument: ApartArgument = {
    ...(await copyOf(filled, name)),
    isInterpreted: name === BY_GRAPHQL_JS,
  };
  return startContestant(name, new URL('./apart-server.ts', import.meta.url), argument);
}

/** Each opens a store of its own. */
async function copyOf(filled: ServeArgument, name: string): Promise<ServeArgument> {
  const folder = path.join(path.dirname(filled.folder), name.replaceAll(/\W+/g, '-'));
  await cp(filled.folder, folder, { recursive: true });
  return { ...filled, folder };
}

function boundsOf(ratios: readonly Ratio[]): Bound[] {
  return ratios
    .filter(({ to }) => to === BY_GRAPHQL_JS)
    .map(({ work, to, cpu }) => ({
      ...{ what: `${work}, CPU to ${to}’s`, seen: cpu, unit: '×' },
      max: work.startsWith('1 ') ? RATIO_MAX.one : RATIO_MAX.many,
    }));
}
