import { describe, expect, test } from 'vitest';
import { noRows } from '../../../src/stores/block-rows.ts';
import type { BlockRead, BlockSlot } from '../../../src/stores/online-store.ts';
import { PendingSlots } from '../../../src/stores/pending-slots.ts';
import { Wave } from '../../../src/stores/tiers/wave.ts';
import { Waves } from '../../../src/stores/tiers/waves.ts';
import { keyOf } from '../../contract/contract-rows.ts';

const VIEWS = [1, 2];
const LATE: BlockSlot = { failed: 'TIMEOUT', detail: 'late' };

function readOfNew(): BlockRead {
  return { ...keyOf(), views: VIEWS };
}

function waveOf(waves: Waves, reads: readonly BlockRead[]) {
  const waiter = new PendingSlots<BlockSlot>(reads.length, 10_000, () => LATE);
  const wave = new Wave(waiter, reads.length, 0, 10_000);
  const isAlone = waves.begin(wave);
  reads.forEach((read, place) => {
    const index = wave.add(read, place);
    if (!isAlone) waves.tableOf(read).add(read.entityKey, wave, index);
  });
  return { wave, isAlone, slots: waiter.complete };
}

function findIn(waves: Waves, read: BlockRead): Wave | null {
  const table = waves.tableOf(read);
  const entry = table.find(read.entityKey);
  return entry < 0 ? null : table.waveAt(entry);
}

describe('a read that begins while no other is under way', () => {
  test('is found by the next, save for what has been answered', async () => {
    const waves = new Waves();
    const [answered, open] = [readOfNew(), readOfNew()];
    const first = waveOf(waves, [answered, open]);
    expect(first.isAlone).toBe(true);
    waves.land(first.wave, 0, noRows(VIEWS));
    const second = waveOf(waves, [readOfNew()]);
    expect(second.isAlone).toBe(false);
    expect(findIn(waves, answered)).toBeNull();
    expect(findIn(waves, open)).toBe(first.wave);
    waves.land(first.wave, 1, noRows(VIEWS));
    expect(await first.slots).toEqual([noRows(VIEWS), noRows(VIEWS)]);
    expect(findIn(waves, open)).toBeNull();
    // As long as the second is under way, the third is not alone.
    expect(waveOf(waves, [readOfNew()]).isAlone).toBe(false);
  });

  test('is followed by another alone once it is answered', () => {
    const waves = new Waves();
    for (let i = 0; i < 3; i += 1) {
      const { wave, isAlone } = waveOf(waves, [readOfNew()]);
      expect(isAlone).toBe(true);
      waves.land(wave, 0, noRows(VIEWS));
    }
  });

  test('answers nobody who comes after a write to its block', () => {
    const waves = new Waves();
    const [written, other] = [readOfNew(), readOfNew()];
    const { wave } = waveOf(waves, [written, other, written]);
    waves.outdate(written);
    expect(findIn(waves, written)).toBeNull();
    expect(findIn(waves, other)).toBe(wave);
    expect([0, 1, 2].map((index) => wave.isOutdated(index))).toEqual([true, false, true]);
    for (const index of [0, 1, 2]) waves.land(wave, index, noRows(VIEWS));
    expect(waveOf(waves, [readOfNew()]).isAlone).toBe(true);
  });

  test('may ask for a block twice, and leaves nothing behind', () => {
    const waves = new Waves();
    const twice = readOfNew();
    const first = waveOf(waves, [twice, twice]);
    const second = waveOf(waves, [readOfNew()]);
    expect(findIn(waves, twice)).toBe(first.wave);
    for (const index of [1, 0]) waves.land(first.wave, index, noRows(VIEWS));
    expect(findIn(waves, twice)).toBeNull();
    waves.land(second.wave, 0, noRows(VIEWS));
    expect(waveOf(waves, [readOfNew()]).isAlone).toBe(true);
  });
});
