import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createBlock, mergeRow } from '../../src/stores/block-format.ts';
import { endOfBlock, sealBlock } from '../../src/stores/lmdb/lmdb-values.ts';
import { storageKey } from '../../src/stores/storage-key.ts';
import { SAMPLE_TIME_MS, sampleWrite } from './sample-rows.ts';

const AT = { namespace: 'default', block: 'fleet.Aircraft', entityKey: 'N102UW' };
const KEY = storageKey(AT);

function blockOfTwo(): Buffer {
  const [one, two] = [1, 2].map((view) => sampleWrite({ ...AT, view, eventTimeMs: SAMPLE_TIME_MS }));
  const merged = mergeRow(createBlock(1, one?.row as Uint8Array), 2, two?.row as Uint8Array);
  if (merged.outcome !== 'WRITTEN') throw new Error(merged.outcome);
  return merged.block;
}

describe('a value of LMDB', () => {
  test('is its block and a seal, under its key alone', () => {
    const block = blockOfTwo();
    const value = sealBlock(KEY, block);
    expect(value.subarray(0, endOfBlock(KEY, AT, value))).toEqual(block);
    for (const other of [{ entityKey: 'N102UX' }, { block: 'fleet.Airport' }, { namespace: 'x' }]) {
      const at = { ...AT, ...other };
      expect(endOfBlock(storageKey(at), at, value)).toBe(-1);
    }
  });

  test('with a flipped bit anywhere, or cut, is not believed', () => {
    const value = sealBlock(KEY, blockOfTwo());
    for (let at = 0; at < value.length * 8; at += 1) {
      const flipped = Buffer.from(value);
      flipped[at >> 3] = (flipped[at >> 3] as number) ^ (1 << (at & 7));
      expect(endOfBlock(KEY, AT, flipped), `bit ${at}`).toBe(-1);
    }
    // Cut at the seal it is a value of the time before seals, whose rows speak for themselves.
    const cuts = Array.from({ length: value.length }, (_, bytes) => bytes).filter(
      (bytes) => bytes !== value.length - 4,
    );
    for (const bytes of cuts)
      expect(endOfBlock(KEY, AT, value.subarray(0, bytes)), `${bytes} bytes`).toBe(-1);
  });

  test('of the time before seals is still read', () => {
    const block = blockOfTwo();
    expect(endOfBlock(KEY, AT, block)).toBe(block.length);
  });

  test('sealed by a CRC-32, as it was once, is still read', () => {
    const block = blockOfTwo();
    const seal = Buffer.alloc(4);
    seal.writeUInt32LE(crc32(block, crc32(KEY)));
    const value = Buffer.concat([block, seal]);
    expect(endOfBlock(KEY, AT, value)).toBe(block.length);
    value[9] = (value[9] as number) ^ 1;
    expect(endOfBlock(KEY, AT, value)).toBe(-1);
  });
});
