/** `bench calibrate`: what a block, a remote fetch, a transform and a KiB take, so that their prices are true. */
import { type CostWeights, DEFAULT_WEIGHTS } from '../../src/tenancy/cost/cost-weights.ts';
import type { Benchmark } from '../form/benchmark.ts';
import { CONTESTANT_CORE, describePinning, startPinned } from '../form/pinned-process.ts';
import { describeMachine, resultOf } from '../form/report.ts';
import { spreadOf } from '../form/spread.ts';
import type { CalibrateArgument, Sample } from './calibrate-once.ts';
import { fitNonNegative } from './least-squares.ts';

const FULL: CalibrateArgument = { rounds: 3, roundMs: 400 };
const QUICK: CalibrateArgument = { rounds: 1, roundMs: 5 };

/** Of the variation, at most so much may be left unexplained. */
const UNEXPLAINED_MAX = 0.1;

type Thing = 'request' | 'block' | 'remoteFetch' | 'transform' | 'kib';

interface ThingsFit {
  /** µs of one. */
  readonly us: Partial<Record<Thing, number>>;
  readonly r2: number;
  readonly works: number;
}

export const calibrateBenchmark: Benchmark = {
  name: 'calibrate',
  summary: 'what the price of a request should be made of, by what its parts take (LMDB, one process)',
  addOptions: () => {},
  run: async ({ quick, progress }) => {
    progress.update(0, 'executing');
    const file = new URL('./calibrate-once.ts', import.meta.url);
    const child = await startPinned(file, quick ? QUICK : FULL, CONTESTANT_CORE);
    await child.stop();
    const samples = child.ready as Sample[];
    const isApart = ({ remoteFetches }: Sample): boolean => remoteFetches > 0;
    const here = fitOf(
      samples.filter((sample) => !isApart(sample)),
      ['request', 'block', 'transform', 'kib'],
    );
    // What a subgraph's own graphql-js takes goes by blocks and KiB too, and dearer: it is a fit of its own.
    const apart = fitOf(samples.filter(isApart), ['remoteFetch', 'block', 'transform', 'kib']);
    const blockUs = here.us.block ?? Number.NaN;
    return {
      machine: describeMachine(describePinning()),
      node: process.version,
      results: samples.map(({ work, cpuUs }) => {
        const { median, max } = spreadOf(cpuUs);
        const rounds = cpuUs.map((cpuUsPerRequest) => ({
          requestsPerSecond: 1e6 / cpuUsPerRequest,
          ...{ p50Ms: median / 1_000, p99Ms: max / 1_000, cpuUsPerRequest },
        }));
        return resultOf('featuregraph', work, rounds);
      }),
      ratios: [],
      notes: [
        ...tell('in one process', here, blockUs),
        ...tell('with each domain behind HTTP, both sides', apart, blockUs),
      ],
      bounds: [
        { what: 'unexplained (1 − R²)', seen: 1 - here.r2, max: quick ? 1 : UNEXPLAINED_MAX, unit: '' },
      ],
    };
  },
};

function fitOf(samples: readonly Sample[], things: readonly Thing[]): ThingsFit {
  const countOf = (sample: Sample, thing: Thing): number => {
    if (thing === 'request') return 1;
    if (thing === 'block') return sample.blocks;
    return thing === 'transform' ? sample.transforms : thing === 'kib' ? sample.kib : sample.remoteFetches;
  };
  const { coefficients, r2 } = fitNonNegative(
    samples.map((sample) => things.map((thing) => countOf(sample, thing))),
    samples.map(({ cpuUs }) => spreadOf(cpuUs).median),
  );
  const us = Object.fromEntries(things.map((thing, i) => [thing, coefficients[i]]));
  return { us, r2, works: samples.length };
}

function tell(where: string, { us, r2, works }: ThingsFit, blockUs: number): string[] {
  const lines = Object.entries(us).map(([thing, took]) => {
    const weight =
      thing === 'request' ? '' : `; the default is ${DEFAULT_WEIGHTS[thing as keyof CostWeights]}`;
    return `  ${thing}: ${took.toFixed(2)} µs = ${(took / blockUs).toFixed(2)} units${weight}`;
  });
  return [`${where}: R² = ${r2.toFixed(3)} over ${works} works`, ...lines];
}
