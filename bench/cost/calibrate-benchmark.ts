/** `bench calibrate`: what a block, a remote fetch, a transform and a KiB take, so that their prices are true. */
import { InvalidArgumentError, Option } from 'commander';
import { DEFAULT_WEIGHTS } from '../../src/tenancy/cost/cost-weights.ts';
import type { Benchmark } from '../form/benchmark.ts';
import { CONTESTANT_CORE, describePinning, startPinned } from '../form/pinned-process.ts';
import { describeMachine, type Result, resultOf } from '../form/report.ts';
import { spreadOf } from '../form/spread.ts';
import type { CalibrateArgument, Sample } from './calibrate-once.ts';
import { CALIBRATED_STORES, type CalibratedStore, startCalibrationStores } from './calibration-stores.ts';
import { CALIBRATION_WORKS } from './calibration-works.ts';
import { type Fit, fitNonNegative } from './least-squares.ts';

const FULL = { rounds: 3, roundMs: 400 };
const QUICK = { rounds: 1, roundMs: 5 };

/** Of the variation, at most so much may be left unexplained. */
const UNEXPLAINED_MAX = 0.1;

/** What a request is made of, and what one of each costs where prices are as they come. */
const PRICES = {
  request: null,
  'request past the caches': null,
  block: DEFAULT_WEIGHTS.block,
  'block with BYPASS': DEFAULT_WEIGHTS.block * DEFAULT_WEIGHTS.bypassFactor,
  'block with QUORUM': DEFAULT_WEIGHTS.block * DEFAULT_WEIGHTS.quorumFactor,
  remoteFetch: DEFAULT_WEIGHTS.remoteFetch,
  transform: DEFAULT_WEIGHTS.transform,
  kib: DEFAULT_WEIGHTS.kib,
} as const;
type Thing = keyof typeof PRICES;

const HERE: readonly Thing[] = [
  ...(['request', 'block', 'request past the caches', 'block with BYPASS', 'block with QUORUM'] as const),
  ...(['transform', 'kib'] as const),
];
const APART: readonly Thing[] = ['remoteFetch', 'block', 'transform', 'kib'];

export const calibrateBenchmark: Benchmark = {
  name: 'calibrate',
  summary: 'what the price of a request should be made of, by what its parts take of all processes',
  addOptions: (command) => {
    command
      .addOption(
        new Option(
          '--store <store>',
          'where the features are: redis is before lmdb, cassandra is behind redis',
        )
          .choices(CALIBRATED_STORES)
          .default('lmdb'),
      )
      .option('--replicas <count>', 'nodes of Cassandra, each with every row', parseReplicas, 1);
  },
  run: async ({ quick, progress, own }) => {
    const { store, replicas } = own as { readonly store: CalibratedStore; readonly replicas: number };
    progress.update(0, 'starting stores');
    const { flags, servers, stop } = await startCalibrationStores(store, replicas);
    progress.update(0, 'executing');
    const samples = await measure({ ...(quick ? QUICK : FULL), flags, servers }).finally(stop);
    const isApart = (_: unknown, index: number): boolean => CALIBRATION_WORKS[index]?.apart === true;
    const here = fitOf(
      samples.filter((sample, index) => !isApart(sample, index)),
      HERE,
    );
    // What a subgraph's own graphql-js takes goes by blocks and KiB too, and dearer: it is a fit of its own.
    const apart = fitOf(samples.filter(isApart), APART);
    const blockUs = here.coefficients[HERE.indexOf('block')] as number;
    return {
      machine: describeMachine(describePinning()),
      node: process.version,
      results: samples.flatMap((sample) => resultsOf(sample, servers.length > 0)),
      ratios: [],
      notes: [
        ...tell('in one process', HERE, here, blockUs),
        ...tell('with each domain behind HTTP, both sides', APART, apart, blockUs),
      ],
      bounds: [
        { what: 'unexplained (1 − R²)', seen: 1 - here.r2, max: quick ? 1 : UNEXPLAINED_MAX, unit: '' },
      ],
    };
  },
};

async function measure(argument: CalibrateArgument): Promise<Sample[]> {
  const file = new URL('./calibrate-once.ts', import.meta.url);
  const child = await startPinned(file, argument, CONTESTANT_CORE);
  await child.stop();
  return child.ready as Sample[];
}

function fitOf(samples: readonly Sample[], things: readonly Thing[]): Fit {
  return fitNonNegative(
    samples.map((sample) => things.map((thing) => countOf(sample, thing))),
    samples.map(({ cpuUs }) => spreadOf(cpuUs).median),
  );
}

function countOf({ how, ...sample }: Sample, thing: Thing): number {
  switch (thing) {
    case 'request':
      return how === 'USE' ? 1 : 0;
    case 'request past the caches':
      return how === 'USE' ? 0 : 1;
    case 'block':
      return how === 'USE' ? sample.blocks : 0;
    case 'block with BYPASS':
      return how === 'BYPASS' ? sample.blocks : 0;
    case 'block with QUORUM':
      return how === 'QUORUM' ? sample.blocks : 0;
    case 'remoteFetch':
      return sample.remoteFetches;
    case 'transform':
      return sample.transforms;
    case 'kib':
      return sample.kib;
  }
}

function tell(where: string, things: readonly Thing[], fit: Fit, blockUs: number): string[] {
  const { coefficients, r2, missed } = fit;
  const { median, max } = spreadOf(missed.map(Math.abs));
  const lines = things.map((thing, i) => {
    const us = coefficients[i] as number;
    const price = PRICES[thing] === null ? '' : `; costs ${PRICES[thing]}`;
    return `  ${thing}: ${us.toFixed(2)} µs = ${(us / blockUs).toFixed(2)} units${price}`;
  });
  const off = `off by ${percent(median)} at the median and ${percent(max)} at most`;
  return [`${where}: R² = ${r2.toFixed(3)} over ${missed.length} works, ${off}`, ...lines];
}

function resultsOf({ work, cpuUs, storeCpuUs, tookUs }: Sample, hasServers: boolean): Result[] {
  const result = (contestant: string, figures: readonly number[]): Result =>
    resultOf(
      contestant,
      work,
      figures.map((cpuUsPerRequest, round) => {
        const tookMs = (tookUs[round] as number) / 1000;
        return { requestsPerSecond: 1000 / tookMs, p50Ms: tookMs, p99Ms: tookMs, cpuUsPerRequest };
      }),
    );
  const all = result('all processes', cpuUs);
  return hasServers ? [all, result('stores alone', storeCpuUs)] : [all];
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(0)} %`;

function parseReplicas(text: string): number {
  if (!/^[1-3]$/.test(text)) throw new InvalidArgumentError('expected 1, 2 or 3.');
  return Number(text);
}
