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

/** Much longer than the tiers of the tests wait for hot; ended by the test. */
const PAUSE_MS = 60_000;

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
        await tiers.redis.call('CLIENT', 'UNPAUSE');
        await settled(async () => (await tiers.redis.keys('L*')).length === 1);
        // Time for its answer to come, and for a promotion to begin where one did.
        await new Promise((resolve) => setTimeout(resolve, 200));
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
