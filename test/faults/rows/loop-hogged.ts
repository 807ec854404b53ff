/** L2: one tenant asks for as much at once as a question may, again and again, over many connections. */
import { startFairnessFront } from '../../fairness/fairness-front.ts';
import { askAtRate, askByConnections } from '../../fairness/load.ts';
import { fillItems, ITEMS, questionFor } from '../../fairness/questions.ts';
import { quantile } from '../../fairness/tally.ts';
import { type FaultRow, wait } from '../fault-row.ts';
import { PATIENT_MS } from '../front.ts';

const HOGS = 16;
const MODEST = { items: 5, requestsPerSecond: 40 } as const;
const ALONE_MS = 2500;
const BESIDE_MS = 5000;
/** Of the processor: other programs do not count. */
const ROUND_MAX_MS = 50;

export const row: FaultRow = {
  id: 'L2',
  fault: 'one tenant’s questions hog the event loop',
  must: 'The loop stays free for the others.',
  protections: ['gate'],
  async run({ checks, say, after }) {
    const front = await startFairnessFront({
      tenants: { hog: null, modest: null },
      config: { deadlineMs: PATIENT_MS },
    });
    after(() => front.end());
    const { url, keys } = front;
    await fillItems(front, 'hog');
    const hog = { url, key: keys.hog as string, body: questionFor(ITEMS) };
    const modest = { url, key: keys.modest as string, body: questionFor(MODEST.items) };
    const warm = [askByConnections(hog, 2), askByConnections(modest, 2)];
    await wait(3000);
    for (const load of warm) await load.stop();
    const alone = askAtRate(modest, () => MODEST.requestsPerSecond);
    await wait(ALONE_MS);
    const { servedMs: aloneMs } = await alone.stop();
    const hogging = askByConnections(hog, HOGS);
    const beside = askAtRate(modest, () => MODEST.requestsPerSecond);
    await wait(500);
    beside.take();
    await front.seen();
    await wait(BESIDE_MS);
    const { roundMaxMs, lagMaxMs } = await front.seen();
    const seen = await beside.stop();
    const hogged = await hogging.stop();
    say(
      `hogs served ${hogged.servedMs.length}, refused ${hogged.count(503)}; longest lag by the clock ${lagMaxMs.toFixed(0)} ms`,
    );
    say(
      `modest, p99: ${quantile(aloneMs, 0.99).toFixed(1)} ms alone, ${quantile(seen.servedMs, 0.99).toFixed(1)} ms beside; p50: ${quantile(aloneMs, 0.5).toFixed(1)} and ${quantile(seen.servedMs, 0.5).toFixed(1)} ms`,
    );
    checks.none('broken request', [...seen.broken, ...hogged.broken]);
    checks.none('refused or failed request of the other tenant', seen.refusedMs.length);
    checks.atMost('longest round of the loop, of the processor’s time,', ROUND_MAX_MS, roundMaxMs, ' ms');
    checks.atLeast('hogs served', 1, hogged.servedMs.length);
  },
};
