/**
 * A value as LMDB keeps it: the block, then the checksum of its key and of its bytes, big-endian. Each row has a
 * checksum already; this one is verified by one look at the whole block, and covers the directory as well, so that no
 * row can hide. Values of before it had none end with their last row, or with a CRC-32.
 */
import { crc32 } from 'node:zlib';
import { verifyBlock } from '../block-format.ts';
import type { BlockKey } from '../online-store.ts';
import { entityKeySum, rowSum } from '../row-checksum.ts';
import { wordsOf } from '../words-of.ts';

const SEAL_BYTES = 4;
/** So that a block is no row. */
const SEED = 0x5ea1;
/** The CRC-32 of whatever bytes and their CRC-32 behind them: a property of the polynomial. */
const SEALED_CRC = 0x2144df1c;

/** @param key of the value, made by `storageKey`. */
export function sealBlock(key: string, block: Uint8Array): Buffer {
  const value = Buffer.allocUnsafe(block.length + SEAL_BYTES);
  value.set(block);
  value.writeInt32BE(sumOf(key, value, block.length), block.length);
  return value;
}

/** @returns where the block ends in its value; -1 when they are not the bytes that were written under this key. */
export function endOfBlock(key: string, at: BlockKey, value: Buffer): number {
  const end = value.length - SEAL_BYTES;
  if (end >= 0 && isSealed(key, value, end)) return end;
  return verifyBlock(at.namespace, at.block, at.entityKey, value) ? value.length : -1;
}

function isSealed(key: string, value: Buffer, end: number): boolean {
  return value.readInt32BE(end) === sumOf(key, value, end) || crc32(value, crc32(key)) === SEALED_CRC;
}

function sumOf(key: string, value: Buffer, end: number): number {
  const start = value.byteOffset;
  return rowSum(SEED, entityKeySum(key), wordsOf(value), start, start + end);
}
