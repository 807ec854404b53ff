/**
 * The packed row: all features of one view for one entity key, as bytes. It knows nothing of any store.
 *
 * | bytes | field |
 * |---|---|
 * | 1 | format version (2; 1 had a CRC-32 for its checksum) |
 * | 1 | flags (bit 0: tombstone; bit 1: wide offsets) |
 * | 8 | order key, big-endian: event time in ms × 1000 + revision |
 * | 8 | created time in ms, big-endian |
 * | 4 | layout id |
 * | 2 | feature count n |
 * | 2·(n+1), or 4·(n+1) when wide | where each segment starts, from the row's first byte; the last is where they end |
 * | … | segments: JSON text as UTF-8; empty is absent, `null` is null |
 * | 4 | checksum of the address and of all bytes before it (`row-checksum.ts`), big-endian |
 */
import { EVENT_TIME_MAX_MS, REVISION_MAX, VIEW_FEATURES_MAX } from '../core/bounds.ts';
import { crcOfRow, entityKeySum, rowSum, viewSeed } from './row-checksum.ts';
import { wordsOf } from './words-of.ts';

export interface RowHeader {
  readonly tombstone: boolean;
  readonly eventTimeMs: number;
  readonly revision: number;
  readonly createdTimeMs: number;
  readonly layoutId: number;
  readonly featureCount: number;
}

/** Where a row belongs; part of its checksum, so that a misplaced row is found out. */
export interface RowAddress {
  readonly namespace: string;
  readonly block: string;
  readonly view: number;
  readonly entityKey: string;
}

export interface RowContent {
  readonly eventTimeMs: number;
  readonly revision: number;
  readonly createdTimeMs: number;
  readonly layoutId: number;
  readonly tombstone: boolean;
  /** One per feature of the layout; `undefined` is absent. Empty list for a tombstone. */
  readonly segments: readonly (Uint8Array | undefined)[];
}

export class RowCorruptError extends Error {
  constructor(detail: string) {
    super(`The row cannot be read: ${detail}.`);
    this.name = 'RowCorruptError';
  }
}

export const ROW_FORMAT_VERSION = 2;
/** Rows that older programs wrote, which only their checksum tells apart. */
const CRC_FORMAT_VERSION = 1;
/** Where the order key stands: stores that merge rows themselves compare these 8 bytes. */
export const ORDER_KEY_START = 2;
export const ORDER_KEY_END = 10;

const FLAG_TOMBSTONE = 1;
const FLAG_WIDE = 2;
const CREATED_START = 10;
const LAYOUT_START = 18;
const COUNT_START = 22;
/** Where the offsets stand in a row: of each segment's start from the row's first byte, big-endian, and one more. */
export const OFFSETS_START = 24;
const SUM_BYTES = 4;
/** Of a row without a segment. */
export const ROW_MIN_BYTES = OFFSETS_START + 2 + SUM_BYTES;
const NARROW_MAX_BYTES = 0xffff;
const TWO_32 = 2 ** 32;
/** Order keys are exact as doubles: the largest is below 2^53. */
const REVISIONS = REVISION_MAX + 1;

/** @throws {RangeError} when a number of the content is out of its bounds: callers check what they were given. */
export function encodeRow(address: RowAddress, content: RowContent): Buffer {
  assertContent(content);
  const { segments } = content;
  let segmentBytes = 0;
  for (let i = 0; i < segments.length; i += 1) segmentBytes += segments[i]?.length ?? 0;
  const narrowBytes = OFFSETS_START + 2 * (segments.length + 1) + segmentBytes;
  const wide = narrowBytes > NARROW_MAX_BYTES;
  const endBytes = wide ? narrowBytes + 2 * (segments.length + 1) : narrowBytes;
  const row = Buffer.allocUnsafe(endBytes + SUM_BYTES);
  row[0] = ROW_FORMAT_VERSION;
  row[1] = (content.tombstone ? FLAG_TOMBSTONE : 0) | (wide ? FLAG_WIDE : 0);
  writeUint64(row, content.eventTimeMs * REVISIONS + content.revision, ORDER_KEY_START);
  writeUint64(row, content.createdTimeMs, CREATED_START);
  row.writeUInt32BE(content.layoutId, LAYOUT_START);
  row.writeUInt16BE(segments.length, COUNT_START);
  writeSegments(row, segments, wide);
  const seed = viewSeed(address.namespace, address.block, address.view);
  const [start, keySum] = [row.byteOffset, entityKeySum(address.entityKey)];
  row.writeInt32BE(rowSum(seed, keySum, wordsOf(row), start, start + endBytes), endBytes);
  return row;
}

/** @throws {RowCorruptError} when the bytes are not a row. Does not verify the checksum. */
export function readRowHeader(row: Uint8Array): RowHeader {
  const problem = boundsProblem(row, 0, row.length);
  if (problem !== undefined) throw new RowCorruptError(problem);
  const eventTimeMs = eventTimeMsOf(row);
  return {
    tombstone: isTombstone(row),
    eventTimeMs,
    revision: orderKeyOf(row) - eventTimeMs * REVISIONS,
    createdTimeMs: createdTimeMsOf(row),
    layoutId: layoutIdOf(row),
    featureCount: featureCountOf(row),
  };
}

// Serving reads a row where it stands among others, without an object for it: hence the byte where it starts. What
// follows trusts that `isRowWhole` holds, and makes nothing.

/** Whether the bytes from `start` to before `end` can be read as a row: no damage leads outside of it. */
export function isRowWhole(bytes: Uint8Array, start: number, end: number): boolean {
  return boundsProblem(bytes, start, end) === undefined;
}

/** In ms since 1970. */
export function eventTimeMsOf(bytes: Uint8Array, start = 0): number {
  return Math.floor(orderKeyOf(bytes, start) / REVISIONS);
}

/** What decides which of two rows is newer, as one number: event time in ms × 1000 + revision, below 2^53. */
export function orderKeyOf(bytes: Uint8Array, start = 0): number {
  return readUint64(bytes, start + ORDER_KEY_START);
}

/** In ms since 1970. */
export function createdTimeMsOf(bytes: Uint8Array, start = 0): number {
  return readUint64(bytes, start + CREATED_START);
}

/** Whether the row is a deletion. */
export function isTombstone(bytes: Uint8Array, start = 0): boolean {
  return ((bytes[start + 1] as number) & FLAG_TOMBSTONE) !== 0;
}

/** How many segments the row has, absent ones included. */
export function featureCountOf(bytes: Uint8Array, start = 0): number {
  return readUint16(bytes, start + COUNT_START);
}

export function layoutIdOf(bytes: Uint8Array, start = 0): number {
  return readUint32(bytes, start + LAYOUT_START);
}

/** Whether offsets take four bytes each, not two. */
export function hasWideOffsets(bytes: Uint8Array, start = 0): boolean {
  return ((bytes[start + 1] as number) & FLAG_WIDE) !== 0;
}

/** Where a segment starts in `bytes`, of the row that starts at `start`; `index` may be its feature count: where they end. */
export function segmentStart(bytes: Uint8Array, index: number, start = 0): number {
  const offsets = start + OFFSETS_START;
  return hasWideOffsets(bytes, start)
    ? start + readUint32(bytes, offsets + 4 * index)
    : start + readUint16(bytes, offsets + 2 * index);
}

/** One past the last byte of a segment in `bytes`; equal to its start when the feature is absent. */
export function segmentEnd(bytes: Uint8Array, index: number, start = 0): number {
  return segmentStart(bytes, index + 1, start);
}

/**
 * The bytes of one value of a row, without a copy.
 * @returns `undefined` when the feature is absent: an empty segment, or an index that the row does not have.
 */
export function segmentOf(row: Uint8Array, index: number): Buffer | undefined {
  if (index < 0 || index >= featureCountOf(row)) return undefined;
  const start = segmentStart(row, index);
  const length = segmentEnd(row, index) - start;
  return length === 0 ? undefined : Buffer.from(row.buffer, row.byteOffset + start, length);
}

/** Whether these bytes are a whole row of this address. Never throws. */
export function verifyRow(address: RowAddress, row: Uint8Array): boolean {
  return verifySeededRow(viewSeed(address.namespace, address.block, address.view), address.entityKey, row);
}

/** As `verifyRow`, with the seed of the row's view. */
export function verifySeededRow(seed: number, entityKey: string, row: Uint8Array): boolean {
  if (!isRowWhole(row, 0, row.length)) return false;
  const [words, start] = [wordsOf(row), row.byteOffset];
  return hasRowChecksum(
    { entityKey, keySum: entityKeySum(entityKey) },
    seed,
    words,
    start,
    start + row.length,
  );
}

/** The part of an address that the rows of one block share. */
export interface SummedKey {
  readonly entityKey: string;
  /** `entityKeySum` of it. */
  readonly keySum: number;
}

/**
 * Whether the bytes from `start` to before `end` are a row of this address, as it was written. Never throws; does not
 * look at the row's bounds, which hold when its checksum does.
 * @param seed of the row's view. @param words all bytes of the buffer in which it stands, which has `end` bytes or more.
 */
export function hasRowChecksum(
  { entityKey, keySum }: SummedKey,
  seed: number,
  words: DataView<ArrayBufferLike>,
  start: number,
  end: number,
): boolean {
  const sumStart = end - SUM_BYTES;
  if (sumStart <= start) return false;
  const sum =
    words.getUint8(start) === CRC_FORMAT_VERSION
      ? crcOfRow(seed, entityKey, new Uint8Array(words.buffer, start, sumStart - start))
      : rowSum(seed, keySum, words, start, sumStart);
  return sum === words.getInt32(sumStart);
}

/**
 * Which of two rows of one address is newer: by order key, then by their bytes, so that any two stores agree.
 * @returns above 0 when `a` is newer, below 0 when `b` is, 0 when they are the same row.
 */
export function compareRows(a: Uint8Array, b: Uint8Array): number {
  return compareOrder(a, b) || Buffer.compare(a, b);
}

/** By order key alone: 0 for two rows of the same event time and revision, whatever they hold. */
export function compareOrder(a: Uint8Array, b: Uint8Array): number {
  for (let i = ORDER_KEY_START; i < ORDER_KEY_END; i += 1) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function writeSegments(row: Buffer, segments: RowContent['segments'], wide: boolean): void {
  const offsetBytes = wide ? 4 : 2;
  let at = OFFSETS_START + offsetBytes * (segments.length + 1);
  for (let i = 0; i <= segments.length; i += 1) {
    if (wide) row.writeUInt32BE(at, OFFSETS_START + 4 * i);
    else row.writeUInt16BE(at, OFFSETS_START + 2 * i);
    const segment = segments[i];
    if (segment === undefined) continue;
    row.set(segment, at);
    at += segment.length;
  }
}

/** Everything that a reader of segments relies on, so that no damaged row can lead outside of itself. */
function boundsProblem(bytes: Uint8Array, rowStart: number, rowEnd: number): string | undefined {
  const length = rowEnd - rowStart;
  if (length < ROW_MIN_BYTES) return `it has ${length} bytes; a row has at least ${ROW_MIN_BYTES}`;
  const version = bytes[rowStart];
  if (version !== ROW_FORMAT_VERSION && version !== CRC_FORMAT_VERSION) {
    return `its format version is ${version}; this program reads ${CRC_FORMAT_VERSION} and ${ROW_FORMAT_VERSION}`;
  }
  const flags = bytes[rowStart + 1] as number;
  if (flags > (FLAG_TOMBSTONE | FLAG_WIDE)) return `its flags are ${flags}; only two bits are known`;
  const count = featureCountOf(bytes, rowStart);
  const firstByte = rowStart + OFFSETS_START + ((flags & FLAG_WIDE) === 0 ? 2 : 4) * (count + 1);
  const end = rowEnd - SUM_BYTES;
  if (firstByte > end) return `its ${count} offsets do not fit into ${length} bytes`;
  if (segmentStart(bytes, 0, rowStart) !== firstByte) return 'its first segment does not follow its offsets';
  return flags & FLAG_WIDE
    ? orderProblem(bytes, rowStart, firstByte, end, 4)
    : orderProblem(bytes, rowStart, firstByte, end, 2);
}

/** Of the offsets from the second on. @param firstByte of the first segment, where the offsets end. */
function orderProblem(
  bytes: Uint8Array,
  rowStart: number,
  firstByte: number,
  end: number,
  offsetBytes: 2 | 4,
): string | undefined {
  let before = firstByte;
  for (let at = rowStart + OFFSETS_START + offsetBytes; at < firstByte; at += offsetBytes) {
    const start = rowStart + (offsetBytes === 2 ? readUint16(bytes, at) : readUint32(bytes, at));
    if (start < before) {
      return `segment ${(at - rowStart - OFFSETS_START) / offsetBytes - 1} ends before it starts`;
    }
    before = start;
  }
  return before === end
    ? undefined
    : `its segments end at byte ${before - rowStart}, not at ${end - rowStart}`;
}

function assertContent(content: RowContent): void {
  assertInteger('eventTimeMs', content.eventTimeMs, EVENT_TIME_MAX_MS);
  assertInteger('revision', content.revision, REVISION_MAX);
  assertInteger('createdTimeMs', content.createdTimeMs, Number.MAX_SAFE_INTEGER);
  assertInteger('layoutId', content.layoutId, TWO_32 - 1);
  assertInteger('the number of segments', content.segments.length, VIEW_FEATURES_MAX);
}

function assertInteger(name: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`Expected ${name} of a row to be an integer from 0 to ${max}, got ${value}.`);
  }
}

function writeUint64(row: Buffer, value: number, start: number): void {
  row.writeUInt32BE(Math.floor(value / TWO_32), start);
  row.writeUInt32BE(value % TWO_32, start + 4);
}

function readUint64(row: Uint8Array, start: number): number {
  return readUint32(row, start) * TWO_32 + readUint32(row, start + 4);
}

function readUint32(row: Uint8Array, start: number): number {
  return (
    (((row[start] as number) << 24) |
      ((row[start + 1] as number) << 16) |
      ((row[start + 2] as number) << 8) |
      (row[start + 3] as number)) >>>
    0
  );
}

function readUint16(row: Uint8Array, start: number): number {
  return ((row[start] as number) << 8) | (row[start + 1] as number);
}
