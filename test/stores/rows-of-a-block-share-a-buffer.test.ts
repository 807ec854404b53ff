import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
const lists = fc.array(fc.option(row, { nil: undefined }), { maxLength: 6 });

describe('the rows of a block', () => {
  test('are those that were gathered, each told from none', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const rows = gatherRows(list);
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
    expect(listRows(noRows(2))).toEqual([undefined, undefined]);
  });

  test('are copied without their neighbours, wherever they stand', () => {
    fc.assert(
      fc.property(lists, fc.nat(9), (list, shift) => {
        const { bytes, bounds } = gatherRows(list);
        const among = {
          bytes: Buffer.concat([Buffer.alloc(shift, 0xaa), bytes, Buffer.alloc(3, 0xbb)]),
          bounds: bounds.map((at, i) => (bounds[i | 1] === 0 ? 0 : at + shift)),
        };
        const copy = copyRows(among);
        among.bytes.fill(0);
        expect(listRows(copy)).toEqual(list);
        expect(copy.bytes.buffer.byteLength).toBe(bytes.length);
      }),
      RUNS,
    );
  });

  test('are taken out, and put between others, at their places', () => {
    const pairs = fc.array(fc.tuple(fc.option(row, { nil: undefined }), fc.option(row), fc.boolean()), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(pairs, (given) => {
        const rows = gatherRows(given.map(([one]) => one));
        const places = given.flatMap(([, , isChanged], place) => (isChanged ? [place] : []));
        const others = gatherRows(places.map((place) => given[place]?.[1] ?? undefined));
        const without = given.map(([one, , isChanged]) => (isChanged ? undefined : one));
        expect(listRows(withoutRows(rows, places))).toEqual(without);
        const changed = given.map(([one, other, isChanged]) => (isChanged ? (other ?? undefined) : one));
        expect(listRows(withRows(rows, places, others))).toEqual(changed);
        expect(listRows(rows)).toEqual(given.map(([one]) => one));
      }),
      RUNS,
    );
  });
});
