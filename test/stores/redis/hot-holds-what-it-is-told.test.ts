import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { openRedisConnection } from '../../../src/stores/redis/redis-connection.ts';
import { createRedisHotStore } from '../../../src/stores/redis/redis-hot-store.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
import { rowsOf } from '../../contract/contract-rows.ts';
import { requireRedis, withService } from '../../services/services.ts';
import { SAMPLE_TIME_MS, sampleWrite } from '../sample-rows.ts';
import { singleRedis, storeOptions } from './redis-here.ts';

const LIFE_MS = 60_000;

await withService(requireRedis, (address) => {
  describe('Redis as the hot tier', async () => {
    const connection = await openRedisConnection(singleRedis(address), Math.random);
    const hot = createRedisHotStore(connection, { ...storeOptions, commandTimeoutMs: 2000, lifeMs: LIFE_MS });
    const client = new Redis(address.port, address.host);
    afterAll(() => {
      connection.close();
      client.disconnect();
    });
    const newKey = () => ({ namespace: randomUUID(), block: 'b', entityKey: 'k' });
    const rowAt = (key: ReturnType<typeof newKey>, view: number, afterMs: number) =>
      sampleWrite({ ...key, view, eventTimeMs: SAMPLE_TIME_MS + afterMs });

    /** As a reader does who finds nothing. */
    const leased = async (keys: readonly ReturnType<typeof newKey>[]): Promise<string> => {
      const token = randomUUID();
      await hot.readMany(
        keys.map((key) => ({ ...key, views: [99] })),
        { token },
      );
      return token;
    };

    test('a row is merged where one of its view is, and nowhere else', async () => {
      const key = newKey();
      const writes = [rowAt(key, 1, 1), rowAt(key, 2, 1)];
      expect(await hot.mergeMany(writes)).toEqual([{ outcome: 'MISSING' }, { outcome: 'MISSING' }]);
      expect(rowsOf(await hot.readMany([{ ...key, views: [1] }]))).toEqual(['MISSING']);
      const { row } = rowAt(key, 1, 0);
      const token = await leased([key]);
      expect(await hot.promoteMany([{ ...key, views: [1], rows: [row] }], { token })).toEqual([
        { outcome: 'PROMOTED' },
      ]);
      expect(await hot.mergeMany(writes)).toEqual([{ outcome: 'WRITTEN' }, { outcome: 'MISSING' }]);
      expect(rowsOf(await hot.readMany([{ ...key, views: [1, 2] }]))).toEqual([[writes[0]?.row, undefined]]);
    });

    test('newest wins row by row; a merge, and a promotion of a part, leave a life as it is', async () => {
      const key = newKey();
      const [old, middle, young] = [0, 1, 2].map((afterMs) => rowAt(key, 1, afterMs));
      const beside = rowAt(key, 2, 0);
      if (old === undefined || middle === undefined || young === undefined) throw new Error('three rows');
      const promotion = { ...key, views: [1, 2], rows: [middle.row, beside.row] };
      const promote = async (given: typeof promotion) =>
        hot.promoteMany([given], { token: await leased([key]) });
      expect(await promote(promotion)).toEqual([{ outcome: 'PROMOTED' }]);
      expect(await hot.mergeMany([old])).toEqual([{ outcome: 'KEPT' }]);
      await client.pexpire(storageKey(key), 5000);
      expect(await hot.mergeMany([young])).toEqual([{ outcome: 'WRITTEN' }]);
      expect(await client.pttl(storageKey(key))).toBeLessThanOrEqual(5000);
      expect(await promote({ ...key, views: [3], rows: [rowAt(key, 3, 0).row] })).toEqual([
        { outcome: 'PROMOTED' },
      ]);
      expect(await client.pttl(storageKey(key))).toBeLessThanOrEqual(5000);
      const all = { ...key, views: [1, 2, 3], rows: [middle.row, beside.row, rowAt(key, 3, 0).row] };
      expect(await promote(all)).toEqual([{ outcome: 'KEPT' }]);
      expect(await client.pttl(storageKey(key))).toBeGreaterThan(LIFE_MS * 0.85);
      expect(rowsOf(await hot.readMany([{ ...key, views: [2, 1, 4] }]))).toEqual([
        [beside.row, young.row, undefined],
      ]);
    });

    test('who promotes has the lease: not after a write, an erasure, or when another asked first', async () => {
      const { row } = rowAt(newKey(), 1, 0);
      const dropped = [{ outcome: 'DROPPED' }];
      const afterwards = async (between: (key: ReturnType<typeof newKey>) => Promise<unknown>) => {
        const key = newKey();
        const token = await leased([key]);
        await between(key);
        return hot.promoteMany([{ ...key, views: [1], rows: [row] }], { token });
      };
      expect(await afterwards((key) => hot.mergeMany([rowAt(key, 1, 5)]))).toEqual(dropped);
      expect(await afterwards((key) => hot.mergeMany([rowAt(key, 1, 5)], { token: 'writer' }))).toEqual(
        dropped,
      );
      expect(await afterwards((key) => hot.eraseMany([key]))).toEqual(dropped);
      expect(await afterwards((key) => client.del(`L${storageKey(key)}`))).toEqual(dropped);
      // Who asks later gets none, and does not take it away.
      expect(await afterwards((key) => leased([key]))).toEqual([{ outcome: 'PROMOTED' }]);
      const key = newKey();
      await leased([key]);
      const second = await leased([key]);
      expect(await hot.promoteMany([{ ...key, views: [1], rows: [row] }], { token: second })).toEqual(
        dropped,
      );
      // Used once.
      const other = newKey();
      const token = await leased([other]);
      const promotion = { ...other, views: [1], rows: [row] };
      expect(await hot.promoteMany([promotion], { token })).toEqual([{ outcome: 'PROMOTED' }]);
      expect(await hot.promoteMany([promotion], { token })).toEqual(dropped);
      expect(await client.exists(`L${storageKey(other)}`)).toBe(0);
    });

    test('a block is made for as long as it is told', async () => {
      const key = newKey();
      const token = await leased([key]);
      const promotion = { ...key, views: [1], rows: [rowAt(key, 1, 0).row], lifeMs: 3000 };
      expect(await hot.promoteMany([promotion], { token })).toEqual([{ outcome: 'PROMOTED' }]);
      expect(await client.pttl(storageKey(key))).toBeLessThanOrEqual(3000);
    });

    test('what was promoted together does not expire together', async () => {
      const namespace = randomUUID();
      const keys = Array.from({ length: 200 }, (_, i) => ({ namespace, block: 'b', entityKey: `k${i}` }));
      const token = await leased(keys);
      await hot.promoteMany(
        keys.map((key) => ({ ...key, views: [1], rows: [rowAt(key, 1, 0).row] })),
        { token },
      );
      const lives = await Promise.all(keys.map((key) => client.pttl(storageKey(key))));
      expect(Math.max(...lives)).toBeLessThanOrEqual(LIFE_MS);
      expect(Math.min(...lives)).toBeGreaterThan(0.89 * LIFE_MS);
      expect(Math.max(...lives) - Math.min(...lives)).toBeGreaterThan(0.05 * LIFE_MS);
    });

    test('a key that cannot be one fails alone', async () => {
      const key = newKey();
      const bad = { ...key, entityKey: '}' };
      const rows = [rowAt(key, 1, 0).row];
      const token = await leased([bad, key]);
      expect(
        await hot.promoteMany(
          [
            { ...bad, views: [1], rows },
            { ...key, views: [1], rows },
          ],
          { token },
        ),
      ).toEqual([expect.objectContaining({ failed: 'UNAVAILABLE' }), { outcome: 'PROMOTED' }]);
    });
  });
});
