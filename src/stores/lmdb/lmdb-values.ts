/**
 * A value as LMDB keeps it: the block, then the CRC-32 of its key and of its bytes, little-endian. Each row has a
 * checksum already; this one is verified by one call for the whole block, and covers the directory as well, so that no
 * row can hide. Values of before it had none end with their last row.
 */
import { crc32 } from 'node:zlib';
import { verifyBlock } from '../block-format.ts';
import type { BlockKey } from '../online-store.ts';

const SEAL_BYTES = 4;
/** The CRC-32 of whatever bytes and their CRC-32 behind them: a property of the polynomial. */
const SEALED_CRC = 0x2144df1c;

/** @param key of the value, made by `storageKey`. */
export function sealBlock(key: string, block: Uint8Array): Buffer {
  const value = Buffer.allocUnsafe(block.length + SEAL_BYTES);
  value.set(block);
  value.writeUInt32LE(crc32(block, crc32(key)), block.length);
  return value;
}

/** @returns where the block ends in its value; -1 when they are not the bytes that were written under this key. */
export function endOfBlock(key: string, at: BlockKey, value: Buffer): number {
  if (crc32(value, crc32(key)) === SEALED_CRC) return value.length - SEAL_BYTES;
  return verifyBlock(at.namespace, at.block, at.entityKey, value) ? value.length : -1;
}
