/**
 * `bench gateway`: one query over three HTTP subgraphs, by us, by Hive Gateway, and by a floor written by hand, to
 * the same requests.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { composeSupergraph } from '../../gateway/compose.ts';
import type { Benchmark, BenchmarkOptions } from '../form/benchmark.ts';
import { type Contestant, startContestant } from '../form/contestant.ts';
import { startLoad } from '../form/load.ts';
import { describePinning, LOAD_CORE, startPinned } from '../form/pinned-process.ts';
import { type Pace, race, WARM_REQUESTS, type Work } from '../form/race.ts';
import { type Bound, describeMachine, type Ratio, type Result, ratiosOf } from '../form/report.ts';
import { makeTemporaryFolder } from '../form/temporary-folder.ts';
import type { GatewayArgument } from './gateway-argument.ts';
import { requestShape, SUBGRAPHS, sdlOf } from './graph-shape.ts';

interface OwnOptions {
  readonly connections: number;
  readonly rounds?: number;
}

const USERS_PER_REQUEST = [1, 10, 100, 500];
const PACES = {
  full: { rounds: 9, roundMs: 2000, warmUpMs: 4000, warmUpRequests: WARM_REQUESTS },
  quick: { rounds: 3, roundMs: 200, warmUpMs: 250 },
};

const OURS = 'featuregraph';
const PROGRAMS = {
  [OURS]: new URL('./featuregraph-gateway.ts', import.meta.url),
  hive: new URL('./hive-gateway.ts', import.meta.url),
  floor: new URL('./floor-gateway.ts', import.meta.url),
};

/** Our CPU at most, as a multiple of another's. */
const BOUNDS: readonly { readonly to: string; readonly users: number; readonly max: number }[] = [
  { to: 'floor', users: 1, max: 2 },
  { to: 'floor', users: 100, max: 2 },
  { to: 'floor', users: 500, max: 1.6 },
  ...USERS_PER_REQUEST.map((users) => ({ to: 'hive', users, max: 0.2 })),
];

export const gatewayBenchmark: Benchmark = {
  name: 'gateway',
  summary: 'a query over three HTTP subgraphs: featuregraph, Hive Gateway, and a floor written by hand',
  addOptions: (command) => {
    command
      .option('--connections <count>', 'requests under way at once', parseCount, 8)
      .option('--rounds <count>', 'rounds of each contestant', parseCount);
  },
  run: async (options) => {
    const results = await runIn(makeTemporaryFolder(), options);
    const ratios = ratiosOf(OURS, results);
    return {
      machine: describeMachine(describePinning()),
      node: process.version,
      results,
      ratios,
      // A short run is not warm: its figures hold nothing.
      bounds: options.quick ? [] : boundsOf(ratios),
    };
  },
};

async function runIn(folder: string, { quick, progress, own }: BenchmarkOptions): Promise<Result[]> {
  const { connections, rounds } = own as unknown as OwnOptions;
  const pace: Pace = { ...(quick ? PACES.quick : PACES.full), connections, ...(rounds && { rounds }) };
  const subgraphs = await startPinned(new URL('./stub-subgraphs.ts', import.meta.url), null, LOAD_CORE);
  const urls = subgraphs.ready as GatewayArgument['urls'];
  const supergraphFile = path.join(folder, 'supergraph.graphql');
  writeFileSync(supergraphFile, compose(urls));
  const contestants: Contestant[] = [];
  const load = await startLoad();
  try {
    for (const [name, program] of Object.entries(PROGRAMS)) {
      const argument: GatewayArgument = { urls, supergraphFile, folder: path.join(folder, name) };
      mkdirSync(argument.folder);
      contestants.push(await startContestant(name, program, argument));
    }
    return await race({
      ...{ contestants, pace, load },
      works: USERS_PER_REQUEST.map(workOf),
      onProgress: (fraction, what) => progress.update(fraction, what),
    });
  } finally {
    await load.stop();
    for (const contestant of contestants) await contestant.stop();
    await subgraphs.stop();
  }
}

function compose(urls: GatewayArgument['urls']): string {
  const composition = composeSupergraph(
    SUBGRAPHS.map((name) => ({ name, url: urls[name], sdl: sdlOf(name) })),
  );
  if (!composition.ok) throw new Error(composition.problems.map(({ message }) => message).join('\n'));
  return composition.supergraph.supergraphSdl;
}

function workOf(users: number): Work {
  return { name: nameOf(users), shape: requestShape(users), equal: 'values' };
}

function nameOf(users: number): string {
  return `${users} × 51`;
}

function boundsOf(ratios: readonly Ratio[]): Bound[] {
  return BOUNDS.flatMap(({ to, users, max }) => {
    const ratio = ratios.find((one) => one.to === to && one.work === nameOf(users));
    if (ratio === undefined) return [];
    return [{ what: `${ratio.work}, CPU of ${OURS} ÷ ${to}`, seen: ratio.cpu, max, unit: '×' }];
  });
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 to 9999.');
  return Number(text);
}
