import { crc32 } from 'node:zlib';

/**
 * The checksum of rows where they stand in a larger buffer, as every read from a server verifies it. The same CRC-32
 * as zlib's, which is quicker for long rows; for short ones its call and the view on the bytes cost more than the
 * bytes do (seen: 100 bytes in half the time here).
 */
const CRC_BYTES = 4;
/** Rows below this many bytes are summed here. */
const SHORT_ROW_BYTES = 160;
const POLYNOMIAL = 0xedb88320;
const TABLES = 8;

/** `TABLE[256 * n + byte]`: what a byte does to the sum n bytes later. */
const TABLE = new Int32Array(TABLES * 256);
for (let byte = 0; byte < 256; byte += 1) {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  TABLE[byte] = sum;
}
for (let at = 256; at < TABLE.length; at += 1) {
  const before = TABLE[at - 256] as number;
  TABLE[at] = (before >>> 8) ^ (TABLE[before & 0xff] as number);
}

/**
 * Whether the bytes from `start` to `end` are a row of this address, as it was written.
 * @param seed of the row's view (`viewSeed`).
 */
export function hasRowChecksum(
  seed: number,
  entityKey: string,
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  const dataEnd = end - CRC_BYTES;
  if (dataEnd <= start) return false;
  const keySum = sumOfKey(entityKey, seed);
  const sum =
    end - start < SHORT_ROW_BYTES
      ? sumOfBytes(bytes, start, dataEnd, keySum)
      : crc32(bytes.subarray(start, dataEnd), keySum);
  const stored =
    ((bytes[dataEnd] as number) << 24) |
    ((bytes[dataEnd + 1] as number) << 16) |
    ((bytes[dataEnd + 2] as number) << 8) |
    (bytes[dataEnd + 3] as number);
  return (sum | 0) === stored;
}

function sumOfKey(key: string, seed: number): number {
  let sum = ~seed;
  for (let i = 0; i < key.length; i += 1) {
    const code = key.charCodeAt(i);
    if (code > 0x7f) return crc32(key, seed); // it counts in UTF-8
    sum = (sum >>> 8) ^ (TABLE[(sum ^ code) & 0xff] as number);
  }
  return ~sum >>> 0;
}

/** Eight bytes a step. */
function sumOfBytes(bytes: Buffer, start: number, end: number, seed: number): number {
  let sum = ~seed;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    sum ^=
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    sum =
      (TABLE[1792 + (sum & 0xff)] as number) ^
      (TABLE[1536 + ((sum >>> 8) & 0xff)] as number) ^
      (TABLE[1280 + ((sum >>> 16) & 0xff)] as number) ^
      (TABLE[1024 + (sum >>> 24)] as number) ^
      (TABLE[768 + (bytes[at + 4] as number)] as number) ^
      (TABLE[512 + (bytes[at + 5] as number)] as number) ^
      (TABLE[256 + (bytes[at + 6] as number)] as number) ^
      (TABLE[bytes[at + 7] as number] as number);
  }
  for (; at < end; at += 1) sum = (sum >>> 8) ^ (TABLE[(sum ^ (bytes[at] as number)) & 0xff] as number);
  return ~sum;
}
