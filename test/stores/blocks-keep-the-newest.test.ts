import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCK_MAX_BYTES } from '../../src/core/bounds.ts';
import {
  BlockCorruptError,
  createBlock,
  mergeRow,
  readBlock,
  verifyBlock,
  viewsOfBlock,
} from '../../src/stores/block-format.ts';
import { listRows } from '../../src/stores/block-rows.ts';
import { compareOrder, compareRows, encodeRow } from '../../src/stores/row-format.ts';
import { LONG } from './arbitrary-rows.ts';

const RUNS = { numRuns: LONG ? 20_000 : 1000, seed: 20_260_103 };
const KEY = { namespace: 'default', block: 'fleet.Aircraft', entityKey: 'N102UW' };
const VIEWS = [0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff];

function rowOf(view: number, eventTimeMs: number, text: string): Buffer {
  const content = { eventTimeMs, revision: 0, createdTimeMs: 0, layoutId: 1, tombstone: false };
  return encodeRow({ ...KEY, view }, { ...content, segments: [Buffer.from(JSON.stringify(text))] });
}

const writes = fc.array(
  fc.record({
    view: fc.constantFrom(...VIEWS),
    eventTimeMs: fc.integer({ min: 1, max: 4 }),
    text: fc.string({ maxLength: 30 }),
  }),
  { minLength: 1, maxLength: 25 },
);

function blockOf(...rows: readonly [number, number, string][]): Buffer {
  let block: Buffer | undefined;
  for (const [view, time, text] of rows) {
    const merged = mergeRow(block, view, rowOf(view, time, text));
    if (merged.outcome === 'WRITTEN') block = merged.block;
  }
  return block as Buffer;
}

describe('a block', () => {
  test('ends, in any order of writes, as a plain map of the newest rows', () => {
    fc.assert(
      fc.property(writes, (given) => {
        const model = new Map<number, Buffer>();
        let block: Buffer | undefined;
        for (const { view, eventTimeMs, text } of given) {
          const row = rowOf(view, eventTimeMs, text);
          const before = model.get(view);
          const isNewer = before === undefined || compareRows(row, before) > 0;
          const merged = mergeRow(block, view, row);
          expect(merged.outcome).toBe(isNewer ? 'WRITTEN' : 'KEPT');
          expect(merged).toMatchObject({
            conflict:
              before !== undefined && compareOrder(row, before) === 0 && compareRows(row, before) !== 0,
          });
          if (isNewer) model.set(view, row);
          if (merged.outcome === 'WRITTEN') block = merged.block;
        }
        const whole = block as Buffer;
        expect(listRows(readBlock(whole, VIEWS))).toEqual(VIEWS.map((view) => model.get(view)));
        expect(viewsOfBlock(whole)).toEqual([...model.keys()].sort((a, b) => a - b));
        expect(verifyBlock(KEY.namespace, KEY.block, KEY.entityKey, whole)).toBe(true);
        // The same rows in the opposite order are the same bytes.
        const reversed = [...model].reverse().reduce<Buffer | undefined>((sofar, [view, row]) => {
          const merged = mergeRow(sofar, view, row);
          return merged.outcome === 'WRITTEN' ? merged.block : sofar;
        }, undefined);
        expect(reversed).toEqual(whole);
      }),
      RUNS,
    );
  });

  test('takes no row that would make it larger than it may be, and says how large it would be', () => {
    const first = blockOf([1, 1, 'a'], [2, 1, 'b']);
    const row = rowOf(3, 1, 'x'.repeat(100));
    const bytes = first.length + 8 + row.length;
    expect(mergeRow(first, 3, row, bytes - 1)).toEqual({ outcome: 'TOO_LARGE', bytes });
    expect(mergeRow(first, 3, row, bytes)).toMatchObject({ outcome: 'WRITTEN' });
    const replaced = rowOf(2, 2, 'x'.repeat(100));
    const exact = first.length - rowOf(2, 1, 'b').length + replaced.length;
    expect(mergeRow(first, 2, replaced, exact - 1)).toEqual({ outcome: 'TOO_LARGE', bytes: exact });
    expect(mergeRow(first, 2, replaced, exact)).toMatchObject({ outcome: 'WRITTEN' });
    expect(mergeRow(undefined, 1, rowOf(1, 1, 'x'.repeat(BLOCK_MAX_BYTES)))).toMatchObject({
      outcome: 'TOO_LARGE',
    });
  });

  test('of one row is what merging into nothing makes', () => {
    const merged = mergeRow(undefined, 9, rowOf(9, 1, 'a'));
    expect(merged).toEqual({ outcome: 'WRITTEN', conflict: false, block: createBlock(9, rowOf(9, 1, 'a')) });
  });

  test.each([1, 2, 3])('of %i rows: a flipped bit anywhere is noticed, so that no row can hide', (count) => {
    const rows: [number, number, string][] = [
      [1, 1, 'one'],
      [2, 1, 'two'],
      [0x80000000, 1, 'three'],
    ];
    const block = blockOf(...rows.slice(0, count));
    for (let at = 0; at < block.length * 8; at += 1) {
      const flipped = Buffer.from(block);
      flipped[at >> 3] = (flipped[at >> 3] as number) ^ (1 << (at & 7));
      expect(verifyBlock(KEY.namespace, KEY.block, KEY.entityKey, flipped), `bit ${at}`).toBe(false);
    }
  });

  test('damaged in any way, it reads within itself or throws BlockCorruptError', () => {
    const block = blockOf([1, 1, 'one'], [2, 1, 'two'], [7, 1, 'three']);
    const damages = fc.array(fc.tuple(fc.nat(block.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damages, fc.nat(block.length), (changes, length) => {
        const damaged = Buffer.from(block).subarray(0, Math.max(length, 0));
        for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
        for (const act of [() => readBlock(damaged, VIEWS), () => mergeRow(damaged, 2, rowOf(2, 9, 'new'))]) {
          try {
            act();
          } catch (error) {
            expect(error).toBeInstanceOf(BlockCorruptError);
          }
        }
        // A block of no rows is one: a hot tier remembers by it that there is nothing.
        const isEmpty = damaged.length === 3 && damaged.equals(Buffer.from([1, 0, 0]));
        if (!isEmpty && !damaged.equals(block)) {
          expect(verifyBlock(KEY.namespace, KEY.block, KEY.entityKey, damaged)).toBe(false);
        }
      }),
      RUNS,
    );
  });
});
