/** `bench feast`: the same features out of the same Redis, over HTTP, by us and by Feast's servers. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { startRedis } from '../../test/services/redis.ts';
import type { Benchmark, BenchmarkOptions } from '../form/benchmark.ts';
import { type Contestant, startContestant } from '../form/contestant.ts';
import { type RequestShape, startLoad } from '../form/load.ts';
import { describePinning } from '../form/pinned-process.ts';
import { race, WARM_REQUESTS, type Work } from '../form/race.ts';
import { describeMachine, type Result, ratiosOf } from '../form/report.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import type { ServeArgument } from '../serve/serve-argument.ts';
import type { FeastArgument } from './feast-server.ts';
import { ASKED_FEATURES, KEY_PREFIX } from './figures.ts';
import { fillFeast, fillFeaturegraph } from './fill-feast.ts';
import { installFeast } from './install-feast.ts';
import { installFeastGo } from './install-feast-go.ts';

const PYTHON = 'feast (Python)';
const GO = 'feast (Go)';
const USERS = { full: 5_000, quick: 100 };
const PACES = {
  full: { rounds: 7, roundMs: 2500, warmUpMs: 3000, warmUpRequests: WARM_REQUESTS, connections: 8 },
  quick: { rounds: 2, roundMs: 500, warmUpMs: 500, connections: 8 },
};
/** Most of our CPU by Feast's, by the number of keys. */
const RATIO_MAX: Readonly<Record<string, ReadonlyMap<number, number>>> = {
  [PYTHON]: new Map([
    [1, 1 / 60],
    [100, 1 / 100],
  ]),
  [GO]: new Map([
    [1, 1 / 4],
    [100, 1 / 12],
  ]),
};
const FILLING = 0.4;

export const feastBenchmark: Benchmark = {
  name: 'feast',
  summary:
    'features over HTTP from one Redis: featuregraph and Feast’s servers (needs Linux, Python, and Go for one of them)',
  addOptions: () => {},
  run: async (options) => {
    if (!existsSync('/proc/self/stat'))
      throw new Error('The CPU time of Feast’s processes is read from /proc, which only Linux has.');
    const redis = await startRedis();
    try {
      const results = await runOver(redis.port, options);
      const ratios = ratiosOf('featuregraph', results);
      return {
        machine: describeMachine(describePinning()),
        node: process.version,
        ...{ results, ratios },
        bounds: options.quick
          ? []
          : ratios.map(({ work, to, cpu }) => ({
              what: `${work}, CPU to ${to}’s`,
              seen: cpu,
              max: RATIO_MAX[to]?.get(Number.parseInt(work, 10)) as number,
              unit: '×',
            })),
      };
    } finally {
      await redis.stop();
    }
  },
};

async function runOver(redisPort: number, { quick, progress }: BenchmarkOptions): Promise<Result[]> {
  const userCount = quick ? USERS.quick : USERS.full;
  progress.update(0, 'looking for Feast');
  const feast = await installFeast(() => progress.update(0, 'installing Feast, once'));
  const goServer = await installFeastGo(() =>
    progress.update(0, 'building Feast’s Go server, once: minutes'),
  );
  const folder = makeTemporaryFolder();
  const ours: ServeArgument = { store: 'redis', redisPort, folder: path.join(folder, 'featuregraph') };
  const theirs = path.join(folder, 'feast');
  progress.update(FILLING / 4, 'filling Redis');
  await fillFeaturegraph(ours, userCount);
  progress.update(FILLING / 2, 'filling Redis by Feast');
  await fillFeast(feast, theirs, redisPort, userCount);
  const contestants: Contestant[] = [];
  const load = await startLoad();
  try {
    const program = (name: string): URL => new URL(name, import.meta.url);
    progress.update(FILLING, 'starting the servers');
    const startFeast = (name: string, server: Omit<FeastArgument, 'folder'>): Promise<Contestant> =>
      startContestant(name, program('./feast-server.ts'), { ...server, folder: theirs });
    contestants.push(
      await startContestant('featuregraph', program('../serve/featuregraph-server.ts'), ours),
      await startFeast(PYTHON, { kind: 'python', program: feast.feast }),
    );
    if (goServer !== null) contestants.push(await startFeast(GO, { kind: 'go', program: goServer }));
    const works = [1, 100].map((keys) => workOf(keys, userCount));
    const pace = quick ? PACES.quick : PACES.full;
    return await race({
      ...{ contestants, works, pace, load },
      onProgress: (fraction, what) => progress.update(FILLING + (1 - FILLING) * fraction, what),
    });
  } finally {
    await load.stop();
    for (const contestant of contestants) await contestant.stop();
  }
}

const QUERY = `query Users($ids: [ID!]!) { users(ids: $ids) { ${ASKED_FEATURES.join(' ')} } }`;

function workOf(keysPerRequest: number, keyCount: number): Work {
  const keys = { keysPerRequest, keyCount, keyPrefix: KEY_PREFIX };
  const shapeOf = (answerBegins: string): RequestShape => ({
    ...{ head: '{"feature_service":"asked","entities":{"user":[', tail: ']}}', ...keys },
    answerBegins,
  });
  return {
    name: `${keysPerRequest} × ${ASKED_FEATURES.length}`,
    shape: { head: `{"query":${JSON.stringify(QUERY)},"variables":{"ids":[`, tail: ']}}', ...keys },
    equal: 'values',
    shapes: { [PYTHON]: shapeOf('{"results":['), [GO]: shapeOf('{"metadata":{') },
    valuesIn: { [PYTHON]: asGraphql, [GO]: asGraphql },
  };
}

interface FeastAnswer {
  readonly metadata: { readonly feature_names: readonly string[] };
  readonly results: readonly { readonly values: readonly unknown[] }[];
}

/** Feast answers in columns, by feature; and tells the key, too. */
function asGraphql(text: string): string {
  const { metadata, results } = JSON.parse(text) as FeastAnswer;
  const users = (results[0]?.values ?? []).map((_, row) =>
    Object.fromEntries(
      metadata.feature_names.flatMap((name, column) =>
        name === 'user' ? [] : [[name, results[column]?.values[row]]],
      ),
    ),
  );
  return JSON.stringify({ data: { users } });
}
