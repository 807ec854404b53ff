/** What a server can do: by the clock, and by the time of the processor, which other programs take nothing of. */
import { wait } from '../faults/fault-row.ts';
import { type FairnessFront, startFairnessFront } from './fairness-front.ts';
import { type Asking, askByConnections } from './load.ts';
import { fillItems, questionFor } from './questions.ts';
import { median, quantile } from './tally.ts';

export interface Peak {
  readonly requestsPerSecond: number;
  readonly requestsPerCpuSecond: number;
  readonly p99Ms: number;
}

/** A server that is asked by one tenant, and what it can do. */
export interface AskedFront {
  readonly front: FairnessFront;
  readonly asking: Asking;
  readonly peak: Peak;
}

/** @param items of a question. */
export async function startAsked(
  items: number,
  deadlineMs: number,
  after: (end: () => Promise<unknown>) => void,
): Promise<AskedFront> {
  const front = await startFairnessFront({ tenants: { a: null }, config: { deadlineMs } });
  after(() => front.end());
  await fillItems(front, 'a');
  const asking = { url: front.url, key: front.keys.a as string, body: questionFor(items) };
  return { front, asking, peak: await measurePeak(front, asking) };
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
