import { afterAll, describe, expect, test } from 'vitest';
import { storageKey } from '../../../src/stores/storage-key.ts';
import { CONTRACT_TIME_MS as T, writeOf } from '../../contract/contract-rows.ts';
import { connectOnce, startRedis } from '../../services/redis.ts';
import { requireRedis, withService } from '../../services/services.ts';
import { hotText, newKey, openFaultyTiers, readText, settled, VIEW, writeText } from './open-faulty-tiers.ts';

const BITS_STEP = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 1 : 9;

/** What can stand in a block's place, as commands that put it there. */
const OTHER_VALUES: readonly (readonly [string, ...string[]])[] = [
  ['RPUSH', 'a list'],
  ['SADD', 'a set'],
  ['HSET', 'a', 'hash'],
  ['ZADD', '1', 'a sorted set'],
  ['XADD', '*', 'a', 'stream'],
  ['SET', 'a text'],
  ['SET', ''],
  ['SETRANGE', '40', 'zeros before this'],
];

await withService(requireRedis, (address) => {
  describe('whatever stands in the hot tier', async () => {
    const tiers = await openFaultyTiers(address);
    afterAll(() => tiers.close());

    test('no flipped bit of a block comes out in a value', { timeout: 60_000 }, async () => {
      const key = newKey();
      const views = [VIEW, VIEW + 1];
      await tiers.store.writeMany(
        views.map((view) => writeOf({ ...key, view, text: `text of ${view}`, eventTimeMs: T })),
      );
      const whole = (await tiers.redis.getBuffer(storageKey(key))) as Buffer;
      for (let bit = 0; bit < 8 * whole.length; bit += BITS_STEP) {
        const flipped = Buffer.from(whole);
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        await tiers.redis.set(storageKey(key), flipped);
        expect(await readText(tiers, key), `bit ${bit}`).toBe(`text of ${VIEW}`);
      }
    });

    test('a block of another key under this one is not served', async () => {
      const [key, other] = [newKey(), newKey()];
      await writeText(tiers, key, 'mine', T);
      await writeText(tiers, other, 'not yours', T + 1);
      const block = (await tiers.redis.getBuffer(storageKey(other))) as Buffer;
      await tiers.redis.set(storageKey(key), block);
      expect(await readText(tiers, key)).toBe('mine');
    });

    test.each(OTHER_VALUES)(
      '%s in its place is asked of warm, and gives way to the block',
      async (...put) => {
        const [command, ...value] = put;
        for (const place of [storageKey, (key: Parameters<typeof storageKey>[0]) => `L${storageKey(key)}`]) {
          const key = newKey();
          await writeText(tiers, key, 'written', T);
          await tiers.redis.unlink(storageKey(key));
          await tiers.redis.call(command as string, place(key), ...(value as string[]));
          // Whose lease nobody knows ends by itself, or by who promotes.
          if (place !== storageKey) await tiers.redis.pexpire(place(key), 100);
          await settled(async () => {
            expect(await readText(tiers, key)).toBe('written');
            const isText = (await tiers.redis.type(storageKey(key))) === 'string';
            return isText && (await hotText(tiers, key)) === 'written';
          });
        }
      },
    );
  });
});

const startFull = () => startRedis(['--maxmemory', '1gb', '--maxmemory-policy', 'noeviction']);
await withService(startFull, (server) => {
  describe('a hot tier that is full and evicts nothing', async () => {
    const tiers = await openFaultyTiers(server);
    afterAll(async () => {
      await tiers.close();
      await server.stop();
    });

    test('takes no write away: what it cannot take is asked of warm, and nothing is left to repair', async () => {
      const [written, held] = [newKey(), newKey()];
      for (const key of [written, held]) await writeText(tiers, key, 'first', T);
      const admin = connectOnce(server.port);
      await admin.connect();
      await admin.config('SET', 'maxmemory', '1');
      expect(await writeText(tiers, written, 'second', T + 1)).toBe('OK');
      expect(tiers.store.repairsPending).toBe(0);
      expect(await readText(tiers, written)).toBe('second');
      expect(await hotText(tiers, written)).toBe('NOTHING');
      expect(await hotText(tiers, held)).toBe('first');
      await admin.config('SET', 'maxmemory', '0');
      admin.disconnect();
      await settled(async () => {
        expect(await readText(tiers, written)).toBe('second');
        return (await hotText(tiers, written)) === 'second';
      });
    });
  });
});
