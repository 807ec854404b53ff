/** `bench soak`: what a server has in memory after each part of a million random operations, garbage collected. */
import { InvalidArgumentError, Option } from 'commander';
import type { Allocated } from '../allocate/allocation-teller.ts';
import type { Benchmark, BenchmarkOptions } from '../form/benchmark.ts';
import { startContestant } from '../form/contestant.ts';
import { describePinning, LOAD_CORE, startPinned } from '../form/pinned-process.ts';
import { describeMachine } from '../form/report.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import { fillStores } from '../serve/fill-stores.ts';
import type { SoakArgument, SoakOrder, SoakOutcome } from './soak-load.ts';

interface OwnOptions {
  readonly operations: number;
  readonly store: 'memory' | 'lmdb';
}

interface Sample {
  readonly operations: number;
  /** In the heap and in buffers, after all that could be collected was. */
  readonly heapBytes: number;
  readonly bufferBytes: number;
}

const OPERATIONS = 1_000_000;
const QUICK_OPERATIONS = 2_000;
/** Looked at so many times; by the fifth, caches are full. */
const SAMPLES = 20;
const WARM_SAMPLES = 4;
const GROWTH_MAX = 1.02;
const USERS = 2_000;
const SEED = 20_250_101;
const MIB = 1024 ** 2;

export const soakBenchmark: Benchmark = {
  name: 'soak',
  summary: 'memory of a server over a million random operations',
  addOptions: (command) =>
    command
      .option('--operations <n>', 'how many', countOf, OPERATIONS)
      .addOption(new Option('--store <store>').choices(['memory', 'lmdb']).default('memory')),
  run: async (options) => {
    const { samples, refused, elapsedMs } = await soak(options);
    const warm = samples[WARM_SAMPLES - 1] as Sample;
    const last = samples.at(-1) as Sample;
    const what = `heap after ${number(last.operations)} operations, to that after ${number(warm.operations)}`;
    return {
      machine: describeMachine(describePinning()),
      node: process.version,
      ...{ results: [], ratios: [] },
      notes: [
        ...samples.map(describe),
        `${number(refused)} operations were wrong and refused; all took ${Math.round(elapsedMs / 1000)} s`,
      ],
      bounds: options.quick
        ? []
        : [{ what, seen: last.heapBytes / warm.heapBytes, max: GROWTH_MAX, unit: '×' }],
    };
  },
};

async function soak({
  quick,
  progress,
  own,
}: BenchmarkOptions): Promise<{ samples: Sample[]; refused: number; elapsedMs: number }> {
  const { operations, store } = own as unknown as OwnOptions;
  const count = Math.ceil((quick ? QUICK_OPERATIONS : operations) / SAMPLES);
  const filled = await fillStores(makeTemporaryFolder(), {
    ...{ store, redisPort: null, userCount: USERS },
    onProgress: (_fraction, what) => progress.update(0, what),
  });
  const program = new URL('../serve/featuregraph-server.ts', import.meta.url);
  const server = await startContestant('featuregraph', program, filled.featuregraph, ['--expose-gc']);
  const argument: SoakArgument = { seed: SEED, userCount: USERS };
  const load = await startPinned(new URL('./soak-load.ts', import.meta.url), argument, LOAD_CORE);
  const samples: Sample[] = [];
  let refused = 0;
  let elapsedMs = 0;
  try {
    while (samples.length < SAMPLES) {
      progress.update(samples.length / SAMPLES, 'asking');
      for (const part of partsOf(count)) {
        const outcome = (await load.ask({
          target: server.target,
          count: part,
        } satisfies SoakOrder)) as SoakOutcome;
        if (outcome.failure !== null) throw new Error(`An operation failed: ${outcome.failure}`);
        refused += outcome.refused;
        elapsedMs += outcome.elapsedMs;
      }
      // What the first leaves to be finalized, the second takes.
      await server.ask('collect');
      await server.ask('collect');
      const { heapBytes, bufferBytes } = (await server.ask('allocated')) as Allocated;
      samples.push({ operations: (samples.length + 1) * count, heapBytes, bufferBytes });
    }
    return { samples, refused, elapsedMs };
  } finally {
    await load.stop();
    await server.stop();
  }
}

/** Of what one message asks for: an answer must come in time also on a slow machine. */
const PART = 5_000;

function partsOf(count: number): number[] {
  const parts: number[] = [];
  for (let left = count; left > 0; left -= PART) parts.push(Math.min(PART, left));
  return parts;
}

function describe({ operations, heapBytes, bufferBytes }: Sample): string {
  const mib = (bytes: number): string => (bytes / MIB).toFixed(2).padStart(8);
  return `${number(operations).padStart(9)} operations: ${mib(heapBytes)} MiB in the heap, ${mib(bufferBytes)} in buffers`;
}

function number(of: number): string {
  return of.toLocaleString('en-US');
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= SAMPLES) return count;
  throw new InvalidArgumentError(`Expected a whole number from ${SAMPLES} on.`);
}
