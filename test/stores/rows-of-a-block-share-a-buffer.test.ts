import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBlock } from '../../src/stores/block-format.ts';
import {
  copyRows,
  gatherRows,
  hasAnyRow,
  hasRow,
  lacksRow,
  listRows,
  noRows,
  rowAt,
  withoutRows,
  withRows,
} from '../../src/stores/block-rows.ts';
import { LONG } from './arbitrary-rows.ts';

const RUNS = { numRuns: LONG ? 20_000 : 1000, seed: 20_260_104 };
const row = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const optionalRow = fc.option(row, { nil: undefined });
/** Views in any order, and a row of some of them. */
const blocks = fc
  .uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 6 })
  .chain((views) => fc.tuple(fc.constant(views), fc.array(optionalRow, exactly(views.length))));

function exactly(length: number): { minLength: number; maxLength: number } {
  return { minLength: length, maxLength: length };
}

describe('the rows of a block', () => {
  test('are those that were gathered, each told from none', () => {
    fc.assert(
      fc.property(blocks, ([views, list]) => {
        const rows = gatherRows(views, list);
        expect(listRows(rows)).toEqual(list);
        list.forEach((one, place) => {
          expect(rowAt(rows, place)).toEqual(one);
          expect(hasRow(rows, place)).toBe(one !== undefined);
        });
        expect(lacksRow(rows)).toBe(list.includes(undefined));
        expect(hasAnyRow(rows)).toBe(list.some((one) => one !== undefined));
      }),
      RUNS,
    );
    expect(listRows(noRows([7, 8]))).toEqual([undefined, undefined]);
  });

  test('are copied without their neighbours, be those of the buffer or of the block', () => {
    fc.assert(
      fc.property(blocks, fc.nat(6), (block, count) => {
        const { bytes, end } = gatherRows(...block);
        const [views, list] = block.map((all) => all.slice(0, count)) as typeof block;
        const among = readBlock(Buffer.concat([bytes, Buffer.alloc(3, 0xbb)]), views, end);
        const copy = copyRows(among);
        among.bytes.fill(0);
        expect(listRows(copy)).toEqual(list);
        expect(copy.bytes.buffer.byteLength).toBe(gatherRows(views, list).end);
      }),
      RUNS,
    );
  });

  test('are taken out, and put between others, at their places', () => {
    fc.assert(
      fc.property(blocks, fc.array(fc.tuple(optionalRow, fc.boolean()), exactly(6)), (block, changes) => {
        const [views, list] = block;
        const places = views.flatMap((_, place) => (changes[place]?.[1] === true ? [place] : []));
        const rows = gatherRows(...block);
        const others = gatherRows(
          places.map((place) => views[place] as number),
          places.map((place) => changes[place]?.[0]),
        );
        const changed = (to: (place: number) => Buffer | undefined) =>
          list.map((one, place) => (places.includes(place) ? to(place) : one));
        expect(listRows(withoutRows(rows, places))).toEqual(changed(() => undefined));
        expect(listRows(withRows(rows, places, others))).toEqual(changed((place) => changes[place]?.[0]));
        expect(listRows(rows)).toEqual(list);
      }),
      RUNS,
    );
  });
});
