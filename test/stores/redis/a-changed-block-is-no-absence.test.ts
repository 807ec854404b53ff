import { afterAll, describe, expect, test } from 'vitest';
import { isStoreFailure } from '../../../src/stores/online-store.ts';
import { openRedisOnlineStore } from '../../../src/stores/redis/redis-online-store.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
import { keyOf, CONTRACT_TIME_MS as T, textsOf, writeOf } from '../../contract/contract-rows.ts';
import { connectOnce } from '../../services/redis.ts';
import { requireRedis, withService } from '../../services/services.ts';
import { singleRedis, storeOptions } from './redis-here.ts';

await withService(requireRedis, (address) => {
  describe('rows in Redis alone', async () => {
    const store = await openRedisOnlineStore(singleRedis(address), storeOptions);
    const redis = connectOnce(address.port);
    await redis.connect();
    afterAll(async () => {
      redis.disconnect();
      await store.close();
    });

    test('are neither changed nor gone by a flipped bit of their block: it cannot be read', async () => {
      const key = keyOf({ parts: ['flipped'] });
      const views = [7, 9];
      await store.writeMany(
        views.map((view) => writeOf({ ...key, view, text: `of ${view}`, eventTimeMs: T })),
      );
      const whole = (await redis.getBuffer(storageKey(key))) as Buffer;
      for (let bit = 0; bit < 8 * whole.length; bit += 1) {
        const flipped = Buffer.from(whole);
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        await redis.set(storageKey(key), flipped);
        const slots = await store.readMany([
          { ...key, views },
          { ...key, views: [7] },
          { ...key, views: [9] },
        ]);
        for (const [i, slot] of slots.entries()) {
          if (isStoreFailure(slot)) expect(slot.failed).toBe('CORRUPT');
          else expect(textsOf(slot), `bit ${bit}`).toEqual([['of 7', 'of 9'], ['of 7'], ['of 9']][i]);
        }
      }
      await redis.set(storageKey(key), whole);
      const [slot] = await store.readMany([{ ...key, views: [8, 9] }]);
      expect(textsOf(slot)).toEqual([undefined, 'of 9']);
    });
  });
});
