import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { openRedisConnection } from '../../../src/stores/redis/redis-connection.ts';
import { createRedisHotStore } from '../../../src/stores/redis/redis-hot-store.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
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

    test('a row is not merged into a block that is missing', async () => {
      const key = newKey();
      expect(await hot.mergeMany([rowAt(key, 1, 0), rowAt(key, 2, 0)])).toEqual([
        { outcome: 'MISSING' },
        { outcome: 'MISSING' },
      ]);
      expect(await hot.readMany([{ ...key, views: [1] }])).toEqual(['MISSING']);
    });

    test('a promoted block is whole, newest wins row by row, and a merge leaves its life as it is', async () => {
      const key = newKey();
      const [old, middle, young] = [0, 1, 2].map((afterMs) => rowAt(key, 1, afterMs));
      const beside = rowAt(key, 2, 0);
      if (old === undefined || middle === undefined || young === undefined) throw new Error('three rows');
      const promotion = { ...key, views: [1, 2], rows: [middle.row, beside.row] };
      expect(await hot.promoteMany([promotion])).toEqual([{ outcome: 'PROMOTED' }]);
      expect(await hot.mergeMany([old])).toEqual([{ outcome: 'KEPT' }]);
      await client.pexpire(storageKey(key), 5000);
      expect(await hot.mergeMany([young])).toEqual([{ outcome: 'WRITTEN' }]);
      expect(await client.pttl(storageKey(key))).toBeLessThanOrEqual(5000);

      expect(await hot.promoteMany([promotion])).toEqual([{ outcome: 'KEPT' }]);
      expect(await client.pttl(storageKey(key))).toBeGreaterThan(LIFE_MS * 0.85);
      expect(await hot.readMany([{ ...key, views: [2, 1, 3] }])).toEqual([
        [beside.row, young.row, undefined],
      ]);
    });

    test('absence is remembered for its own time, and a write replaces it', async () => {
      const key = newKey();
      const absence = { ...key, views: [], rows: [], lifeMs: 3000 };
      expect(await hot.promoteMany([absence])).toEqual([{ outcome: 'PROMOTED' }]);
      expect(await hot.readMany([{ ...key, views: [1, 2] }])).toEqual([[undefined, undefined]]);
      expect(await client.pttl(storageKey(key))).toBeLessThanOrEqual(3000);
      const write = rowAt(key, 1, 0);
      expect(await hot.mergeMany([write])).toEqual([{ outcome: 'WRITTEN' }]);
      expect(await hot.readMany([{ ...key, views: [1, 2] }])).toEqual([[write.row, undefined]]);
      expect(await hot.promoteMany([absence])).toEqual([{ outcome: 'KEPT' }]);
      expect(await hot.readMany([{ ...key, views: [1, 2] }])).toEqual([[write.row, undefined]]);
    });

    test('what was promoted together does not expire together', async () => {
      const namespace = randomUUID();
      const keys = Array.from({ length: 200 }, (_, i) => ({ namespace, block: 'b', entityKey: `k${i}` }));
      await hot.promoteMany(keys.map((key) => ({ ...key, views: [1], rows: [rowAt(key, 1, 0).row] })));
      const lives = await Promise.all(keys.map((key) => client.pttl(storageKey(key))));
      expect(Math.max(...lives)).toBeLessThanOrEqual(LIFE_MS);
      expect(Math.min(...lives)).toBeGreaterThan(0.89 * LIFE_MS);
      expect(Math.max(...lives) - Math.min(...lives)).toBeGreaterThan(0.05 * LIFE_MS);
    });

    test('a key that cannot be one fails alone', async () => {
      const key = newKey();
      const bad = { ...key, entityKey: '}' };
      const rows = [rowAt(key, 1, 0).row];
      expect(
        await hot.promoteMany([
          { ...bad, views: [1], rows },
          { ...key, views: [1], rows },
        ]),
      ).toEqual([expect.objectContaining({ failed: 'UNAVAILABLE' }), { outcome: 'PROMOTED' }]);
    });
  });
});
