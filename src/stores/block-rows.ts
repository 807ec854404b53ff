/** Looking at the rows of a block that was read, and making one of rows that come from several places. */
import { blockRows, countOfRows, createBlockOf, findView, rowEndAt, rowStartAt } from './block-format.ts';
import type { BlockRows } from './online-store.ts';

const EMPTY_BLOCK = createBlockOf([], []);

/** A block without a row. */
export function noRows(views: readonly number[]): BlockRows {
  return blockRows(EMPTY_BLOCK, EMPTY_BLOCK.length, views);
}

/**
 * For `rowStart` and `rowEnd`. @param place of the view among those asked for.
 * @returns negative where there is none.
 */
export function findRow({ bytes, views }: BlockRows, place: number): number {
  return findView(bytes, views[place] as number, place);
}

/** Where a row starts in the block's bytes. @param found by `findRow`. */
export function rowStart({ bytes }: BlockRows, found: number): number {
  return rowStartAt(bytes, found);
}

/** Where a row ends in the block's bytes. @param found by `findRow`. */
export function rowEnd({ bytes, end }: BlockRows, found: number): number {
  return rowEndAt(bytes, found, end);
}

export function hasRow(rows: BlockRows, place: number): boolean {
  return findRow(rows, place) >= 0;
}

/** Whether any view asked for has no row. */
export function lacksRow({ shortest, views }: BlockRows): boolean {
  return shortest === 0 && views.length > 0;
}

/** Whether any view asked for has a row. */
export function hasAnyRow(rows: BlockRows): boolean {
  if (rows.shortest > 0) return rows.views.length > 0;
  for (let place = 0; place < rows.views.length; place += 1) if (hasRow(rows, place)) return true;
  return false;
}

/** One row as a view on the bytes: an object, so not for serving. */
export function rowAt(rows: BlockRows, place: number): Buffer | undefined {
  const found = findRow(rows, place);
  return found < 0 ? undefined : rows.bytes.subarray(rowStart(rows, found), rowEnd(rows, found));
}

/** As `rowAt`, for all views asked for. */
export function listRows(rows: BlockRows): (Buffer | undefined)[] {
  return rows.views.map((_, place) => rowAt(rows, place));
}

/** Copies rows into a block of their own. @param rows one per view, in any order; of views that are there twice, the last. */
export function gatherRows(views: readonly number[], rows: readonly (Uint8Array | undefined)[]): BlockRows {
  const byView = new Map<number, Uint8Array>();
  for (let i = 0; i < views.length; i += 1) {
    const row = rows[i];
    if (row !== undefined) byView.set(views[i] as number, row);
  }
  const ids = [...byView.keys()].sort((a, b) => a - b);
  const bytes = createBlockOf(
    ids,
    ids.map((id) => byView.get(id) as Uint8Array),
  );
  return blockRows(bytes, bytes.length, views);
}

/**
 * The same rows in a buffer that has nothing else: for who keeps them. A row may be a part of a large network buffer,
 * which would stay as long as the row does.
 */
export function copyRows(rows: BlockRows): BlockRows {
  const isAll = countOfRows(rows.bytes) === rows.views.length && !lacksRow(rows);
  const copied = isAll ? rows : gatherRows(rows.views, listRows(rows));
  const bytes = Buffer.allocUnsafeSlow(copied.end);
  copied.bytes.copy(bytes, 0, 0, copied.end);
  return { ...copied, bytes };
}

/** As if there were no rows at some places. */
export function withoutRows(rows: BlockRows, places: readonly number[]): BlockRows {
  const fewer = listRows(rows);
  for (const place of places) fewer[place] = undefined;
  return gatherRows(rows.views, fewer);
}

/** @param places where the rows of `others` belong among those of `rows`, one per view of `others`. */
export function withRows(rows: BlockRows, places: readonly number[], others: BlockRows): BlockRows {
  const all = listRows(rows);
  for (let i = 0; i < places.length; i += 1) all[places[i] as number] = rowAt(others, i);
  return gatherRows(rows.views, all);
}
