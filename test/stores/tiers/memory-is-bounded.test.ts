import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { readBlock } from '../../../src/stores/block-format.ts';
import { gatherRows } from '../../../src/stores/block-rows.ts';
import { isStoreFailure } from '../../../src/stores/online-store.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
import { MemoryTier } from '../../../src/stores/tiers/memory-tier.ts';
import { completeTierLimits } from '../../../src/stores/tiers/tier-options.ts';
import { rowsOf, CONTRACT_TIME_MS as T, writeOf } from '../../contract/contract-rows.ts';
import { requireRedis, withService } from '../../services/services.ts';
import { evict, newKey, openFaultyTiers, readText, settled, VIEW, writeText } from './open-faulty-tiers.ts';

class SteppedClock implements Clock {
  atMs = 1000;
  nowMs(): number {
    return T + this.atMs;
  }
  monotonicMs(): number {
    return this.atMs;
  }
}

describe('the memory tier', () => {
  const row = (text: string) => writeOf({ ...newKey(), view: 1, text }).row;
  const held = (memory: MemoryTier, key: string, views: readonly number[]) =>
    rowsOf([memory.read(key, views)])[0];

  test('serves a row for as long as it may after the store was asked, and no longer', () => {
    const clock = new SteppedClock();
    const memory = new MemoryTier(clock, 1000, 1_000_000);
    const [a, b] = [row('a'), row('b')];
    memory.put('k', gatherRows([1, 2], [a, b]), clock.atMs - 400);
    clock.atMs += 599;
    expect(held(memory, 'k', [2, 1])).toEqual([b, a]);
    // A row that is read again is new, the one beside it is not.
    memory.put('k', gatherRows([1], [a]), clock.atMs);
    clock.atMs += 1;
    expect(held(memory, 'k', [1])).toEqual([a]);
    expect(memory.read('k', [1, 2])).toBe('STALE');
    memory.put('k', gatherRows([2], [b]), clock.atMs - 1000);
    expect(memory.read('k', [2])).toBe('STALE');
  });

  test('knows what is there, never what is not', () => {
    const clock = new SteppedClock();
    const memory = new MemoryTier(clock, 1000, 1_000_000);
    memory.put('k', gatherRows([1, 2], [row('a'), undefined]), clock.atMs);
    memory.put('none', gatherRows([1], [undefined]), clock.atMs);
    expect(memory.read('k', [1, 2])).toBe('MISS');
    expect(memory.read('none', [1])).toBe('MISS');
    expect(memory.read('k', [1])).not.toBe('MISS');
  });

  test('stays within its bytes, whatever is put into it; what ended goes first', () => {
    const clock = new SteppedClock();
    const memory = new MemoryTier(clock, 1000, 50_000);
    for (let i = 0; i < 2000; i += 1) {
      clock.atMs += 1;
      memory.put(`k${i % 700}`, gatherRows([i % 3], [row('x'.repeat(i % 2000))]), clock.atMs);
      expect(memory.bytes).toBeLessThanOrEqual(50_000);
    }
    expect(memory.read('k599', [1])).not.toBe('MISS');
    for (let i = 0; i < 700; i += 1) memory.forget(`k${i}`);
    expect(memory.bytes).toBe(0);
    memory.put('too large', gatherRows([1], [row('x'.repeat(60_000))]), clock.atMs);
    expect(memory.bytes).toBe(0);
  });

  test('keeps rows of its own, so that no buffer of the network is held by a part of it', () => {
    const clock = new SteppedClock();
    const memory = new MemoryTier(clock, 1000, 1_000_000);
    const chunk = Buffer.alloc(65_536);
    const { bytes, views } = gatherRows([1], [Buffer.alloc(100, 7)]);
    chunk.set(bytes, 100);
    memory.put('k', readBlock(chunk.subarray(100), views, bytes.length), clock.atMs);
    chunk.fill(0);
    const [kept] = held(memory, 'k', [1]) as [Buffer];
    expect(kept).toEqual(Buffer.alloc(100, 7));
    expect(kept.buffer.byteLength).toBe(bytes.length);
  });

  test('cannot be told to keep a row beyond a second', () => {
    expect(() => completeTierLimits({ memoryMaxAgeMs: 1001 })).toThrow(
      'Expected memoryMaxAgeMs of the tiers to be from 0 to 1000, got 1001.',
    );
  });
});

await withService(requireRedis, (address) => {
  describe('memory before the other tiers', async () => {
    const clock = new SteppedClock();
    const tiers = await openFaultyTiers(address, { clock, limits: { memoryMaxAgeMs: 1000 } });
    const other = await tiers.another({ limits: { memoryMaxAgeMs: 0 } });
    afterAll(() => Promise.all([tiers.close(), other.close()]));
    beforeEach(() => {
      for (const faults of [tiers.hot, tiers.warm]) faults.asked.length = 0;
    });

    test('answers without asking, for a second; then sees what another process wrote', async () => {
      const key = newKey();
      await writeText(tiers, key, 'one', T);
      expect(await readText(tiers, key)).toBe('one');
      tiers.hot.asked.length = 0;
      tiers.warm.asked.length = 0;
      await writeText(other, key, 'two', T + 1);
      clock.atMs += 999;
      expect(await readText(tiers, key)).toBe('one');
      expect([...tiers.hot.asked, ...tiers.warm.asked]).toEqual([]);
      clock.atMs += 1;
      expect(await readText(tiers, key)).toBe('two');
    });

    test('forgets what this process writes or erases', async () => {
      const key = newKey();
      await writeText(tiers, key, 'one', T);
      await readText(tiers, key);
      await writeText(tiers, key, 'two', T + 1);
      expect(await readText(tiers, key)).toBe('two');
      await tiers.store.eraseMany([key]);
      expect(await readText(tiers, key)).toBeUndefined();
    });

    test('is not filled by a read that a write has overtaken', async () => {
      const key = newKey();
      await writeText(tiers, key, 'one', T);
      await evict(tiers, key);
      const hold = tiers.warm.holdNext('readMany', 'AFTER');
      const slow = readText(tiers, key);
      await hold.reached;
      await writeText(tiers, key, 'two', T + 1);
      hold.release();
      await slow;
      expect(await readText(tiers, key)).toBe('two');
    });

    test('does not remember an absence: a write elsewhere is seen at once', async () => {
      const key = newKey();
      expect(await readText(tiers, key)).toBeUndefined();
      await settled(async () => (await tiers.redis.exists(storageKey(key))) === 1);
      await writeText(other, key, 'here', T);
      expect(await readText(tiers, key)).toBe('here');
    });

    test('serves what it holds while both stores are down, within its age, and nothing after', async () => {
      const key = newKey();
      await writeText(tiers, key, 'held', T);
      await readText(tiers, key);
      tiers.hot.fail('UNAVAILABLE');
      tiers.warm.fail('UNAVAILABLE');
      expect(await readText(tiers, key)).toBe('held');
      clock.atMs += 1000;
      const [slot] = await tiers.store.readMany([{ ...key, views: [VIEW] }]);
      expect(slot !== undefined && isStoreFailure(slot) && slot.failed).toBe('UNAVAILABLE');
      tiers.hot.fail(null);
      tiers.warm.fail(null);
    });
  });
});
