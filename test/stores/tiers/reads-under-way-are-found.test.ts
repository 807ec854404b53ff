import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BlockSlot } from '../../../src/stores/online-store.ts';
import { PendingSlots } from '../../../src/stores/pending-slots.ts';
import { Wave } from '../../../src/stores/tiers/wave.ts';
import { WaveTable } from '../../../src/stores/tiers/wave-table.ts';

const RUN = { namespace: 'default', block: 'flights.aircraft', views: [1, 2] };
const LATE: BlockSlot = { failed: 'TIMEOUT', detail: 'late' };

interface UnderWay {
  readonly wave: Wave;
  readonly index: number;
}

/** Nobody waits here: only what stands in the table is looked at. */
const WAITER = new PendingSlots<BlockSlot>(1, 10_000, () => LATE);

function waveOf(size: number): Wave {
  return new Wave(WAITER, size, 0, 10_000);
}

function add(table: WaveTable, into: Map<string, UnderWay>, wave: Wave, entityKey: string): void {
  const index = wave.add({ ...RUN, entityKey }, wave.reads.length);
  table.add(entityKey, wave, index);
  into.set(entityKey, { wave, index });
}

function expectSame(table: WaveTable, expected: ReadonlyMap<string, UnderWay>, keys: Iterable<string>): void {
  for (const key of keys) {
    const entry = table.find(key);
    const found = entry < 0 ? undefined : { wave: table.waveAt(entry), index: table.indexAt(entry) };
    const wanted = expected.get(key);
    if (found?.wave !== wanted?.wave || found?.index !== wanted?.index)
      expect.fail(`${key} is not as it was added`);
  }
  if (table.isIdle !== (expected.size === 0)) expect.fail('it does not know whether anything is under way');
}

test('a read under way is found by its key until it is taken out, in any order of both', () => {
  const keys = fc.oneof(fc.nat(200).map(String), fc.string({ unit: 'binary', maxLength: 4 }));
  fc.assert(
    fc.property(fc.array(fc.array(keys, { maxLength: 12 }), { maxLength: 40 }), (turns) => {
      const table = new WaveTable(RUN);
      const expected = new Map<string, UnderWay>();
      for (const turn of turns) {
        const wave = waveOf(turn.length);
        for (const key of turn) {
          const known = expected.get(key);
          if (known === undefined) add(table, expected, wave, key);
          else {
            table.remove(key, known.wave, known.index);
            expected.delete(key);
          }
        }
        expectSame(table, expected, turns.flat());
      }
    }),
  );
});

test('however many are under way, and again after all have gone', () => {
  const table = new WaveTable(RUN);
  const expected = new Map<string, UnderWay>();
  const keys = Array.from({ length: 50_000 }, (_, i) => `key ${i}`);
  for (let round = 0; round < 2; round += 1) {
    const wave = waveOf(keys.length);
    for (const key of keys) add(table, expected, wave, key);
    expectSame(table, expected, [...keys, 'key 50000']);
    for (const [key, { index }] of expected) table.remove(key, wave, index);
    expected.clear();
    expectSame(table, expected, keys);
  }
});

test('what is not under way cannot be taken out', () => {
  const table = new WaveTable(RUN);
  expect(() => table.remove('AC1', waveOf(1), 0)).toThrow('No read of flights.aircraft AC1 is under way.');
});
