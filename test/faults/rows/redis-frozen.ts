/** R2: the hot store is frozen for ten seconds while rows are written, and then goes on with what it had received. */
import { startRedis } from '../../services/redis.ts';
import { type FaultRow, idsOf, until, wait } from '../fault-row.ts';
import { DEADLINE_MS, hotOverLmdb, openFront } from '../front.ts';
import { hotTexts, slowReads } from '../hot-content.ts';
import { halfOfCapacity, startLoad } from '../load.ts';
import { textOf } from '../model.ts';

const VIEWS = ['item_facts'] as const;
const FROZEN_MS = 10_000;

export const row: FaultRow = {
  id: 'R2',
  fault: 'Redis frozen for 10 s, then goes on',
  must: 'Every call of Redis ends in 25 ms. What it applies late leaves no row that is not the newest.',
  protections: ['timeout', 'repairLog'],
  async run({ checks, say, after }) {
    const redis = await startRedis();
    after(() => redis.stop());
    const front = await openFront(hotOverLmdb(redis));
    after(() => front.close());
    const ids = idsOf(200);
    await front.write('item_facts', ids);
    const options = { ids, views: VIEWS };
    const load = startLoad(front, {
      ...options,
      requestsPerSecond: await halfOfCapacity(front, options),
      writesPerSecond: 40,
    });
    await wait(500);
    load.take();
    const slowBefore = await slowReads(front);
    say(`SIGSTOP to Redis, process ${redis.pid}`);
    redis.freeze();
    await wait(FROZEN_MS);
    const during = load.take();
    const slow = (await slowReads(front)) - slowBefore;
    say(`SIGCONT to Redis, process ${redis.pid}`);
    redis.thaw();
    await wait(2000);
    const afterwards = await load.stop();
    const repairedMs = await until(10_000, async () => (await front.pendingRepairs()) === 0);
    const hot = await hotTexts(front, redis, 'item_facts', ids);
    const stale = ids.filter((id, i) => {
      const text = hot[i];
      return text !== null && text !== textOf(id, front.model.stateOf('item_facts', id).acknowledged);
    });
    checks.none('5xx or broken request', [...during.failed, ...afterwards.failed]);
    checks.none('false value', [...during.wrong, ...afterwards.wrong]);
    checks.none('failed value', during.values('item_facts', 'TU') + afterwards.values('item_facts', 'TU'));
    checks.none('refused write', load.writes.refused);
    checks.none('call of hot beyond 25 ms (bucket: 50 ms)', slow);
    checks.atMost('p99 meanwhile', DEADLINE_MS, during.quantileMs(0.99), ' ms');
    checks.atMost('repaired after', 10_000, repairedMs, ' ms');
    checks.atLeast('rows in hot', 1, hot.filter((text) => text !== null).length);
    checks.none('row in hot that is not the model’s', stale);
  },
};
