import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENT_TIME_MAX_MS, VIEW_FEATURES_MAX } from '../../src/core/bounds.ts';
import { createBlock, readVerifiedBlock } from '../../src/stores/block-format.ts';
import { entityKeySum } from '../../src/stores/row-checksum.ts';
import {
  compareOrder,
  compareRows,
  createdTimeMsOf,
  encodeRow,
  eventTimeMsOf,
  featureCountOf,
  isRowWhole,
  isTombstone,
  layoutIdOf,
  ORDER_KEY_END,
  ORDER_KEY_START,
  type RowContent,
  RowCorruptError,
  readRowHeader,
  segmentEnd,
  segmentOf,
  segmentStart,
  verifyRow,
} from '../../src/stores/row-format.ts';
import { addresses, contents, LONG } from './arbitrary-rows.ts';

/** The long form runs for a minute or two. */
const TIMEOUT = { timeout: 300_000 };
const RUNS = { numRuns: LONG ? 50_000 : 1000, seed: 20_260_102 };
const ADDRESS = { namespace: 'default', block: 'fleet.Aircraft', view: 7, entityKey: 'N102UW' };
const CONTENT: RowContent = {
  eventTimeMs: 1_760_000_000_000,
  revision: 3,
  createdTimeMs: 1_760_000_000_500,
  layoutId: 0xdeadbeef,
  tombstone: false,
  segments: [Buffer.from('null'), undefined, Buffer.from('"ü"'), Buffer.from('[1,2]')],
};

describe('a row', TIMEOUT, () => {
  test('gives back every number and every segment, absent and null told apart', () => {
    fc.assert(
      fc.property(addresses, contents, fc.nat(9), (address, content, shift) => {
        // Rows are read from the middle of larger buffers, as themselves or where they stand.
        const written = encodeRow(address, content);
        const bytes = Buffer.concat([Buffer.alloc(shift, 0xaa), written, Buffer.alloc(3, 0xbb)]);
        const row = bytes.subarray(shift, shift + written.length);
        const { segments, ...header } = content;
        expect(readRowHeader(row)).toEqual({ ...header, featureCount: segments.length });
        expect(eventTimeMsOf(row)).toBe(content.eventTimeMs);
        expect(isTombstone(row)).toBe(content.tombstone);
        expect(layoutIdOf(row)).toBe(content.layoutId);
        for (const [i, segment] of segments.entries()) {
          expect(segmentOf(row, i)).toEqual(segment);
          expect(Buffer.from(row.subarray(segmentStart(row, i), segmentEnd(row, i)))).toEqual(
            segment ?? Buffer.alloc(0),
          );
        }
        expect(isRowWhole(bytes, shift, shift + written.length)).toBe(true);
        expect(isRowWhole(bytes, shift, shift + written.length + 1)).toBe(false);
        expect(eventTimeMsOf(bytes, shift)).toBe(content.eventTimeMs);
        expect(createdTimeMsOf(bytes, shift)).toBe(content.createdTimeMs);
        expect(isTombstone(bytes, shift)).toBe(content.tombstone);
        expect(layoutIdOf(bytes, shift)).toBe(content.layoutId);
        expect(featureCountOf(bytes, shift)).toBe(segments.length);
        segments.forEach((segment, i) => {
          const start = segmentStart(bytes, i, shift);
          expect(bytes.subarray(start, segmentEnd(bytes, i, shift))).toEqual(segment ?? Buffer.alloc(0));
        });
        expect(segmentOf(row, segments.length)).toBeUndefined();
        expect(segmentOf(row, -1)).toBeUndefined();
        expect(verifyRow(address, row)).toBe(true);
        expect(verifyRow(address, new Uint8Array(row))).toBe(true);
      }),
      RUNS,
    );
  });

  test('belongs to one address alone', () => {
    fc.assert(
      fc.property(addresses, addresses, contents, (address, another, content) => {
        const same =
          address.namespace === another.namespace &&
          address.block === another.block &&
          address.view === another.view &&
          address.entityKey === another.entityKey;
        expect(verifyRow(another, encodeRow(address, content))).toBe(same);
      }),
      RUNS,
    );
    const row = encodeRow({ ...ADDRESS, namespace: 'ab', block: 'c' }, CONTENT);
    expect(verifyRow({ ...ADDRESS, namespace: 'a', block: 'bc' }, row)).toBe(false);
  });

  test.each([
    ['narrow', CONTENT],
    ['wide', { ...CONTENT, segments: [Buffer.alloc(65_600, 0x31), undefined, Buffer.from('1')] }],
    ['tombstone', { ...CONTENT, tombstone: true, segments: [] }],
  ])('a flipped bit anywhere in a %s row is noticed', (_, content) => {
    const row = encodeRow(ADDRESS, content);
    const step = LONG || row.length < 1000 ? 1 : 97;
    for (let at = 0; at < row.length; at += at < 100 ? 1 : step) {
      for (let bit = 0; bit < 8; bit += 1) {
        row[at] = (row[at] as number) ^ (1 << bit);
        expect(verifyRow(ADDRESS, row), `bit ${bit} of byte ${at}`).toBe(false);
        row[at] = (row[at] as number) ^ (1 << bit);
      }
    }
    expect(verifyRow(ADDRESS, row)).toBe(true);
  });

  test('is read as it was written by older programs, whose checksum was a CRC-32', () => {
    const row = encodeRow(ADDRESS, CONTENT);
    row[0] = 1;
    const end = row.length - 4;
    const { namespace, block, view, entityKey } = ADDRESS;
    const seed = crc32(`${namespace.length}:${namespace}${block.length}:${block}${view}:`);
    row.writeUInt32BE(crc32(row.subarray(0, end), crc32(entityKey, seed)), end);
    expect(verifyRow(ADDRESS, row)).toBe(true);
    expect(segmentOf(row, 3)).toEqual(Buffer.from('[1,2]'));
    expect(verifyRow({ ...ADDRESS, entityKey: 'N103UW' }, row)).toBe(false);
    const blockBytes = createBlock(view, row);
    expect(readVerifiedBlock(blockBytes, [view], [seed], entityKey)?.shortest).toBe(row.length);
    blockBytes[60] = (blockBytes[60] as number) ^ 4;
    expect(readVerifiedBlock(blockBytes, [view], [seed], entityKey)).toBeUndefined();
  });

  test('bytes in another order, or the same change at several places, are noticed', () => {
    fc.assert(
      fc.property(contents, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (content, a, b, change) => {
        const row = encodeRow(ADDRESS, content);
        const [first, second] = [a % row.length, b % row.length];
        const swapped = Buffer.from(row);
        swapped[first] = row[second] as number;
        swapped[second] = row[first] as number;
        expect(verifyRow(ADDRESS, swapped)).toBe(swapped.equals(row));
        const changed = Buffer.from(row);
        changed[first] = (row[first] as number) ^ change;
        if (first !== second) changed[second] = (row[second] as number) ^ change;
        expect(verifyRow(ADDRESS, changed)).toBe(false);
      }),
      RUNS,
    );
  });

  test('is told from the rows of a million other keys as well as 32 bits can', () => {
    const sums = new Set<number>();
    const keys = LONG ? 1_000_000 : 200_000;
    for (let i = 0; i < keys; i += 1) sums.add(entityKeySum(`N${i}`));
    // Two of n keys share one of 2^32 sums n²/2^33 times: three times that is chance no more.
    expect(keys - sums.size).toBeLessThanOrEqual(3 * Math.ceil(keys ** 2 / 2 ** 33));
  });

  test('cut short or lengthened, it is noticed and throws nothing but RowCorruptError', () => {
    const row = encodeRow(ADDRESS, CONTENT);
    for (let length = 0; length < row.length; length += 1) {
      const cut = row.subarray(0, length);
      expect(verifyRow(ADDRESS, cut)).toBe(false);
      expect(() => readRowHeader(cut)).toThrow(RowCorruptError);
    }
    expect(verifyRow(ADDRESS, Buffer.concat([row, Buffer.from([0])]))).toBe(false);
  });

  test('any bytes are a row or a RowCorruptError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        bytes[0] = 1 + (bytes.length % 2);
        if (bytes.length > 1) bytes[1] = (bytes[1] as number) & 3;
        try {
          const { featureCount } = readRowHeader(bytes);
          for (let i = 0; i < featureCount; i += 1) {
            expect(segmentStart(bytes, i)).toBeLessThanOrEqual(segmentEnd(bytes, i));
            expect(segmentEnd(bytes, i)).toBeLessThan(bytes.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RowCorruptError);
        }
        expect(verifyRow(ADDRESS, bytes)).toBe(false);
      }),
      RUNS,
    );
  });
});

describe('the order of rows', () => {
  test('is by event time, then by revision, also by the bytes of the order key alone', () => {
    const times = fc.tuple(
      fc.oneof(
        fc.integer({ min: 0, max: EVENT_TIME_MAX_MS }),
        fc.integer({ min: 4_294_966, max: 4_294_968 }),
      ),
      fc.integer({ min: 0, max: 999 }),
    );
    fc.assert(
      fc.property(times, times, ([timeA, revisionA], [timeB, revisionB]) => {
        const a = encodeRow(ADDRESS, { ...CONTENT, eventTimeMs: timeA, revision: revisionA });
        const b = encodeRow(ADDRESS, { ...CONTENT, eventTimeMs: timeB, revision: revisionB });
        const expected = Math.sign(timeA - timeB || revisionA - revisionB);
        expect(Math.sign(compareOrder(a, b))).toBe(expected);
        expect(Math.sign(compareRows(a, b))).toBe(expected);
        const keyOf = (row: Buffer) => row.subarray(ORDER_KEY_START, ORDER_KEY_END);
        expect(Buffer.compare(keyOf(a), keyOf(b))).toBe(expected);
      }),
      RUNS,
    );
  });

  test('of one event, the greater bytes are newer, and a row is as new as itself', () => {
    const a = encodeRow(ADDRESS, { ...CONTENT, segments: [Buffer.from('1')] });
    const b = encodeRow(ADDRESS, { ...CONTENT, segments: [Buffer.from('2')] });
    expect(compareOrder(a, b)).toBe(0);
    expect(compareRows(b, a)).toBeGreaterThan(0);
    expect(compareRows(a, b)).toBeLessThan(0);
    expect(compareRows(a, Buffer.from(a))).toBe(0);
  });
});

describe('a row that cannot be one', () => {
  test.each([
    ['eventTimeMs', { eventTimeMs: -1 }],
    ['eventTimeMs', { eventTimeMs: EVENT_TIME_MAX_MS + 1 }],
    ['eventTimeMs', { eventTimeMs: 1.5 }],
    ['eventTimeMs', { eventTimeMs: Number.NaN }],
    ['revision', { revision: 1000 }],
    ['createdTimeMs', { createdTimeMs: -1 }],
    ['layoutId', { layoutId: 2 ** 32 }],
    ['segments', { segments: new Array(VIEW_FEATURES_MAX + 1).fill(undefined) }],
  ])('is refused by the name of what is wrong: %s', (what, change) => {
    expect(() => encodeRow(ADDRESS, { ...CONTENT, ...change })).toThrow(
      new RegExp(`Expected .*${what}.* integer from 0`),
    );
  });
});
