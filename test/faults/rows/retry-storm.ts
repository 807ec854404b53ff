/** L3: five times as much is asked as the process can do, and who is refused comes back at once, three times. */
import { askAtRate } from '../../fairness/load.ts';
import { startAsked } from '../../fairness/peak.ts';
import { type FaultRow, wait } from '../fault-row.ts';
import { DEADLINE_MS } from '../front.ts';

const ITEMS_A_REQUEST = 50;
const SURGE = { times: 5, retries: 3, ms: 5000 } as const;
/** What is asked all the time, of what it can do. */
const BASE = 0.4;
const WINDOW_MS = 500;
const WITHIN_MS = 10_000;
const IN_TIME_MS = 1000;
const SERVED_MIN = 0.9;

export const row: FaultRow = {
  id: 'L3',
  fault: 'every refused client comes back at once, three times',
  must: 'Goodput comes back within ten seconds.',
  protections: ['gate'],
  async run({ checks, say, after }) {
    const { asking, peak } = await startAsked(ITEMS_A_REQUEST, DEADLINE_MS, after);
    const { requestsPerSecond } = peak;
    const base = askAtRate(asking, () => requestsPerSecond * BASE, SURGE.retries);
    await wait(1000);
    const surge = askAtRate(asking, () => requestsPerSecond * SURGE.times, SURGE.retries);
    await wait(SURGE.ms);
    const stormed = surge.take();
    await surge.abandon();
    const startedMs = performance.now();
    base.take();
    let [recoveredMs, served] = [Number.POSITIVE_INFINITY, 0];
    while (performance.now() - startedMs < WITHIN_MS) {
      await wait(WINDOW_MS);
      const seen = base.take();
      served = seen.servedWithin(IN_TIME_MS) / (requestsPerSecond * BASE * (WINDOW_MS / 1000));
      if (served < SERVED_MIN) continue;
      recoveredMs = performance.now() - startedMs;
      break;
    }
    await base.stop();
    say(
      `peak ${Math.round(requestsPerSecond)}/s; the storm: ${Math.round(stormed.offered / (SURGE.ms / 1000))} requests/s, ${Math.round((stormed.count(503) / stormed.offered) * 100)} % refused`,
    );
    checks.none('broken request', stormed.broken);
    checks.atLeast('refused in the storm', 1, stormed.count(503));
    checks.atMost('nine tenths of what is asked served in time again after', WITHIN_MS, recoveredMs, ' ms');
  },
};
