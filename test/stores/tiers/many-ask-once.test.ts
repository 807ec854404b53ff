import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { CONTRACT_TIME_MS as T, writeOf } from '../../contract/contract-rows.ts';
import { startRedis } from '../../services/redis.ts';
import { withService } from '../../services/services.ts';
import {
  evict,
  newKey,
  openFaultyTiers,
  readText,
  settled,
  textOf,
  VIEW,
  writeText,
} from './open-faulty-tiers.ts';

// A server of its own, because it is flushed.
await withService(startRedis, (server) => {
  describe('readers of the same block at once', async () => {
    const tiers = await openFaultyTiers(server);
    afterAll(async () => {
      await tiers.close();
      await server.stop();
    });
    beforeEach(() => {
      for (const faults of [tiers.hot, tiers.warm]) faults.asked.length = 0;
    });

    test('1,000 readers of a key that hot has lost are one read of warm, and all get the same', async () => {
      const key = newKey();
      await writeText(tiers, key, 'popular', T);
      await evict(tiers, key);
      tiers.hot.asked.length = 0;
      tiers.warm.asked.length = 0;
      const texts = await Promise.all(
        Array.from({ length: 1000 }, async (_, i) => {
          // Some come while it is under way.
          if (i % 3 === 1) await new Promise((resolve) => setImmediate(resolve));
          return readText(tiers, key, { deadlineAtMs: systemClock.monotonicMs() + 5000 + i });
        }),
      );
      expect(new Set(texts)).toEqual(new Set(['popular']));
      expect(tiers.warm.count('readMany')).toBe(1);
    });

    test('after a flush each key is read of warm once, and hot has all again', async () => {
      const keys = Array.from({ length: 300 }, newKey);
      await tiers.store.writeMany(keys.map((key, i) => writeOf({ ...key, view: VIEW, text: `t${i}` })));
      await tiers.redis.flushall();
      tiers.warm.asked.length = 0;
      const reads = keys.map((key) => ({ ...key, views: [VIEW] }));
      for (let round = 0; round < 5; round += 1) {
        const slots = await tiers.store.readMany(reads);
        expect(slots.map(textOf)).toEqual(keys.map((_, i) => `t${i}`));
        if (round === 0) await settled(async () => (await tiers.redis.dbsize()) === keys.length);
      }
      const read = tiers.warm.keys('readMany');
      expect(read.length).toBe(300);
      expect(tiers.warm.count('readMany')).toBe(1);
    });

    test('each waits for its own deadline, and the read goes on for who has more time', async () => {
      const key = newKey();
      await writeText(tiers, key, 'late', T);
      await evict(tiers, key);
      const hold = tiers.warm.holdNext('readMany', 'AFTER');
      const startedMs = systemClock.monotonicMs();
      const short = readText(tiers, key, { deadlineAtMs: startedMs + 60 });
      const long = readText(tiers, key, { deadlineAtMs: startedMs + 5000 });
      expect(await short).toBe('TIMEOUT');
      expect(systemClock.monotonicMs() - startedMs).toBeLessThan(1000);
      hold.release();
      expect(await long).toBe('late');
    });

    test('who joins a read that was sent with less time than he has is served by another', async () => {
      const key = newKey();
      await writeText(tiers, key, 'late', T);
      await evict(tiers, key);
      tiers.warm.asked.length = 0;
      const hold = tiers.warm.holdNext('readMany', 'BEFORE');
      const short = readText(tiers, key, { deadlineAtMs: systemClock.monotonicMs() + 50 });
      await hold.reached;
      const long = readText(tiers, key, { deadlineAtMs: systemClock.monotonicMs() + 5000 });
      expect(await short).toBe('TIMEOUT');
      await new Promise((resolve) => setTimeout(resolve, 10)); // timers may be a little early
      hold.release(); // LMDB says that the first deadline has passed
      expect(await long).toBe('late');
      expect(tiers.warm.count('readMany')).toBe(2);
    });

    test('other views and other read options are other reads', async () => {
      const key = newKey();
      await writeText(tiers, key, 'a', T);
      await writeText(tiers, key, 'b', T, { view: VIEW + 1 });
      await evict(tiers, key);
      tiers.warm.asked.length = 0;
      const hold = tiers.warm.holdNext('readMany', 'AFTER');
      const first = tiers.store.readMany([{ ...key, views: [VIEW] }]);
      await hold.reached;
      const others = await Promise.all([
        tiers.store.readMany([{ ...key, views: [VIEW, VIEW + 1] }]),
        tiers.store.readMany([{ ...key, views: [VIEW] }], { bypassCaches: true }),
        tiers.store.readMany([{ ...key, views: [VIEW] }], { quorum: true }),
      ]);
      hold.release();
      expect([(await first)[0], ...others.map(([slot]) => slot)].map(textOf)).toEqual(['a', 'a', 'a', 'a']);
      expect(tiers.warm.count('readMany')).toBe(4);
    });

    test('who asks after a write was acknowledged is not answered by a read from before it', async () => {
      const key = newKey();
      await writeText(tiers, key, 'before', T);
      await evict(tiers, key);
      const hold = tiers.warm.holdNext('readMany', 'AFTER');
      const early = readText(tiers, key);
      await hold.reached;
      await writeText(tiers, key, 'after', T + 1);
      const late = readText(tiers, key);
      expect(await late).toBe('after');
      hold.release();
      expect(await early).toBe('before');
    });

    test('a key that cannot be one fails alone and is asked of no store', async () => {
      const key = newKey();
      await writeText(tiers, key, 'good', T);
      tiers.hot.asked.length = 0;
      const slots = await tiers.store.readMany([
        { ...key, entityKey: '}{', views: [VIEW] },
        { ...key, views: [VIEW] },
      ]);
      expect(slots.map(textOf)).toEqual(['UNAVAILABLE', 'good']);
      expect(tiers.hot.keys('readMany')).toEqual([key.entityKey]);
    });
  });
});
