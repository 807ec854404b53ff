/** What a server can do: by the clock, and by the time of the processor, which other programs take nothing of. */
import { wait } from '../faults/fault-row.ts';
import type { FairnessFront } from './fairness-front.ts';
import { type Asking, askByConnections } from './load.ts';
import { median, quantile } from './tally.ts';

export interface Peak {
  readonly requestsPerSecond: number;
  readonly requestsPerCpuSecond: number;
  readonly p99Ms: number;
}

/** Few enough that none is refused. */
const CONNECTIONS = 8;
const WARM_MS = 2000;
const ROUND_MS = 700;
const ROUNDS = 3;

export async function measurePeak(front: FairnessFront, asking: Asking): Promise<Peak> {
  const load = askByConnections(asking, CONNECTIONS);
  await wait(WARM_MS);
  const rounds: Peak[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    load.take();
    await front.seen();
    const startedMs = performance.now();
    await wait(ROUND_MS);
    const { cpuMs } = await front.seen();
    const { servedMs } = load.take();
    const seconds = (performance.now() - startedMs) / 1000;
    rounds.push({
      requestsPerSecond: servedMs.length / seconds,
      requestsPerCpuSecond: (servedMs.length * 1000) / cpuMs,
      p99Ms: quantile(servedMs, 0.99),
    });
  }
  await load.stop();
  return {
    requestsPerSecond: median(rounds.map((round) => round.requestsPerSecond)),
    requestsPerCpuSecond: median(rounds.map((round) => round.requestsPerCpuSecond)),
    p99Ms: median(rounds.map((round) => round.p99Ms)),
  };
}
