import { afterAll, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { CONTRACT_TIME_MS as T } from '../../contract/contract-rows.ts';
import { requireRedis, withService } from '../../services/services.ts';
import { newKey, openFaultyTiers, readText, writeText } from './open-faulty-tiers.ts';

const HOUR_MS = 3_600_000;
const MEMORY_MS = 200;

await withService(requireRedis, (address) => {
  describe('processes whose clocks do not agree', async () => {
    let aheadMs = 0;
    const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs };
    const right = await openFaultyTiers(address);
    const wrong = await right.another({ clock, limits: { memoryMaxAgeMs: MEMORY_MS } });
    afterAll(async () => {
      await wrong.close();
      await right.close();
    });

    test.each([
      ['ahead', HOUR_MS],
      ['behind', -HOUR_MS],
    ])('by an hour (%s) read what the other wrote, and keep its order', async (_, byMs) => {
      aheadMs = byMs;
      const key = newKey();
      // Each remembers in hot that there is none, at its own time.
      for (const tiers of [wrong, right, wrong]) expect(await readText(tiers, key)).toBeUndefined();
      expect(await writeText(wrong, key, 'first', T)).toBe('OK');
      expect(await readText(right, key)).toBe('first');
      expect(await writeText(right, key, 'newer', T + 2)).toBe('OK');
      expect(await writeText(wrong, key, 'late', T + 1)).toBe('OK');
      expect(await readText(right, key)).toBe('newer');
      expect(await readText(wrong, key, { bypassCaches: true })).toBe('newer');
      expect(await writeText(wrong, key, '', T + 3, { tombstone: true })).toBe('OK');
      expect(await readText(right, key)).toBe('deleted');
    });

    test.each([
      ['back', -HOUR_MS],
      ['forward', HOUR_MS],
    ])('keep nothing longer because one is set %s while it serves', async (_, byMs) => {
      aheadMs = 0;
      const [held, absent] = [newKey(), newKey()];
      await writeText(wrong, held, 'before', T);
      expect([await readText(wrong, held), await readText(wrong, absent)]).toEqual(['before', undefined]);
      aheadMs = byMs;
      for (const key of [held, absent]) await writeText(right, key, 'after', T + 1);
      await new Promise((resolve) => setTimeout(resolve, MEMORY_MS + 20));
      expect([await readText(wrong, held), await readText(wrong, absent)]).toEqual(['after', 'after']);
    });
  });
});
