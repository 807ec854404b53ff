/** R6: the hot store loses everything at once under load. */
import { connectOnce, startRedis } from '../../services/redis.ts';
import { type FaultRow, idsOf, wait } from '../fault-row.ts';
import { openFront, patientOverLmdb } from '../front.ts';
import { halfOfCapacity, startLoad } from '../load.ts';

const VIEWS = ['item_facts'] as const;
const HIT_RATE_BACK = 0.95;
const BACK_WITHIN_MS = 60_000;
/** Twice as long as memory answers for hot. */
const WINDOW_MS = 2000;

export const row: FaultRow = {
  id: 'R6',
  fault: 'FLUSHALL under load',
  must: 'At most one read of warm a key and process; the hit rate comes back.',
  protections: ['promotion'],
  async run({ checks, say, after }) {
    const redis = await startRedis();
    after(() => redis.stop());
    const front = await openFront(patientOverLmdb(redis, { memory: {} }));
    after(() => front.close());
    const ids = idsOf(1000);
    await front.write('item_facts', ids);
    const options = { ids, views: VIEWS, batch: 50 };
    const load = startLoad(front, {
      ...options,
      requestsPerSecond: await halfOfCapacity(front, options),
    });
    await wait(1200);
    load.take();
    const rateBefore = await hitRate();
    const warmBefore = await front.tierReads('warm hit');
    const admin = connectOnce(redis.port);
    await admin.connect();
    say(`FLUSHALL in Redis, process ${redis.pid}`);
    await admin.flushall();
    admin.disconnect();
    const flushedMs = performance.now();
    // Many at once ask for the same keys.
    await Promise.all(Array.from({ length: 30 }, () => front.read(ids.slice(0, 100), VIEWS)));
    let rate = 0;
    while (rate < rateBefore * HIT_RATE_BACK && performance.now() - flushedMs < BACK_WITHIN_MS / 4)
      rate = await hitRate();
    const backMs = performance.now() - flushedMs;
    await wait(1500);
    const during = await load.stop();
    const warm = (await front.tierReads('warm hit')) - warmBefore;
    checks.none('5xx, broken or false', [...during.wrong, ...during.broken, ...during.refused]);
    checks.none('failed value', during.values('item_facts', 'TU'));
    checks.that(
      'at most one read of warm a key',
      warm <= ids.length && warm > 0,
      `${warm} of ${ids.length} keys`,
    );
    checks.that(
      `hit rate back to 95 % of ${rateBefore.toFixed(2)} within 60 s`,
      rate >= rateBefore * HIT_RATE_BACK && rateBefore > 0.5,
      `${rate.toFixed(2)} after ${Math.round(backMs)} ms`,
    );

    async function hitRate(): Promise<number> {
      const [hits, misses] = [await front.tierReads('hot hit'), await front.tierReads('hot miss')];
      await wait(WINDOW_MS);
      const hit = (await front.tierReads('hot hit')) - hits;
      return hit / Math.max(1, hit + (await front.tierReads('hot miss')) - misses);
    }
  },
};
