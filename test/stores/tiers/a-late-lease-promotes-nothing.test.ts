import { afterAll, describe, expect, test } from 'vitest';
import { startRedis } from '../../services/redis.ts';
import { withService } from '../../services/services.ts';
import {
  evict,
  hotText,
  newKey,
  openFaultyTiers,
  readText,
  settled,
  writeText,
} from './open-faulty-tiers.ts';

/** Longer than the tiers of the tests wait for hot. */
const PAUSE_MS = 3000;

await withService(
  () => startRedis(),
  (redis) => {
    describe('a lease that comes later than its reader waits', async () => {
      const tiers = await openFaultyTiers(redis);
      afterAll(async () => {
        await tiers.close();
        await redis.stop();
      });

      test('gives no right to promote: others may have written, and found no lease to end', async () => {
        const key = newKey();
        await writeText(tiers, key, 'first', 1);
        await evict(tiers, key);
        const before = tiers.hot.count('promoteMany');
        // Reads are answered, and what may write waits: the lease is given when the pause is over.
        await tiers.redis.call('CLIENT', 'PAUSE', `${PAUSE_MS}`, 'WRITE');
        expect(await readText(tiers, key)).toBe('first');
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        expect(await tiers.redis.keys('L*')).toHaveLength(1);
        expect(tiers.hot.count('promoteMany')).toBe(before);
        expect(await hotText(tiers, key)).toBe('NOTHING');
      });

      test('costs no more: the next reader who gets one in time promotes', async () => {
        const key = newKey();
        await writeText(tiers, key, 'first', 1);
        await evict(tiers, key);
        expect(await readText(tiers, key)).toBe('first');
        await settled(async () => (await hotText(tiers, key)) === 'first');
      });
    });
  },
);
