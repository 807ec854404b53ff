/** Whatever stands where a budget should: its tenant is told CORRUPT, nothing is given, and nobody else feels it. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { type BudgetStore, HOLDERS_MAX } from '../../src/stores/budget-store.ts';
import { createLmdbBudgetStore } from '../../src/stores/lmdb/lmdb-budget-store.ts';
import { type LmdbEnvironment, openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { keysOf, RedisBudgetStore } from '../../src/stores/redis/redis-budget-store.ts';
import { openRedisConnection, type RedisConnection } from '../../src/stores/redis/redis-connection.ts';
import { connectOnce, startRedis } from '../services/redis.ts';
import { withService } from '../services/services.ts';
import { singleRedis } from './redis/redis-here.ts';

const LIMITS = { burst: 1000, perSecond: 1000, overdraft: 0, dailyQuota: 1000, inFlight: 10 };
const ASKED = { giveBack: 0, keeps: 0, need: 1, wanted: 1, spare: 0, slots: 1, slotsUsed: 0, limits: LIMITS };
const NOW_MS = systemClock.nowMs();
const TODAY = Math.floor(NOW_MS / 86_400_000);
const HOUR_MS = 3_600_000;

const take = (store: BudgetStore, ...tenants: string[]) =>
  store.exchangeMany(tenants.map((tenant) => ({ ...ASKED, tenant, holder: 'me', number: 1 })));
const look = (store: BudgetStore, tenant: string) => store.lookMany([{ tenant, limits: LIMITS }]);

/** The tenant's budget is refused, its neighbours in the same call are not. */
async function expectAlone(store: BudgetStore, tenant: string): Promise<string> {
  const [before, damaged, after] = await take(store, `n-${randomUUID()}`, tenant, `n-${randomUUID()}`);
  expect(damaged).toMatchObject({ failed: 'CORRUPT' });
  expect([before, after]).toMatchObject([{ slots: 1 }, { slots: 1 }]);
  expect(await look(store, tenant)).toMatchObject([{ failed: 'CORRUPT' }]);
  return (damaged as { readonly detail: string }).detail;
}

await withService(startRedis, (server) => {
  describe('in Redis', () => {
    const plain = connectOnce(server.port);
    let connection: RedisConnection;
    let store: RedisBudgetStore;
    beforeAll(async () => {
      connection = await openRedisConnection(singleRedis(server), Math.random);
      store = new RedisBudgetStore(connection, { clock: systemClock, commandTimeoutMs: 5000 });
      await plain.connect();
    });
    afterAll(async () => {
      connection.close();
      plain.disconnect();
      await server.stop();
    });
    const state = (text: string | Buffer) => (key: string) => plain.hset(key, 'state', text);
    const good = `500000|${NOW_MS}|${TODAY}|0`;
    const holder = (text: string) => (key: string) => plain.hset(key, 'state', good, 'h:other', text);
    const planted: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
      'a string': (key) => plain.set(key, 'planted'),
      'a list': (key) => plain.rpush(key, 'planted'),
      'a set': (key) => plain.sadd(key, 'state'),
      'a sorted set': (key) => plain.zadd(key, 1, 'state'),
      'a stream': (key) => plain.xadd(key, '*', 'state', 'planted'),
      'a hash of other fields': (key) => plain.hset(key, 'level', '10'),
      'holders without a state': (key) => plain.hset(key, 'h:other', '1|1|1|1|1|1|1|1|1|1'),
      'no number': state('nonsense'),
      nothing: state(''),
      'one number less, as an older layout may have': state(`1000|${NOW_MS}|${TODAY}`),
      'one number more, as a newer layout may have': state(`${good}|0`),
      NaN: state(`nan|${NOW_MS}|${TODAY}|0`),
      infinity: state(`inf|${NOW_MS}|${TODAY}|0`),
      'a hexadecimal number': state(`0x7fffffff|${NOW_MS}|${TODAY}|0`),
      'a number with an exponent': state(`1e300|${NOW_MS}|${TODAY}|0`),
      'a fraction': state(`0.5|${NOW_MS}|${TODAY}|0`),
      'a number of a hundred digits': state(`${'9'.repeat(100)}|${NOW_MS}|${TODAY}|0`),
      'a debt that no overdraft allows': state(`-999999999999999|${NOW_MS}|${TODAY}|0`),
      'a negative sum of the day': state(`0|${NOW_MS}|${TODAY}|-1000000`),
      'a negative time': state(`0|-1|${TODAY}|0`),
      'an empty number': state(`||${TODAY}|0`),
      'no UTF-8': state(Buffer.from([0xff, 0x00, 0x7c, 0xfe])),
      'ten megabytes': state(Buffer.alloc(10_000_000, '1')),
      'a holder of nine numbers': holder('1|1|1|1|1|1|1|1|1'),
      'a holder with NaN': holder(`1|${NOW_MS + 1000}|nan|1|1|1|1|1|1|1`),
      'a holder with a negative number': holder(`1|${NOW_MS + 1000}|-5|1|1|1|1|1|1|1`),
      'more holders than there can be': (key) =>
        plain.hset(
          key,
          Object.fromEntries(Array.from({ length: HOLDERS_MAX + 1 }, (_, i) => [`h:${i}`, '1'])),
        ),
    };

    test.each(Object.entries(planted))('%s', async (_what, plant) => {
      const tenant = `}{ ${randomUUID()}`;
      const [key] = keysOf(tenant);
      await plant(key);
      const before = await plain.dumpBuffer(key);
      expect(await expectAlone(store, tenant)).toContain(`no budget is under ${key}: `);
      expect(before.equals(await plain.dumpBuffer(key))).toBe(true);
      await plain.del(key);
      expect(await take(store, tenant)).toMatchObject([{ slots: 1 }]);
    });

    test.each(['nonsense', 'nan', '-1', '1e300', ''])(
      '%s as since when its group is there',
      async (since) => {
        const tenant = `t-${randomUUID()}`;
        const [, index] = keysOf(tenant);
        const before = await plain.hget(index, 'since');
        await plain.hset(index, 'since', since);
        const slots = await take(store, tenant);
        await (before === null ? plain.hdel(index, 'since') : plain.hset(index, 'since', before));
        expect(slots).toMatchObject([{ failed: 'CORRUPT', detail: expect.stringContaining(index) }]);
      },
    );

    test('a group that is there since tomorrow is new', async () => {
      const tenant = `t-${randomUUID()}`;
      const [, index] = keysOf(tenant);
      const before = await plain.hget(index, 'since');
      await plain.hset(index, 'since', `${NOW_MS + 24 * HOUR_MS}`);
      const slots = await take(store, tenant);
      await (before === null ? plain.hdel(index, 'since') : plain.hset(index, 'since', before));
      expect(slots).toMatchObject([{ granted: 0, refused: 'BUDGET', levelMilli: 0 }]);
    });

    test('what a clock that was ahead wrote ends as if it had not been', async () => {
      const tenant = `t-${randomUUID()}`;
      const [key] = keysOf(tenant);
      const later = NOW_MS + 100 * 24 * HOUR_MS;
      await plain.hset(key, 'state', `1000000|${later}|${TODAY + 100}|400`);
      await plain.hset(key, 'h:dead', `7|${later}|300|${TODAY + 100}|10|10|10|${later}|300|0`);
      const [slot] = await take(store, tenant);
      expect(slot).toMatchObject({ granted: 1, usedToday: 401, unitsHeld: 301, slots: 0 });
      const [, untilMs = 0, , , , , , slotsUntilMs = 0] = ((await plain.hget(key, 'h:dead')) as string)
        .split('|')
        .map(Number);
      const [seconds] = await plain.time();
      expect(untilMs / 1000 - Number(seconds)).toBeLessThanOrEqual(302);
      expect(slotsUntilMs / 1000 - Number(seconds)).toBeLessThanOrEqual(12);
      expect((slot as { readonly dayEndsInMs: number }).dayEndsInMs).toBeLessThanOrEqual(24 * HOUR_MS);
    });

    test('holders that are gone are forgotten, however many there were', async () => {
      const tenant = `t-${randomUUID()}`;
      const [key] = keysOf(tenant);
      const gone = Array.from({ length: HOLDERS_MAX - 1 }, (_, i) => [`h:${i}`, '1|1|1|1|1|1|1|1|1|0']);
      await plain.hset(key, { ...Object.fromEntries(gone), state: good });
      expect(await take(store, tenant)).toMatchObject([{ granted: 1, slots: 1, unitsHeld: 1 }]);
      expect(await plain.hlen(key)).toBe(2);
    });
  });
});

describe('in the embedded store', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-damaged-'));
  let environment: LmdbEnvironment;
  let store: BudgetStore;
  beforeAll(async () => {
    environment = await openLmdbEnvironment({ folder });
    store = createLmdbBudgetStore(environment, { ...systemClock, commandTimeoutMs: 10_000 });
  });
  afterAll(async () => {
    await environment.close();
    rmSync(folder, { recursive: true });
  });
  const bucket = { levelMilli: 500_000, atMs: NOW_MS, day: TODAY, used: 0, holders: {} };
  const holder = {
    ...{ number: 1, untilMs: NOW_MS + 1000, held: 1, day: TODAY, slots: 1, slotsLet: 1, slotsWanted: 1 },
    ...{ slotsUntilMs: NOW_MS + 1000, granted: 1, refused: null },
  };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const planted: Readonly<Record<string, Buffer>> = {
    nothing: Buffer.alloc(0),
    'no JSON': Buffer.from('}{'),
    'no UTF-8': Buffer.from([0xff, 0x00, 0xfe]),
    null: json(null),
    'a list': json([1, 2, 3, 4]),
    'an object of other fields': json({ level: 10 }),
    'a level as a text': json({ ...bucket, levelMilli: '500000' }),
    'a level that is no number of JSON': Buffer.from('{"levelMilli":NaN}'),
    'a level beyond all numbers': Buffer.from(JSON.stringify(bucket).replace('500000', '1e999')),
    'a fraction': json({ ...bucket, levelMilli: 0.5 }),
    'a debt that no overdraft allows': json({ ...bucket, levelMilli: -1e14 }),
    'a negative sum of the day': json({ ...bucket, used: -1_000_000 }),
    'no holders': json({ ...bucket, holders: null }),
    'a list of holders': json({ ...bucket, holders: [] }),
    'a holder that is null': json({ ...bucket, holders: { other: null } }),
    'a holder with less': json({ ...bucket, holders: { other: { number: 1 } } }),
    'a holder with a negative number': json({ ...bucket, holders: { other: { ...holder, held: -5 } } }),
    'a holder with another refusal': json({ ...bucket, holders: { other: { ...holder, refused: 'X' } } }),
    'ten megabytes': json({ ...bucket, holders: { other: { ...holder, number: 'x'.repeat(10_000_000) } } }),
  };

  test.each(Object.entries(planted))('%s', async (_what, value) => {
    const tenant = `t-${randomUUID()}`;
    await environment.commit(() => void environment.budgets.putSync(tenant, value));
    await expectAlone(store, tenant);
    environment.refresh();
    expect(value.equals(environment.budgets.getBinary(tenant) as Buffer)).toBe(true);
  });

  test('what a clock that was ahead wrote ends as if it had not been', async () => {
    const tenant = `t-${randomUUID()}`;
    const later = NOW_MS + 100 * 24 * HOUR_MS;
    const dead = { ...holder, untilMs: later, held: 300, slots: 10, slotsLet: 10, slotsUntilMs: later };
    const ahead = { ...bucket, atMs: later, day: TODAY + 100, used: 400, holders: { dead } };
    await environment.commit(() => void environment.budgets.putSync(tenant, json(ahead)));
    expect(await take(store, tenant)).toMatchObject([
      { granted: 1, usedToday: 401, unitsHeld: 301, slots: 0 },
    ]);
    environment.refresh();
    const kept = JSON.parse(String(environment.budgets.getBinary(tenant)));
    expect(kept.day - TODAY).toBeLessThanOrEqual(1);
    expect(kept.holders.dead.untilMs - systemClock.nowMs()).toBeLessThanOrEqual(300_000);
    expect(kept.holders.dead.slotsUntilMs - systemClock.nowMs()).toBeLessThanOrEqual(10_000);
  });
});
