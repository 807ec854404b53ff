/**
 * `bench registry`: how long, and with how much memory, a schema of 50,000 features is compiled, how long a server of it
 * takes to start, and whether its requests cost more than with 50.
 */
import type { Benchmark } from '../form/benchmark.ts';
import { CONTESTANT_CORE, describePinning, startPinned } from '../form/pinned-process.ts';
import { describeMachine, resultOf } from '../form/report.ts';
import { spreadOf } from '../form/spread.ts';
import type { Compilation } from './compile-once.ts';
import { LARGE_SCHEMA } from './generate-domains.ts';
import { raceSchemas } from './race-schemas.ts';

const TIME_MAX_SECONDS = 10;
const MEMORY_MAX_MIB = 1024;
const MIB = 1024 ** 2;
const ROUNDS = { full: 5, quick: 1 };
const QUICK_SCHEMA = { ...LARGE_SCHEMA, domains: 10 };
const QUICK_RACE = { ...LARGE_SCHEMA, domains: 2 };

export const registryBenchmark: Benchmark = {
  name: 'registry',
  summary:
    'a schema of 50,000 features: compiling it (a request is one compilation, in a fresh process), and requests beside one of 50',
  addOptions: () => {},
  run: async ({ quick, progress }) => {
    const rounds = quick ? ROUNDS.quick : ROUNDS.full;
    const seen: Compilation[] = [];
    for (let round = 0; round < rounds; round += 1) {
      progress.update(round / rounds / 2, 'compiling');
      seen.push(await compileOnce(quick ? QUICK_SCHEMA : LARGE_SCHEMA));
    }
    const { features, views } = seen[0] as Compilation;
    const work = `${features.toLocaleString('en-US')} features in ${views.toLocaleString('en-US')} views`;
    const times = spreadOf(seen.map(({ tookMs }) => tookMs));
    const result = resultOf(
      'featuregraph',
      work,
      seen.map(({ tookMs, cpuUs }) => ({
        requestsPerSecond: 1000 / tookMs,
        p50Ms: times.median,
        p99Ms: times.max,
        cpuUsPerRequest: cpuUs,
      })),
    );
    const raced = await raceSchemas(quick ? QUICK_RACE : LARGE_SCHEMA, quick, (fraction, what) =>
      progress.update((1 + fraction) / 2, what),
    );
    const peakMib = Math.max(...seen.map(({ peakBytes }) => peakBytes)) / MIB;
    return {
      machine: describeMachine(describePinning()),
      node: process.version,
      results: [result, ...raced.results],
      ratios: raced.ratios,
      bounds: [
        { what: 'time', seen: times.median / 1000, max: TIME_MAX_SECONDS, unit: 's' },
        { what: 'peak memory of the process', seen: peakMib, max: MEMORY_MAX_MIB, unit: 'MiB' },
        // A short run says nothing of them.
        ...(quick ? [] : raced.bounds),
      ],
    };
  },
};

async function compileOnce(size: typeof LARGE_SCHEMA): Promise<Compilation> {
  const child = await startPinned(new URL('./compile-once.ts', import.meta.url), size, CONTESTANT_CORE);
  await child.stop();
  return child.ready as Compilation;
}
