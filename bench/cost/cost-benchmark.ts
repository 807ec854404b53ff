/** `bench cost`: what it takes to know what a request costs. */
import type { Benchmark } from '../form/benchmark.ts';
import { CONTESTANT_CORE, describePinning, startPinned } from '../form/pinned-process.ts';
import { describeMachine, resultOf } from '../form/report.ts';
import { spreadOf } from '../form/spread.ts';
import type { MeasureArgument, Measured } from './measure-cost.ts';

const FULL: MeasureArgument = { rounds: 7, roundMs: 1_000 };
const QUICK: MeasureArgument = { rounds: 1, roundMs: 100 };

/** In µs, in the order of the works. */
const BOUNDS_US = [5, 300, 5_000];

export const costBenchmark: Benchmark = {
  name: 'cost',
  summary: 'what it takes to know the price of a request (a request is one price, without any server)',
  addOptions: () => {},
  run: async ({ quick, progress }) => {
    progress.update(0, 'pricing');
    const file = new URL('./measure-cost.ts', import.meta.url);
    const child = await startPinned(file, quick ? QUICK : FULL, CONTESTANT_CORE);
    await child.stop();
    const works = Object.entries(child.ready as Measured);
    return {
      machine: describeMachine(describePinning()),
      node: process.version,
      results: works.map(([work, timesUs]) => {
        const { median, max } = spreadOf(timesUs);
        const rounds = timesUs.map((cpuUsPerRequest) => ({
          requestsPerSecond: 1e6 / cpuUsPerRequest,
          ...{ p50Ms: median / 1_000, p99Ms: max / 1_000, cpuUsPerRequest },
        }));
        return resultOf('featuregraph', work, rounds);
      }),
      ratios: [],
      bounds: works.map(([what, timesUs], i) => ({
        ...{ what, seen: spreadOf(timesUs).median, max: BOUNDS_US[i] ?? 0, unit: 'µs' },
      })),
    };
  },
};
