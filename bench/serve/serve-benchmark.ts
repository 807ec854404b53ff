/**
 * `bench serve`: features served over HTTP by us, by a plain Apollo Server, and by a floor written by hand, from
 * the same kind of store, to the same requests.
 */
import { InvalidArgumentError, Option } from 'commander';
import type { Benchmark, BenchmarkOptions } from '../form/benchmark.ts';
import { type Contestant, startContestant } from '../form/contestant.ts';
import { startLoad } from '../form/load.ts';
import { describePinning } from '../form/pinned-process.ts';
import { type Pace, race, type Work } from '../form/race.ts';
import { describeMachine, type Result, ratiosOf } from '../form/report.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import { fillLmdb } from './fill-lmdb.ts';
import { FEATURES, requestShape, VIEW_COUNTS } from './user-shape.ts';

interface OwnOptions {
  readonly store: 'lmdb';
  readonly views: number;
  readonly connections: number;
  readonly rounds?: number;
}

const USERS_PER_REQUEST = [1, 100];
const USERS = { full: 10_000, quick: 1000 };
const PACES = {
  full: { rounds: 9, roundMs: 2000, warmUpMs: 3000 },
  quick: { rounds: 3, roundMs: 200, warmUpMs: 250 },
};
/** The filling takes so much of the progress bar. */
const FILLING = 0.05;

export const serveBenchmark: Benchmark = {
  name: 'serve',
  summary: 'features over HTTP: featuregraph, a plain Apollo Server, and a floor written by hand',
  addOptions: (command) => {
    command
      .addOption(
        new Option('--store <store>', 'where the features are').choices(['lmdb']).makeOptionMandatory(),
      )
      .addOption(
        new Option('--views <count>', `views that the ${FEATURES} features are spread over`)
          .choices(VIEW_COUNTS.map(String))
          .default('1'),
      )
      .option('--connections <count>', 'requests under way at once', parseCount, 8)
      .option('--rounds <count>', 'rounds of each contestant', parseCount);
  },
  run: async (options) => {
    const results = await runIn(makeTemporaryFolder(), options);
    return {
      machine: describeMachine(describePinning()),
      node: process.version,
      results,
      ratios: ratiosOf('featuregraph', results),
      bounds: [],
    };
  },
};

async function runIn(folder: string, { quick, progress, own }: BenchmarkOptions): Promise<Result[]> {
  const { views, connections, rounds } = own as unknown as OwnOptions;
  const viewCount = Number(views);
  const userCount = quick ? USERS.quick : USERS.full;
  const pace: Pace = { ...(quick ? PACES.quick : PACES.full), connections, ...(rounds && { rounds }) };
  const folders = await fillLmdb(folder, {
    ...{ userCount, viewCount },
    onProgress: (fraction, what) => progress.update(fraction * FILLING, what),
  });
  const contestants: Contestant[] = [];
  const load = await startLoad();
  try {
    const start = async (name: string, program: URL, at: string): Promise<void> => {
      contestants.push(await startContestant(name, program, { folder: at, viewCount }));
    };
    await start('featuregraph', new URL('./featuregraph-server.ts', import.meta.url), folders.featuregraph);
    await start('apollo', new URL('./apollo-lmdb-server.ts', import.meta.url), folders.apollo);
    await start('floor', new URL('./floor-lmdb-server.ts', import.meta.url), folders.floor);
    return await race({
      ...{ contestants, pace, load },
      works: USERS_PER_REQUEST.map((count) => workOf(count, userCount, viewCount)),
      onProgress: (fraction, what) => progress.update(FILLING + fraction * (1 - FILLING), what),
    });
  } finally {
    await load.stop();
    for (const contestant of contestants) await contestant.stop();
  }
}

function workOf(users: number, userCount: number, viewCount: number): Work {
  const name = `${users} × ${FEATURES}${viewCount === 1 ? '' : ` over ${viewCount} views`}`;
  return { name, shape: requestShape(users, userCount), equal: 'bytes' };
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 to 9999.');
  return Number(text);
}
