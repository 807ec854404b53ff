/** R3: every answer of the hot store comes 100 ms late. */
import { startRedis } from '../../services/redis.ts';
import { startTcpProxy } from '../../services/tcp-proxy.ts';
import { type FaultRow, idsOf, until, wait } from '../fault-row.ts';
import { DEADLINE_MS, hotOverLmdb, openFront } from '../front.ts';
import { slowReads } from '../hot-content.ts';
import { halfOfCapacity, startLoad } from '../load.ts';

const VIEWS = ['item_facts'] as const;
const OPEN = 2;
const READS_TWICE_MAX = 0.05;

export const row: FaultRow = {
  id: 'R3',
  fault: '+100 ms to every answer of Redis',
  must: 'Every call of Redis ends at its timeout, until the breaker opens; warm answers.',
  protections: ['timeout', 'fallback'],
  async run({ checks, say, after }) {
    const redis = await startRedis();
    after(() => redis.stop());
    const proxy = await startTcpProxy(redis);
    after(() => proxy.stop());
    const front = await openFront(hotOverLmdb(proxy));
    after(() => front.close());
    const ids = idsOf(400);
    await front.write('item_facts', ids);
    const options = { ids, views: VIEWS };
    const load = startLoad(front, {
      ...options,
      requestsPerSecond: await halfOfCapacity(front, options),
      writesPerSecond: 20,
    });
    await wait(700);
    load.take();
    const [slowBefore, warmBefore] = [await slowReads(front), await warmReads()];
    say(`Redis, process ${redis.pid}, answers 100 ms late`);
    proxy.set({ delayMs: 100 });
    const openMs = await until(3000, async () => (await front.breakerState('redis')) === OPEN);
    await wait(2500);
    const during = load.take();
    const slow = (await slowReads(front)) - slowBefore;
    const warm = (await warmReads()) - warmBefore;
    proxy.set({});
    const closedMs = await until(6000, async () => (await front.breakerState('redis')) === 0);
    const afterwards = await load.stop();
    checks.none('5xx or broken request', [...during.failed, ...afterwards.failed]);
    checks.none('false value', [...during.wrong, ...afterwards.wrong]);
    checks.none('failed value', during.values('item_facts', 'TU') + afterwards.values('item_facts', 'TU'));
    checks.none('refused write', load.writes.refused);
    checks.none('call of hot beyond 25 ms (bucket: 50 ms)', slow);
    checks.atMost('p99 meanwhile', DEADLINE_MS, during.quantileMs(0.99), ' ms');
    checks.atMost('breaker open after', 1000, openMs, ' ms');
    checks.atMost('breaker closed after the delay ended', 3000, closedMs, ' ms');
    const asked = during.values('item_facts', 'PNFATU') + during.starvedFailures;
    checks.atMost('reads of warm', Math.ceil(asked * (1 + READS_TWICE_MAX)), warm);

    async function warmReads(): Promise<number> {
      return (await front.tierReads('warm hit')) + (await front.tierReads('warm miss'));
    }
  },
};
