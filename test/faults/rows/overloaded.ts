/** L1: three times as much is asked as the process can do. */
import { askAtRate } from '../../fairness/load.ts';
import { startAsked } from '../../fairness/peak.ts';
import { quantile } from '../../fairness/tally.ts';
import { type FaultRow, wait } from '../fault-row.ts';
import { DEADLINE_MS } from '../front.ts';

/** What it takes to read a request and refuse it is a twentieth of what such a question takes. */
const ITEMS_A_REQUEST = 500;
const TIMES = 3;
const NORMAL_MS = 2000;
const OVERLOADED_MS = 6000;
const LOOK_MS = 250;
/** Ten times what is meant: other programs have the processor, too. */
const IN_TIME_MS = 1000;
const REFUSED_MAX_MS = 50;

export const row: FaultRow = {
  id: 'L1',
  fault: 'three times the load that it can take',
  must: 'Goodput stays near its peak, and what is accepted is answered in time.',
  protections: ['gate'],
  async run({ checks, say, after }) {
    const { front, asking, peak } = await startAsked(ITEMS_A_REQUEST, DEADLINE_MS, after);
    const normal = askAtRate(asking, () => peak.requestsPerSecond / 2);
    await wait(NORMAL_MS);
    const { servedMs: normalMs } = await normal.stop();
    // Other programs have the processor, too: three times as much as it can do in the time that it has.
    let cpuSeconds = peak.requestsPerSecond / peak.requestsPerCpuSecond;
    const load = askAtRate(asking, () => cpuSeconds * peak.requestsPerCpuSecond * TIMES);
    await wait(1000);
    load.take();
    await front.seen();
    const refusedBefore = await front.metric('featuregraph_overload_refusals_total');
    const startedMs = performance.now();
    let cpuMs = 0;
    for (let lookedMs = startedMs; performance.now() - startedMs < OVERLOADED_MS; ) {
      await wait(LOOK_MS);
      const { cpuMs: used } = await front.seen();
      cpuSeconds = used / (performance.now() - lookedMs);
      lookedMs = performance.now();
      cpuMs += used;
    }
    const seen = load.take();
    const seconds = (performance.now() - startedMs) / 1000;
    const refused = (await front.metric('featuregraph_overload_refusals_total')) - refusedBefore;
    await load.stop();
    const goodput = seen.servedWithin(IN_TIME_MS);
    const perSecond = (count: number): number => Math.round(count / seconds);
    say(
      `peak ${Math.round(peak.requestsPerSecond)}/s; offered ${perSecond(seen.offered)}/s, served ${perSecond(seen.servedMs.length)}/s, refused ${perSecond(seen.count(503))}/s; server had ${Math.round((cpuMs / seconds / 1000) * 100)} % of a core`,
    );
    const [p99, normalP99] = [quantile(seen.servedMs, 0.99), quantile(normalMs, 0.99)];
    say(`p99 of what is served ${p99.toFixed(1)} ms, at half of the peak ${normalP99.toFixed(1)} ms`);
    say(
      `refusals: p50 ${quantile(seen.refusedMs, 0.5).toFixed(1)} ms, p99 ${quantile(seen.refusedMs, 0.99).toFixed(1)} ms`,
    );
    checks.none('broken request', seen.broken);
    checks.none('refusal without a time to come again', seen.withoutRetryAfter);
    checks.atLeast('refused', 1, refused);
    const ofPeak = ((goodput * 1000) / cpuMs / peak.requestsPerCpuSecond) * 100;
    checks.atLeast('goodput of the peak, by time of the processor,', 80, ofPeak, ' %');
    checks.atMost('median refusal', REFUSED_MAX_MS, quantile(seen.refusedMs, 0.5), ' ms');
  },
};
