/** R1: the hot store is killed under load, and comes back empty. */
import { startRedis } from '../../services/redis.ts';
import { type FaultRow, idsOf, until, wait } from '../fault-row.ts';
import { DEADLINE_MS, hotOverLmdb, openFront } from '../front.ts';
import { halfOfCapacity, startLoad } from '../load.ts';

const VIEWS = ['item_facts', 'item_now'] as const;
const HEAP_GROWTH_MAX_MB = 40;
const OPEN = 2;

export const row: FaultRow = {
  id: 'R1',
  fault: 'Redis killed, restarted after 3 s',
  must: 'No request fails. Values come from warm, what warm lacks is NOT_FOUND, volatile views are null with a code. The breaker opens within a second, and closes within three of the restart.',
  protections: ['breaker', 'fallback'],
  async run({ checks, say, after }) {
    const redis = await startRedis();
    after(() => redis.stop());
    const front = await openFront(hotOverLmdb(redis));
    after(() => front.close());
    const known = idsOf(400);
    await front.write('item_facts', known);
    await front.write('item_now', known);
    const ids = [...known, ...idsOf(20, 'unknown')];
    const load = startLoad(front, {
      ...{ ids, views: VIEWS },
      requestsPerSecond: await halfOfCapacity(front, { ids, views: VIEWS }),
      writesPerSecond: 20,
    });
    await wait(1000);
    const before = load.take();
    const heapBefore = heapMb();
    const warmBefore = await front.tierReads('warm hit');
    say(`SIGKILL to Redis, process ${redis.pid}`);
    const killed = redis.kill();
    const openAfterMs = await until(3000, async () => (await front.breakerState('redis')) === OPEN);
    await killed;
    await wait(3000 - Math.min(openAfterMs, 3000));
    const during = load.take();
    const warmDuring = (await front.tierReads('warm hit')) - warmBefore;
    await redis.restart();
    say(`restarted as process ${redis.pid}`);
    const closedAfterMs = await until(6000, async () => (await front.breakerState('redis')) === 0);
    await wait(1500);
    const afterwards = await load.stop();
    checks.none('5xx or broken request', [...before.failed, ...during.failed, ...afterwards.failed]);
    checks.none('false value', [...before.wrong, ...during.wrong, ...afterwards.wrong]);
    checks.none('failed value of a view that warm has', during.values('item_facts', 'TU'));
    checks.atLeast('values read of warm meanwhile', during.values('item_facts', 'P') * 0.9, warmDuring);
    checks.that(
      'what warm lacks is NOT_FOUND',
      during.values('item_facts', 'F') > 0,
      during.values('item_facts', 'F'),
    );
    checks.that(
      'volatile values are null with a code, and were there before',
      during.values('item_now', 'UT') > 0 && before.values('item_now', 'P') > 0,
      `${during.values('item_now', 'UT')} failed, ${before.values('item_now', 'P')} before`,
    );
    checks.atMost('volatile values while it is down', 100, during.values('item_now', 'P'));
    checks.atMost('p99 meanwhile', DEADLINE_MS, during.quantileMs(0.99), ' ms');
    checks.atMost('breaker open after', 1000, openAfterMs, ' ms');
    checks.atMost('breaker closed after the restart', 3000, closedAfterMs, ' ms');
    checks.atMost('heap grown', HEAP_GROWTH_MAX_MB, heapMb() - heapBefore, ' MB');
    checks.none('refused write', load.writes.refused);
  },
};

function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}
