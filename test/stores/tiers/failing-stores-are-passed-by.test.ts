import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { openRedisOnlineStore } from '../../../src/stores/redis/redis-online-store.ts';
import { type BreakerState, StoreBreaker } from '../../../src/stores/tiers/store-breaker.ts';
import { createVolatileStore } from '../../../src/stores/tiers/volatile-store.ts';
import { CONTRACT_TIME_MS as T, writeOf } from '../../contract/contract-rows.ts';
import { startRedis } from '../../services/redis.ts';
import { requireRedis, withService } from '../../services/services.ts';
import { singleRedis, storeOptions } from '../redis/redis-here.ts';
import { Faults, faultyOnlineStore } from './faulty-stores.ts';
import { evict, newKey, openFaultyTiers, readText, textOf, VIEW, writeText } from './open-faulty-tiers.ts';
import { PATIENT } from './tiers-here.ts';

const HALF_OPEN_AFTER_MS = 150;
const halfOpen = () => new Promise((resolve) => setTimeout(resolve, HALF_OPEN_AFTER_MS + 20));
const inMs = (ms: number) => ({ deadlineAtMs: systemClock.monotonicMs() + ms });

await withService(requireRedis, (address) => {
  describe('a store that fails', () => {
    const open: { close(): Promise<void> }[] = [];
    const start = async () => {
      const states: BreakerState[] = [];
      const hotBreaker = new StoreBreaker({
        halfOpenAfterMs: HALF_OPEN_AFTER_MS,
        onState: (state) => states.push(state),
      });
      const warmBreaker = new StoreBreaker({ halfOpenAfterMs: HALF_OPEN_AFTER_MS });
      const tiers = await openFaultyTiers(address, { hotBreaker, warmBreaker });
      open.push(tiers);
      const key = newKey();
      await writeText(tiers, key, 'value', T);
      tiers.hot.asked.length = 0;
      tiers.warm.asked.length = 0;
      return { ...tiers, key, states, warmBreaker };
    };
    afterAll(async () => {
      for (const one of open) await one.close();
    });

    test.each(['TIMEOUT', 'UNAVAILABLE', 'THROW'] as const)(
      'hot: warm answers, and soon hot is not asked any more; one call finds out when it is back (%s)',
      async (reason) => {
        const tiers = await start();
        tiers.hot.fail(reason);
        for (let i = 0; i < 40; i += 1) expect(await readText(tiers, tiers.key)).toBe('value');
        expect(tiers.states).toEqual(['OPEN']);
        expect(tiers.hot.count('readMany')).toBeLessThan(25);
        const asked = tiers.hot.count('readMany');
        await halfOpen();
        await readText(tiers, tiers.key);
        await readText(tiers, tiers.key);
        expect(tiers.hot.count('readMany')).toBe(asked + 1);
        expect(tiers.states).toEqual(['OPEN', 'HALF_OPEN', 'OPEN']);
        tiers.hot.fail(null);
        await halfOpen();
        await halfOpen();
        await readText(tiers, tiers.key);
        expect(tiers.states.at(-1)).toBe('CLOSED');
        const reads = tiers.warm.count('readMany');
        expect(await readText(tiers, tiers.key)).toBe('value');
        expect(tiers.warm.count('readMany')).toBe(reads);
      },
    );

    test('while one call finds out, the others go by and do not wait for it', async () => {
      const tiers = await start();
      tiers.hot.fail('UNAVAILABLE');
      for (let i = 0; i < 40; i += 1) await readText(tiers, tiers.key);
      tiers.hot.fail(null);
      await halfOpen();
      const hold = tiers.hot.holdNext('readMany', 'BEFORE');
      const probe = readText(tiers, tiers.key);
      await hold.reached;
      const others = Array.from({ length: 20 }, async () => {
        const key = newKey();
        return tiers.store.readMany([{ ...key, views: [VIEW] }]);
      });
      expect((await Promise.all(others)).map(([slot]) => textOf(slot))).toEqual(
        new Array(20).fill(undefined),
      );
      hold.release();
      expect(await probe).toBe('value');
    });

    test('warm: what hot has is served, what it has not is a failure, at once when the breaker is open', async () => {
      const tiers = await start();
      const missing = newKey();
      tiers.warm.fail('TIMEOUT');
      for (let i = 0; i < 40; i += 1) {
        expect(await readText(tiers, tiers.key)).toBe('value');
        expect(['TIMEOUT', 'UNAVAILABLE']).toContain(await readText(tiers, missing));
      }
      expect(tiers.warmBreaker.state).toBe('OPEN');
      // The one call that finds out whether it works again may be this one.
      expect(['TIMEOUT', 'UNAVAILABLE']).toContain(await readText(tiers, missing));
      expect(tiers.warm.count('readMany')).toBeLessThan(25);
      expect(await writeText(tiers, tiers.key, 'new', T + 1)).toBe('UNAVAILABLE');
    });

    test('never makes an absence: neither is it answered, nor remembered', async () => {
      const tiers = await start();
      const key = newKey();
      await writeText(tiers, key, 'there', T);
      await evict(tiers, key);
      tiers.warm.fail('UNAVAILABLE', ['readMany']);
      expect(await readText(tiers, key)).toBe('UNAVAILABLE');
      tiers.warm.fail(null);
      expect(await readText(tiers, key)).toBe('there');
    });

    test('is not blamed for calls that had too little time', async () => {
      const tiers = await start();
      for (let i = 0; i < 40; i += 1) {
        const hold = tiers.hot.holdNext('readMany', 'AFTER');
        const read = readText(tiers, tiers.key, inMs(2));
        await Promise.race([hold.reached, read]);
        await read;
        hold.release();
      }
      tiers.hot.fail('TIMEOUT');
      for (let i = 0; i < 40; i += 1) await readText(tiers, tiers.key, inMs(20));
      expect(tiers.states).toEqual([]);
    });

    test('gets the smaller of its budget and what remains, and is not asked after the deadline', async () => {
      const tiers = await start();
      const deadlineOf = (faults: Faults) => faults.asked.at(-1)?.options.deadlineAtMs as number;
      const asked = inMs(60_000);
      await evict(tiers, tiers.key);
      await readText(tiers, tiers.key, asked);
      expect(deadlineOf(tiers.warm) - systemClock.monotonicMs()).toBeLessThanOrEqual(5000);
      const soon = inMs(300);
      await evict(tiers, tiers.key);
      const hotAsked = tiers.hot.count('readMany');
      await readText(tiers, tiers.key, soon);
      expect(deadlineOf(tiers.warm)).toBe(soon.deadlineAtMs);
      // Hot leaves time for warm.
      const hotRead = tiers.hot.asked.filter(({ method }) => method === 'readMany')[hotAsked];
      expect(hotRead?.options.deadlineAtMs).toBeLessThanOrEqual((soon.deadlineAtMs as number) - 140);

      await evict(tiers, tiers.key);
      const hold = tiers.hot.holdNext('readMany', 'AFTER');
      const before = tiers.warm.count('readMany');
      const read = readText(tiers, tiers.key, inMs(30));
      await hold.reached;
      expect(await read).toBe('TIMEOUT');
      await new Promise((resolve) => setTimeout(resolve, 10));
      hold.release();
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(tiers.warm.count('readMany')).toBe(before);
      expect(await readText(tiers, tiers.key, inMs(-1))).toBe('TIMEOUT');
    });

    test('is not asked for a hot write after the deadline; the log has it then', async () => {
      const tiers = await start();
      const hold = tiers.warm.holdNext('writeMany', 'AFTER');
      const write = writeOf({ ...tiers.key, view: VIEW, text: 'late', eventTimeMs: T + 1 });
      const written = tiers.store.writeMany([write], inMs(50));
      await hold.reached;
      await new Promise((resolve) => setTimeout(resolve, 60));
      hold.release();
      expect(await written).toEqual([{ outcome: 'WRITTEN' }]);
      expect(tiers.hot.count('mergeMany')).toBe(0);
      expect(tiers.store.repairsPending).toBe(1);
      expect(await readText(tiers, tiers.key)).toBe('late');
    });

    test('is passed by on request: BYPASS and QUORUM ask warm alone, and change nothing in hot', async () => {
      const tiers = await start();
      expect(await readText(tiers, tiers.key, { bypassCaches: true })).toBe('value');
      expect(tiers.warm.asked.map(({ options }) => options.quorum)).toEqual([undefined]);
      expect(await readText(tiers, tiers.key, { quorum: true })).toBe('value');
      expect(tiers.warm.asked.map(({ options }) => options.quorum)).toEqual([undefined, true]);
      expect(await readText(tiers, newKey(), { bypassCaches: true })).toBeUndefined();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(tiers.hot.asked).toEqual([]);
    });

    test('of volatile views: they are unavailable, and come back with it', async () => {
      const faults = new Faults();
      const redis = await openRedisOnlineStore(singleRedis(address), storeOptions);
      open.push(redis);
      const breaker = new StoreBreaker({ halfOpenAfterMs: HALF_OPEN_AFTER_MS });
      const store = createVolatileStore(faultyOnlineStore(redis, faults), breaker, systemClock, 2000);
      const key = newKey();
      const written = await writeText({ store } as never, key, 'now', T);
      expect(written).toBe('OK');
      faults.fail('UNAVAILABLE');
      for (let i = 0; i < 40; i += 1) expect(await readText({ store } as never, key)).toBe('UNAVAILABLE');
      expect(faults.count('readMany')).toBeLessThan(25);
      expect(await writeText({ store } as never, key, 'then', T + 1)).toBe('UNAVAILABLE');
      faults.fail(null);
      await halfOpen();
      expect(await readText({ store } as never, key)).toBe('now');
    });
  });
});

await withService(startRedis, (server) => {
  describe('memory', () => {
    test('serves what it holds within its age when hot is lost and warm fails, also of blocks just written', async () => {
      const startMs = systemClock.monotonicMs();
      const clock = { ...systemClock, monotonicMs: () => startMs }; // so that it stays within its age
      const tiers = await openFaultyTiers(server, { clock, limits: { ...PATIENT, memoryMaxAgeMs: 1000 } });
      const key = newKey();
      await writeText(tiers, key, 'value', T);
      expect(await readText(tiers, key)).toBe('value'); // held from here on
      await server.kill();
      tiers.warm.fail('UNAVAILABLE');
      await expect.poll(() => tiers.store.repairsPending, { timeout: 10_000 }).toBe(1);
      expect(await readText(tiers, key)).toBe('value');
      expect(await readText(tiers, newKey())).toBe('UNAVAILABLE');
      tiers.warm.fail(null);
      await writeText(tiers, key, 'newer', T + 1);
      expect(await readText(tiers, key)).toBe('newer');
      await tiers.close();
      await server.stop();
    });
  });
});
