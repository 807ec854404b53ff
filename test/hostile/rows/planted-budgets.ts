/** Something else than a budget under the key of one: H37. */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { HOLDERS_MAX } from '../../../src/stores/budget-store.ts';
import { keysOf } from '../../../src/stores/redis/redis-budget-store.ts';
import { connectOnce } from '../../services/redis.ts';
import { PLANTED, type Planted, plantedTenant } from '../budget-tenants.ts';
import { type Answer, ask, bearer, type HostileRow, seeCodes } from '../row.ts';
import type { Target } from '../target.ts';

const ONE = '{ item(id: "a") { stock } }';
const HARMLESS = '503 BUDGET_UNAVAILABLE, left as it was, its neighbour 200, an alarm';
const LOG_WITHIN_MS = 3000;
const HEALED_WITHIN_MS = 10_000;
const DAY_MS = 86_400_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const stateOf = (level: string, used: string) =>
  `${level}|${Date.now()}|${Math.floor(Date.now() / DAY_MS)}|${used}`;

const PLANTS: Readonly<Record<Planted, (redis: Redis, key: string) => Promise<unknown>>> = {
  'a string': (redis, key) => redis.set(key, 'planted'),
  'a list': (redis, key) => redis.rpush(key, 'planted'),
  'a set': (redis, key) => redis.sadd(key, 'planted'),
  'a sorted set': (redis, key) => redis.zadd(key, 1, 'planted'),
  'a stream': (redis, key) => redis.xadd(key, '*', 'state', 'planted'),
  'other fields': (redis, key) => redis.hset(key, 'level', '1000'),
  'a megabyte': (redis, key) => redis.hset(key, 'state', Buffer.alloc(1_000_000, '1')),
  NaN: (redis, key) => redis.hset(key, 'state', stateOf('nan', '0')),
  infinity: (redis, key) => redis.hset(key, 'state', stateOf('inf', '0')),
  'a hexadecimal number': (redis, key) => redis.hset(key, 'state', stateOf('0xfffffff', '0')),
  'a negative sum': (redis, key) => redis.hset(key, 'state', stateOf('1000', '-1000000')),
  'an older layout': (redis, key) => redis.hset(key, 'state', `1000|${Date.now()}`),
  'half a holder': (redis, key) => redis.hset(key, { state: stateOf('1000', '0'), 'h:other': '1|2|3' }),
  'more holders than there can be': (redis, key) =>
    redis.hset(key, Object.fromEntries(Array.from({ length: HOLDERS_MAX + 2 }, (_, i) => [`h:${i}`, '1']))),
};

const planted = (what: Planted): HostileRow => {
  const tenant = plantedTenant(what);
  const [key] = keysOf(tenant);
  return {
    ...{ id: 'H37', input: `under the key of a budget: ${what}`, expected: HARMLESS, tenant },
    ...{ once: true, cpuMaxMs: null },
    send: (target) =>
      withRedis(target, async (redis) => {
        await PLANTS[what](redis, key);
        const before = await fingerprint(redis, key);
        const [answer, neighbour] = await Promise.all([askAs(target, tenant), askAs(target, 'neighbour')]);
        const isLeft = (await fingerprint(redis, key)) === before;
        const alarm = await alarmOf(target, key);
        const told = [isLeft ? 'left as it was' : 'changed', `its neighbour ${seeCodes(neighbour)}`, alarm];
        return { ...answer, text: [seeCodes(answer), ...told].join(', ') };
      }),
    see: ({ text }) => text,
  };
};

export const plantedRows: readonly HostileRow[] = [
  ...PLANTED.map(planted),
  {
    ...{
      id: 'H37',
      input: 'under the key of a budget, and taken away again',
      expected: '200 within seconds',
    },
    ...{ once: true, cpuMaxMs: null },
    send: (target) =>
      withRedis(target, async (redis) => {
        await redis.del(keysOf(plantedTenant('a string'))[0]);
        const giveUpAtMs = performance.now() + HEALED_WITHIN_MS;
        let answer = await askAs(target, plantedTenant('a string'));
        while (answer.status !== 200 && performance.now() < giveUpAtMs) {
          await pause(100);
          answer = await askAs(target, plantedTenant('a string'));
        }
        return { ...answer, text: `${seeCodes(answer)} within seconds` };
      }),
    see: ({ text }) => text,
  },
  {
    ...{
      id: 'H37',
      input: 'under the key of a group of budgets',
      expected: HARMLESS,
      tenant: 'of the group',
    },
    ...{ once: true, cpuMaxMs: null },
    send: (target) =>
      withRedis(target, async (redis) => {
        const [, index] = keysOf('of the group');
        await redis.rename(index, 'aside');
        await redis.set(index, 'planted');
        // The breaker of the store must not take it for a store that is down.
        const all: Answer[] = [];
        for (let i = 0; i < 10; i += 1) all.push(await askAs(target, 'of the group'));
        const neighbour = await askAs(target, 'neighbour');
        const isLeft = (await redis.get(index)) === 'planted';
        await redis.rename('aside', index);
        const alarm = await alarmOf(target, index);
        const codes = [...new Set(all.map(seeCodes))].join(' or ');
        const told = [isLeft ? 'left as it was' : 'changed', `its neighbour ${seeCodes(neighbour)}`, alarm];
        return { ...(all[0] as Answer), text: [codes, ...told].join(', ') };
      }),
    see: ({ text }) => text,
  },
];

function askAs(target: Target, tenant: string): Promise<Answer> {
  return ask(target, ONE, {}, bearer(target.budgets?.keys[tenant] as string));
}

async function withRedis<T>(target: Target, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = connectOnce(target.budgets?.redis.port as number);
  await redis.connect();
  return work(redis).finally(() => redis.disconnect());
}

async function fingerprint(redis: Redis, key: string): Promise<string> {
  return createHash('sha1')
    .update(await redis.dumpBuffer(key))
    .digest('hex');
}

/** A line of the log that names the key. */
async function alarmOf(target: Target, key: string): Promise<string> {
  const giveUpAtMs = performance.now() + LOG_WITHIN_MS;
  const isTold = () =>
    target
      .log()
      .split('\n')
      .some((line) => line.includes('"level":"error"') && line.includes(key));
  while (!isTold() && performance.now() < giveUpAtMs) await pause(20);
  return isTold() ? 'an alarm' : 'no alarm';
}
