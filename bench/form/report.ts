/** What every benchmark gives: figures per contestant and work, ratios of them, and bounds that must hold. */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { type Spread, spreadOf } from './spread.ts';

export interface Report {
  readonly machine: Machine;
  /** Version of Node that ran all of it. */
  readonly node: string;
  readonly results: readonly Result[];
  readonly ratios: readonly Ratio[];
  /** What the figures alone do not say. */
  readonly notes?: readonly string[];
  /** Empty where a benchmark promises nothing. */
  readonly bounds: readonly Bound[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  /** How contestant and load were kept apart. */
  readonly pinning: string;
}

export interface Result {
  readonly contestant: string;
  readonly work: string;
  /** Median of the rounds, as are both latencies. */
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of all threads of the contestant's process, over the rounds. */
  readonly cpuUsPerRequest: Spread;
  /** The same, round by round. */
  readonly cpuUsOfRounds: readonly number[];
}

export interface Ratio {
  readonly of: string;
  readonly to: string;
  readonly work: string;
  /** Median CPU of the one by median CPU of the other. */
  readonly cpu: number;
  /** Of the one by the other in the same round, which met the same other work on the machine. */
  readonly ofRounds?: Spread;
}

export interface Bound {
  readonly what: string;
  readonly seen: number;
  readonly max: number;
  readonly unit: string;
}

/** One round of one contestant at one work. */
export interface Round {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUsPerRequest: number;
}

export function resultOf(contestant: string, work: string, rounds: readonly Round[]): Result {
  const median = (of: (round: Round) => number): number => spreadOf(rounds.map(of)).median;
  return {
    contestant,
    work,
    requestsPerSecond: median((round) => round.requestsPerSecond),
    p50Ms: median((round) => round.p50Ms),
    p99Ms: median((round) => round.p99Ms),
    cpuUsPerRequest: spreadOf(rounds.map((round) => round.cpuUsPerRequest)),
    cpuUsOfRounds: rounds.map((round) => round.cpuUsPerRequest),
  };
}

/** Ratios of the first contestant to each of the others, work by work. */
export function ratiosOf(first: string, results: readonly Result[]): Ratio[] {
  return results.flatMap(({ contestant, work, cpuUsPerRequest, cpuUsOfRounds }) => {
    const ours = results.find((result) => result.contestant === first && result.work === work);
    if (ours === undefined || contestant === first) return [];
    const cpu = ours.cpuUsPerRequest.median / cpuUsPerRequest.median;
    const ofRounds = spreadOf(cpuUsOfRounds.map((us, round) => (ours.cpuUsOfRounds[round] as number) / us));
    return [{ of: first, to: contestant, work, cpu, ofRounds }];
  });
}

export function isBroken({ seen, max }: Bound): boolean {
  return !(seen <= max);
}

export function describeMachine(pinning: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    pinning,
  };
}
