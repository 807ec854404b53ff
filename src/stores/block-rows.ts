/** Looking at the rows of a block, and putting rows of several buffers into one. */
import type { BlockRows } from './online-store.ts';

const NO_BYTES = Buffer.alloc(0);

/** A block without a row. @param count of the views asked for. */
export function noRows(count: number): BlockRows {
  return { bytes: NO_BYTES, bounds: new Array(2 * count).fill(0) };
}

/** @param place of the view among those asked for. */
export function hasRow({ bounds }: BlockRows, place: number): boolean {
  // No row is empty, so none ends at 0.
  return bounds[2 * place + 1] !== 0;
}

/** Whether any view asked for has no row. */
export function lacksRow({ bounds }: BlockRows): boolean {
  for (let i = 1; i < bounds.length; i += 2) if (bounds[i] === 0) return true;
  return false;
}

/** Whether any view asked for has a row. */
export function hasAnyRow({ bounds }: BlockRows): boolean {
  for (let i = 1; i < bounds.length; i += 2) if (bounds[i] !== 0) return true;
  return false;
}

/** One row as a view on the bytes: an object, so not for serving. */
export function rowAt({ bytes, bounds }: BlockRows, place: number): Buffer | undefined {
  const [start, end] = [bounds[2 * place] as number, bounds[2 * place + 1] as number];
  return end === 0 ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
}

/** As `rowAt`, for all views asked for. */
export function listRows(rows: BlockRows): (Buffer | undefined)[] {
  return Array.from({ length: rows.bounds.length / 2 }, (_, place) => rowAt(rows, place));
}

/** Copies rows of several buffers into one. */
export function gatherRows(rows: readonly (Uint8Array | undefined)[]): BlockRows {
  let byteCount = 0;
  for (let i = 0; i < rows.length; i += 1) byteCount += rows[i]?.length ?? 0;
  const bytes = Buffer.allocUnsafe(byteCount);
  const bounds: number[] = new Array(2 * rows.length).fill(0);
  let at = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i];
    if (row === undefined) continue;
    bytes.set(row, at);
    bounds[2 * i] = at;
    at += row.length;
    bounds[2 * i + 1] = at;
  }
  return { bytes, bounds };
}

/** The same rows in a buffer that has nothing else: for who keeps them longer than their neighbours. */
export function copyRows({ bytes, bounds }: BlockRows): BlockRows {
  let byteCount = 0;
  for (let i = 0; i < bounds.length; i += 2) byteCount += (bounds[i + 1] as number) - (bounds[i] as number);
  // Not of the pool, whose buffers are shared.
  const copy = Buffer.allocUnsafeSlow(byteCount);
  const places: number[] = new Array(bounds.length).fill(0);
  let at = 0;
  for (let i = 0; i < bounds.length; i += 2) {
    const end = bounds[i + 1] as number;
    if (end === 0) continue;
    places[i] = at;
    at += bytes.copy(copy, at, bounds[i], end);
    places[i + 1] = at;
  }
  return { bytes: copy, bounds: places };
}

/** The same bytes, as if there were no rows at some places. */
export function withoutRows({ bytes, bounds }: BlockRows, places: readonly number[]): BlockRows {
  const fewer = [...bounds];
  for (const place of places) fewer.fill(0, 2 * place, 2 * place + 2);
  return { bytes, bounds: fewer };
}

/** @param places where the rows of `others` belong among those of `rows`, one per view of `others`. */
export function withRows(rows: BlockRows, places: readonly number[], others: BlockRows): BlockRows {
  const all = listRows(rows);
  for (let i = 0; i < places.length; i += 1) all[places[i] as number] = rowAt(others, i);
  return gatherRows(all);
}
