/** Three tenants of weights 1 : 2 : 5 that each ask, at a rate, for as much as the whole process can do. */
import { wait } from '../faults/fault-row.ts';
import { startFairnessFront } from './fairness-front.ts';
import { askAtRate } from './load.ts';
import { measurePeak } from './peak.ts';
import { fillItems, questionFor } from './questions.ts';
import { quantile } from './tally.ts';

const WEIGHTS = { light: 1, middle: 2, heavy: 5 } as const;
const WEIGHT = 8;
const MEASURED_MS = 10_000;
const WARM_MS = 2000;
const LOOK_MS = 250;
const DEADLINE_MS = 1000;
const PLENTY = { burst: 1_000_000_000, perSecond: 1_000_000_000 };

export interface ShareOutcome {
  readonly tenant: string;
  /** By its weight is 1. */
  readonly ofItsShare: number;
  readonly offeredPerSecond: number;
  readonly servedPerSecond: number;
  readonly refusedPerSecond: number;
  readonly servedP99Ms: number;
  readonly refusedP50Ms: number;
  readonly refusedP99Ms: number;
}

export interface SharesOutcome {
  readonly tenants: readonly ShareOutcome[];
  /** Of the peak, by the time of the processor. */
  readonly goodput: number;
  /** Of a core that the server had. */
  readonly core: number;
}

export async function sharesAtThreeTimes(items: number): Promise<SharesOutcome> {
  const front = await startFairnessFront({
    tenants: Object.fromEntries(
      Object.entries(WEIGHTS).map(([name, weight]) => [name, { ...PLENTY, weight }]),
    ),
    config: { deadlineMs: DEADLINE_MS },
  });
  try {
    await fillItems(front, 'light');
    const body = questionFor(items);
    const asking = (tenant: string) => ({ url: front.url, key: front.keys[tenant] as string, body });
    const peak = await measurePeak(front, asking('light'));
    let cpuSeconds = peak.requestsPerSecond / peak.requestsPerCpuSecond;
    const loads = Object.keys(WEIGHTS).map((tenant) =>
      askAtRate(asking(tenant), () => cpuSeconds * peak.requestsPerCpuSecond),
    );
    let cpuMs = 0;
    const run = async (ms: number): Promise<number> => {
      const startedMs = performance.now();
      await front.seen();
      cpuMs = 0;
      for (let lookedMs = startedMs; performance.now() - startedMs < ms; ) {
        await wait(LOOK_MS);
        const { cpuMs: used } = await front.seen();
        cpuSeconds = used / (performance.now() - lookedMs);
        lookedMs = performance.now();
        cpuMs += used;
      }
      return (performance.now() - startedMs) / 1000;
    };
    await run(WARM_MS);
    for (const load of loads) load.take();
    const seconds = await run(MEASURED_MS);
    const tallies = loads.map((load) => load.take());
    await Promise.all(loads.map((load) => load.abandon()));
    const cost = tallies.reduce((sum, tally) => sum + tally.cost, 0);
    const served = tallies.reduce((sum, tally) => sum + tally.servedMs.length, 0);
    return {
      goodput: (served * 1000) / cpuMs / peak.requestsPerCpuSecond,
      core: cpuMs / 1000 / seconds,
      tenants: Object.entries(WEIGHTS).map(([tenant, weight], i) => {
        const tally = tallies[i] as (typeof tallies)[number];
        return {
          tenant,
          ofItsShare: (tally.cost / cost) * (WEIGHT / weight),
          offeredPerSecond: tally.offered / seconds,
          servedPerSecond: tally.servedMs.length / seconds,
          refusedPerSecond: tally.count(503) / seconds,
          servedP99Ms: quantile(tally.servedMs, 0.99),
          refusedP50Ms: quantile(tally.refusedMs, 0.5),
          refusedP99Ms: quantile(tally.refusedMs, 0.99),
        };
      }),
    };
  } finally {
    await front.end();
  }
}
