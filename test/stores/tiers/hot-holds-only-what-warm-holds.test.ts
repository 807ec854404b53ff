import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { BlockKey } from '../../../src/stores/online-store.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
import { rowsOf, CONTRACT_TIME_MS as T, writeOf } from '../../contract/contract-rows.ts';
import { requireRedis, withService } from '../../services/services.ts';
import {
  evict,
  hotText,
  newKey,
  openFaultyTiers,
  readText,
  settled,
  VIEW,
  writeText,
} from './open-faulty-tiers.ts';

await withService(requireRedis, (address) => {
  describe('the hot tier', async () => {
    const tiers = await openFaultyTiers(address);
    const other = await tiers.another();
    afterAll(() => Promise.all([tiers.close(), other.close()]));
    beforeEach(() => {
      for (const faults of [tiers.hot, tiers.warm, other.hot, other.warm]) faults.asked.length = 0;
    });
    const isPromoted = (key: BlockKey) => async () => (await tiers.redis.exists(storageKey(key))) === 1;

    test('has a row that was written, and answers without warm', async () => {
      const key = newKey();
      expect(await writeText(tiers, key, 'new', T)).toBe('OK');
      tiers.warm.asked.length = 0;
      expect(await readText(tiers, key)).toBe('new');
      expect(tiers.warm.asked).toEqual([]);
    });

    test('after an eviction a late older write does not stand alone: the winner is promoted', async () => {
      const key = newKey();
      await writeText(tiers, key, 'newer', T + 10);
      await evict(tiers, key);
      expect(await writeText(tiers, key, 'late and older', T + 5)).toBe('OK');
      expect(await hotText(tiers, key)).toBe('newer');
      expect(await readText(tiers, key)).toBe('newer');
      expect(await readText(other, key)).toBe('newer');
    });

    test('what was deleted stays deleted, whatever comes late, also after an eviction', async () => {
      const key = newKey();
      await writeText(tiers, key, 'first', T);
      await writeText(tiers, key, '', T + 10, { tombstone: true });
      expect(await writeText(tiers, key, 'late', T + 5)).toBe('OK');
      expect(await readText(tiers, key)).toBe('deleted');
      await evict(tiers, key);
      expect(await writeText(tiers, key, 'late again', T + 6)).toBe('OK');
      expect(await hotText(tiers, key)).toBe('deleted');
      await evict(tiers, key);
      expect(await readText(other, key)).toBe('deleted');
      await settled(isPromoted(key));
      expect(await hotText(tiers, key)).toBe('deleted');
      await writeText(tiers, key, 'after', T + 11);
      expect(await readText(other, key)).toBe('after');
    });

    test.each(['evicted', 'still there'] as const)(
      'what a reader saw before a write is not promoted after it, the written row being %s',
      async (state) => {
        const key = newKey();
        await writeText(tiers, key, 'old', T);
        await evict(tiers, key);
        tiers.hot.asked.length = 0;
        const hold = tiers.warm.holdNext('readMany', 'AFTER');
        const slow = readText(tiers, key);
        await hold.reached;
        await writeText(other, key, 'new', T + 1);
        if (state === 'evicted') await evict(tiers, key);
        hold.release();
        expect(await slow).toBe('old'); // it was, when it was asked
        await settled(() => tiers.hot.count('promoteMany') === 1);
        expect(await hotText(tiers, key)).not.toBe('old');
        expect(await readText(tiers, key)).toBe('new');
        expect(await readText(other, key)).toBe('new');
      },
    );

    test('what a writer read back is not promoted after a newer write that was evicted again', async () => {
      const key = newKey();
      const hold = tiers.hot.holdNext('promoteMany', 'BEFORE');
      const slow = writeText(tiers, key, 'old', T);
      await hold.reached;
      await writeText(other, key, 'new', T + 1);
      await evict(tiers, key);
      hold.release();
      expect(await slow).toBe('OK');
      expect(await hotText(tiers, key)).toBe('NOTHING');
      expect(await readText(tiers, key)).toBe('new');
    });

    test('an absence is remembered, and a write takes its place', async () => {
      const key = newKey();
      expect(await readText(tiers, key)).toBeUndefined();
      await settled(isPromoted(key));
      other.warm.asked.length = 0;
      expect(await readText(other, key)).toBeUndefined();
      expect(other.warm.count('readMany')).toBe(0);
      await writeText(other, key, 'here', T);
      expect(await readText(tiers, key)).toBe('here');
    });

    test.each(['evicted', 'still there'] as const)(
      'an absence that was seen before a write is not remembered after it, the written row being %s',
      async (state) => {
        const key = newKey();
        const hold = tiers.warm.holdNext('readMany', 'AFTER');
        const slow = readText(tiers, key);
        await hold.reached;
        await writeText(other, key, 'here', T);
        if (state === 'evicted') await evict(tiers, key);
        hold.release();
        expect(await slow).toBeUndefined(); // it was not, when it was asked
        await settled(() => tiers.hot.count('promoteMany') === 1);
        expect(await readText(other, key)).toBe('here');
        expect(await readText(tiers, key)).toBe('here');
      },
    );

    test('an absence is believed for its time, and then asked for again and believed anew', async () => {
      const key = newKey();
      const brief = await tiers.another({ limits: { absenceLifeMs: 300 } });
      // Another view's row gives the block a life beyond the absence's.
      await writeText(brief, key, 'beside', T, { view: VIEW + 1 });
      const warmReads = async () => {
        brief.warm.asked.length = 0;
        expect(await readText(brief, key)).toBeUndefined();
        return brief.warm.count('readMany');
      };
      await settled(async () => (await warmReads()) === 0);
      await new Promise((resolve) => setTimeout(resolve, 310));
      expect(await warmReads()).toBe(1);
      await settled(async () => (await warmReads()) === 0);
      await brief.close();
    });

    test('a row that is not of its address is let in nowhere', async () => {
      const [key, elsewhere] = [newKey(), newKey()];
      await writeText(tiers, key, 'standing', T);
      for (const faults of [tiers.hot, tiers.warm]) faults.asked.length = 0;
      const { row } = writeOf({ ...elsewhere, view: VIEW, text: 'not yours', eventTimeMs: T + 1 });
      expect(await tiers.store.writeMany([{ ...key, view: VIEW, row }])).toEqual([
        expect.objectContaining({ failed: 'CORRUPT' }),
      ]);
      expect([...tiers.hot.asked, ...tiers.warm.asked]).toEqual([]);
      expect(await readText(tiers, key)).toBe('standing');
      expect(await readText(tiers, key, { bypassCaches: true })).toBe('standing');
    });

    test('a block that hot cannot hold as it is now is asked of warm, and put there anew', async () => {
      const key = newKey();
      await writeText(tiers, key, 'one', T);
      await tiers.redis.set(storageKey(key), 'no block');
      expect(await writeText(tiers, key, 'two', T + 1)).toBe('OK');
      expect(await tiers.redis.exists(storageKey(key))).toBe(0);
      await tiers.redis.set(storageKey(key), 'no block');
      expect(await readText(tiers, key)).toBe('two');
      await settled(async () => (await tiers.redis.exists(storageKey(key))) === 0);
      expect(await readText(tiers, key)).toBe('two');
      await settled(isPromoted(key));
      expect(await hotText(tiers, key)).toBe('two');
    });

    test('only what hot lacks of a block is asked of warm', async () => {
      const key = newKey();
      await tiers.store.writeMany([1, 2, 3].map((view) => writeOf({ ...key, view, text: `v${view}` })));
      await evict(tiers, key);
      await tiers.store.readMany([{ ...key, views: [1, 2] }]);
      await settled(isPromoted(key));
      tiers.warm.asked.length = 0;
      const slots = await tiers.store.readMany([{ ...key, views: [3, 1, 2] }]);
      expect(rowsOf(slots)).toEqual([
        [3, 1, 2].map((view) => writeOf({ ...key, view, text: `v${view}` }).row),
      ]);
      expect(tiers.warm.asked).toHaveLength(1);
      await settled(async () => {
        tiers.warm.asked.length = 0;
        await tiers.store.readMany([{ ...key, views: [1, 2, 3] }]);
        return tiers.warm.asked.length === 0;
      });
    });

    test('rows of a view that is ON_READ come when they are read, and are kept new when they are there', async () => {
      const key = newKey();
      const onRead = await tiers.another({ hotModeOf: () => 'ON_READ' });
      expect(await writeText(onRead, key, 'one', T)).toBe('OK');
      expect(await onRead.redis.exists(storageKey(key))).toBe(0);
      expect(onRead.warm.count('readMany')).toBe(0);
      expect(await readText(onRead, key)).toBe('one');
      await settled(isPromoted(key));
      expect(await writeText(onRead, key, 'two', T + 1)).toBe('OK');
      expect(await hotText(onRead, key)).toBe('two');
      await evict(onRead, key);
      const hold = onRead.warm.holdNext('readMany', 'AFTER');
      const slow = readText(onRead, key);
      await hold.reached;
      await writeText(onRead, key, 'three', T + 2);
      hold.release();
      await slow;
      await settled(() => onRead.hot.count('promoteMany') === 2);
      expect(await hotText(onRead, key)).toBe('NOTHING');
      expect(await readText(onRead, key)).toBe('three');
      await onRead.close();
    });

    test('what is erased is erased everywhere, and not promoted again by who read it before', async () => {
      const key = newKey();
      await writeText(tiers, key, 'private', T);
      await evict(tiers, key);
      const hold = other.warm.holdNext('readMany', 'AFTER');
      const slow = readText(other, key);
      await hold.reached;
      expect(await tiers.store.eraseMany([key])).toEqual([{ outcome: 'ERASED' }]);
      hold.release();
      await slow;
      await settled(() => other.hot.count('promoteMany') === 1);
      expect(await hotText(tiers, key)).toBe('NOTHING');
      expect(await readText(tiers, key)).toBeUndefined();
    });
  });
});
