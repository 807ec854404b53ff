import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { BudgetAnswer } from '../../../src/stores/budget-store.ts';
import { isStoreFailure } from '../../../src/stores/online-store.ts';
import { keysOf, RedisBudgetStore } from '../../../src/stores/redis/redis-budget-store.ts';
import { openRedisConnection, type RedisConnection } from '../../../src/stores/redis/redis-connection.ts';
import { connectOnce, startRedis } from '../../services/redis.ts';
import { withService } from '../../services/services.ts';
import { singleRedis } from './redis-here.ts';

const LIMITS = { burst: 1000, perSecond: 100, overdraft: 0, dailyQuota: null, inFlight: null };

await withService(startRedis, (server) => {
  const plain = connectOnce(server.port);
  let connection: RedisConnection;
  const stores: RedisBudgetStore[] = [];
  const open = (): RedisBudgetStore => {
    const store = new RedisBudgetStore(connection, { clock: systemClock, commandTimeoutMs: 2000 });
    stores.push(store);
    return store;
  };
  beforeAll(async () => {
    connection = await openRedisConnection(singleRedis(server), Math.random);
    await plain.connect();
  });
  beforeEach(async () => void (await plain.flushall()));
  afterAll(async () => {
    connection.close();
    plain.disconnect();
    await server.stop();
  });
  async function take(store: RedisBudgetStore, tenant: string, need: number): Promise<BudgetAnswer> {
    const asked = {
      giveBack: 0,
      keeps: 0,
      need,
      wanted: need,
      spare: 0,
      slots: 0,
      slotsUsed: 0,
      limits: LIMITS,
    };
    const [slot] = await store.exchangeMany([{ ...asked, tenant, holder: randomUUID(), number: 1 }]);
    if (slot === undefined || isStoreFailure(slot)) throw new Error(JSON.stringify(slot));
    return slot;
  }
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  /** As if the server had been there for a day. */
  async function old(store: RedisBudgetStore, tenant: string): Promise<void> {
    await take(store, 'another', 0);
    const index = keysOf(tenant)[1];
    await plain.hset(index, 'since', `${systemClock.nowMs() - 86_400_000}`);
  }

  test('of a server that is there for long, a new tenant has all that may gather', async () => {
    const store = open();
    await old(store, 'new');
    expect(await take(store, 'new', 1000)).toMatchObject({ granted: 1000 });
  });

  test('a server that is not there yet begins when it is, not with the first question', async () => {
    await server.kill();
    open();
    await server.restart();
    await expect.poll(() => plain.status).toBe('end');
    await plain.connect();
    const since = () => plain.hget(keysOf('any')[1], 'since');
    await expect.poll(since, { timeout: 20_000 }).not.toBeNull();
  }, 30_000);

  test('a wiped server begins with nothing, and fills by the rate', async () => {
    const store = open();
    await old(store, 'a');
    await take(store, 'a', 600);
    await plain.flushall();
    const emptiedMs = performance.now();
    expect(await take(store, 'a', 50)).toMatchObject({ granted: 0, refused: 'BUDGET' });
    await pause(300);
    expect(await take(store, 'a', 20)).toMatchObject({ granted: 20 });
    const { levelMilli } = await take(store, 'a', 0);
    expect(levelMilli + 20_000).toBeLessThanOrEqual((performance.now() - emptiedMs + 5) * LIMITS.perSecond);
  });

  test('a budget that alone is gone, as by eviction, begins with nothing', async () => {
    const store = open();
    await old(store, 'a');
    await take(store, 'a', 1);
    await plain.del(keysOf('a')[0]);
    expect(await take(store, 'a', 30)).toMatchObject({ granted: 0, refused: 'BUDGET' });
    expect(await take(store, 'b', 0)).toMatchObject({ refused: null });
  });

  test('what a young server may have forgotten of the day’s quota counts as used', async () => {
    const store = open();
    const midnight = systemClock.nowMs() - (systemClock.nowMs() % 86_400_000);
    await take(store, 'another', 0);
    await plain.hset(keysOf('a')[1], 'since', `${midnight + 6 * 3_600_000}`);
    const limits = { ...LIMITS, dailyQuota: 1000 };
    const asked = { giveBack: 0, keeps: 0, need: 0, wanted: 0, spare: 0, slots: 0, slotsUsed: 0, limits };
    const [slot] = await store.exchangeMany([{ ...asked, tenant: 'a', holder: 'h', number: 1 }]);
    expect(slot).toMatchObject({ usedToday: 250 });
  });
});
