/**
 * The block: the rows of one entity key that are read together, as the one value of a key-value store.
 *
 * | bytes | field |
 * |---|---|
 * | 1 | format version (1) |
 * | 2 | view count n |
 * | 8·n | per view: 4 bytes view id, 4 bytes where its row starts in the block; ascending by view id |
 * | … | the rows, in the same order, each up to the start of the next |
 */
import { BLOCK_MAX_BYTES } from '../core/bounds.ts';
import type { BlockRows } from './online-store.ts';
import { entityKeySum, viewSeed } from './row-checksum.ts';
import { compareOrder, compareRows, hasRowChecksum, verifySeededRow } from './row-format.ts';
import { wordsOf } from './words-of.ts';

export class BlockCorruptError extends Error {
  constructor(detail: string) {
    super(`The block cannot be read: ${detail}.`);
    this.name = 'BlockCorruptError';
  }
}

export const BLOCK_FORMAT_VERSION = 1;

const COUNT_START = 1;
const DIRECTORY_START = 3;
const ENTRY_BYTES = 8;

export type MergeResult =
  | { readonly outcome: 'WRITTEN'; readonly block: Buffer; readonly conflict: boolean }
  | { readonly outcome: 'KEPT'; readonly conflict: boolean }
  | { readonly outcome: 'TOO_LARGE'; readonly bytes: number };

/**
 * The rows of the wanted views, where they stand in the block.
 * @param end of the block, where other bytes follow it.
 * @throws {BlockCorruptError} when the directory is damaged. The rows themselves are not looked into.
 */
export function readBlock(block: Buffer, views: readonly number[], end: number = block.length): BlockRows {
  checkedCount(block, end);
  return blockRows(block, end, views);
}

/** As `readBlock`, of bytes whose directory was checked. */
export function blockRows(bytes: Buffer, end: number, views: readonly number[]): BlockRows {
  let shortest = end;
  for (let place = 0; place < views.length && shortest > 0; place += 1) {
    const found = findView(bytes, views[place] as number, place);
    const length = found < 0 ? 0 : rowEndAt(bytes, found, end) - startAt(bytes, found);
    if (length < shortest) shortest = length;
  }
  return { bytes, end, views, shortest };
}

/**
 * As `readBlock`, of a block that came from a server: each row that is wanted has the checksum of its address.
 * @param seeds one per view.
 * @returns `undefined` when one does not.
 * @throws {BlockCorruptError} when the directory is damaged.
 */
export function readVerifiedBlock(
  block: Buffer,
  views: readonly number[],
  seeds: readonly number[],
  entityKey: string,
): BlockRows | undefined {
  const count = checkedCount(block);
  const [words, blockStart, end] = [wordsOf(block), block.byteOffset, block.length];
  const key = { entityKey, keySum: entityKeySum(entityKey) };
  let shortest = end;
  for (let place = 0; place < views.length; place += 1) {
    const found = findView(block, views[place] as number, place);
    if (found < 0) {
      shortest = 0;
      continue;
    }
    const entry = blockStart + DIRECTORY_START + ENTRY_BYTES * found;
    const rowStart = words.getUint32(entry + 4);
    const rowEnd = found + 1 < count ? words.getUint32(entry + 4 + ENTRY_BYTES) : end;
    if (!hasRowChecksum(key, seeds[place] as number, words, blockStart + rowStart, blockStart + rowEnd))
      return;
    if (rowEnd - rowStart < shortest) shortest = rowEnd - rowStart;
  }
  return { bytes: block, end, views, shortest };
}

/** View ids of a block, ascending. @throws {BlockCorruptError} */
export function viewsOfBlock(block: Buffer): number[] {
  return Array.from({ length: checkedCount(block) }, (_, index) => viewAt(block, index));
}

/**
 * Whether each row of the block has the checksum of its address. A damaged directory can hide a row under
 * another view's id, so "there is none" is only believed of a block that passes. Never throws.
 */
export function verifyBlock(namespace: string, blockId: string, entityKey: string, block: Buffer): boolean {
  try {
    const count = checkedCount(block);
    for (let i = 0; i < count; i += 1) {
      const seed = viewSeed(namespace, blockId, viewAt(block, i));
      if (!verifySeededRow(seed, entityKey, rowAt(block, count, i))) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** A new block with this one row. */
export function createBlock(view: number, row: Uint8Array): Buffer {
  return createBlockOf([view], [row]);
}

/** @param views ascending. @param rows one per view. */
export function createBlockOf(views: readonly number[], rows: readonly Uint8Array[]): Buffer {
  let bytes = DIRECTORY_START + ENTRY_BYTES * views.length;
  for (let i = 0; i < rows.length; i += 1) bytes += (rows[i] as Uint8Array).length;
  const block = Buffer.allocUnsafe(bytes);
  block[0] = BLOCK_FORMAT_VERSION;
  block.writeUInt16BE(views.length, COUNT_START);
  let start = DIRECTORY_START + ENTRY_BYTES * views.length;
  for (let i = 0; i < views.length; i += 1) {
    const row = rows[i] as Uint8Array;
    block.writeUInt32BE(views[i] as number, DIRECTORY_START + ENTRY_BYTES * i);
    block.writeUInt32BE(start, DIRECTORY_START + ENTRY_BYTES * i + 4);
    block.set(row, start);
    start += row.length;
  }
  return block;
}

// For blocks that `readBlock` has checked.

/** Which row the view at each place was in the block before: the blocks of a batch mostly have the same views. */
const foundBefore = new Uint16Array(64);

/**
 * @param place of the view among those asked for.
 * @returns which of the block's rows is the view's, negative where none is.
 */
export function findView(block: Uint8Array, view: number, place: number): number {
  const count = countOfRows(block);
  const guess = foundBefore[place] ?? count;
  if (guess < count && viewAt(block, guess) === view) return guess;
  const found = indexOfView(block, count, view);
  if (found >= 0) foundBefore[place] = found;
  return found;
}

export function rowStartAt(block: Uint8Array, index: number): number {
  return startAt(block, index);
}

/** @param end of the block. */
export function rowEndAt(block: Uint8Array, index: number, end: number): number {
  return index + 1 < countOfRows(block) ? startAt(block, index + 1) : end;
}

/**
 * Puts a row into its block if it is newer than the one that stands there: by order key, and by the greater
 * bytes when that is equal. `conflict` tells that both have the same order key and different content.
 * @param block what stands in the store, or `undefined` when nothing does. Never changed.
 * @throws {BlockCorruptError} when the directory of `block` is damaged.
 */
export function mergeRow(
  block: Buffer | undefined,
  view: number,
  row: Uint8Array,
  maxBytes: number = BLOCK_MAX_BYTES,
): MergeResult {
  const count = block === undefined ? 0 : checkedCount(block);
  const found = block === undefined ? -1 : indexOfView(block, count, view);
  let conflict = false;
  let standingBytes = 0;
  if (block !== undefined && found >= 0) {
    const standing = rowAt(block, count, found);
    const order = compareRows(row, standing);
    conflict = order !== 0 && compareOrder(row, standing) === 0;
    if (order <= 0) return { outcome: 'KEPT', conflict };
    standingBytes = standing.length + ENTRY_BYTES;
  }
  const bytes = (block?.length ?? DIRECTORY_START) - standingBytes + ENTRY_BYTES + row.length;
  if (bytes > maxBytes) return { outcome: 'TOO_LARGE', bytes };
  const index = found >= 0 ? found : insertionIndex(block, count, view);
  return { outcome: 'WRITTEN', block: replaceRow(block, count, index, found >= 0, view, row), conflict };
}

/** One allocation: the directory is written anew, the rows before and after `index` are copied as they are. */
function replaceRow(
  block: Buffer | undefined,
  count: number,
  index: number,
  replaces: boolean,
  view: number,
  row: Uint8Array,
): Buffer {
  const newCount = replaces ? count : count + 1;
  const firstRow = DIRECTORY_START + ENTRY_BYTES * count;
  const beforeEnd = index < count ? startAt(block as Buffer, index) : (block?.length ?? firstRow);
  const afterStart = replaces ? endAt(block as Buffer, count, index) : beforeEnd;
  const beforeBytes = beforeEnd - firstRow;
  const afterBytes = (block?.length ?? firstRow) - afterStart;
  const newFirstRow = DIRECTORY_START + ENTRY_BYTES * newCount;
  const merged = Buffer.allocUnsafe(newFirstRow + beforeBytes + row.length + afterBytes);
  merged[0] = BLOCK_FORMAT_VERSION;
  merged.writeUInt16BE(newCount, COUNT_START);
  const rowStart = newFirstRow + beforeBytes;
  for (let i = 0; i < newCount; i += 1) {
    const entry = DIRECTORY_START + ENTRY_BYTES * i;
    if (i === index) {
      merged.writeUInt32BE(view, entry);
      merged.writeUInt32BE(rowStart, entry + 4);
      continue;
    }
    const from = i < index || replaces ? i : i - 1;
    const start = startAt(block as Buffer, from);
    const moved = i < index ? start - firstRow + newFirstRow : start - afterStart + rowStart + row.length;
    merged.writeUInt32BE(viewAt(block as Buffer, from), entry);
    merged.writeUInt32BE(moved, entry + 4);
  }
  block?.copy(merged, newFirstRow, firstRow, beforeEnd);
  merged.set(row, rowStart);
  block?.copy(merged, rowStart + row.length, afterStart);
  return merged;
}

/** Checks what the other functions rely on, so that no damaged directory can lead outside of the block. */
function checkedCount(block: Uint8Array, end: number = block.length): number {
  if (end < DIRECTORY_START) throw new BlockCorruptError(`it has ${end} bytes`);
  if (block[0] !== BLOCK_FORMAT_VERSION) {
    throw new BlockCorruptError(
      `its format version is ${block[0]}; this program reads ${BLOCK_FORMAT_VERSION}`,
    );
  }
  const count = countOfRows(block);
  const firstRow = DIRECTORY_START + ENTRY_BYTES * count;
  if (firstRow > end) throw new BlockCorruptError(`its directory of ${count} views is longer than itself`);
  const words = wordsOf(block);
  let entry = block.byteOffset + DIRECTORY_START;
  let start = firstRow;
  let view = -1;
  for (let i = 0; i < count; i += 1) {
    const nextView = words.getUint32(entry);
    const nextStart = words.getUint32(entry + 4);
    entry += ENTRY_BYTES;
    if (nextView <= view) throw new BlockCorruptError('its views are out of order');
    if (i === 0 ? nextStart !== firstRow : nextStart < start) {
      throw new BlockCorruptError('its rows are out of order');
    }
    view = nextView;
    start = nextStart;
  }
  // Without this, one flipped bit in the count of a block of one view would make its row vanish.
  if (count === 0 && end > firstRow) throw new BlockCorruptError('it has bytes but no view');
  if (start > end) throw new BlockCorruptError('its last row starts beyond its end');
  return count;
}

function indexOfView(block: Uint8Array, count: number, view: number): number {
  const index = insertionIndex(block, count, view);
  return index < count && viewAt(block, index) === view ? index : -1;
}

/** The first entry whose view id is not below `view`. */
function insertionIndex(block: Uint8Array | undefined, count: number, view: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (viewAt(block as Uint8Array, middle) < view) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rowAt(block: Buffer, count: number, index: number): Buffer {
  return block.subarray(startAt(block, index), endAt(block, count, index));
}

export function countOfRows(block: Uint8Array): number {
  return ((block[COUNT_START] as number) << 8) | (block[COUNT_START + 1] as number);
}

function viewAt(block: Uint8Array, index: number): number {
  return readUint32(block, DIRECTORY_START + ENTRY_BYTES * index);
}

function startAt(block: Uint8Array, index: number): number {
  return readUint32(block, DIRECTORY_START + ENTRY_BYTES * index + 4);
}

function endAt(block: Buffer, count: number, index: number): number {
  return index + 1 < count ? startAt(block, index + 1) : block.length;
}

/** As `readUInt32BE`, without its checks: callers have checked the directory's bounds, once per block. */
function readUint32(block: Uint8Array, at: number): number {
  return (
    (((block[at] as number) << 24) |
      ((block[at + 1] as number) << 16) |
      ((block[at + 2] as number) << 8) |
      (block[at + 3] as number)) >>>
    0
  );
}
