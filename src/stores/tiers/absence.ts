/**
 * Absence as a row, so that a hot tier can remember it: older than every row that anybody can write, so any
 * write replaces it, wherever rows are merged. It never leaves the tiers.
 */
import type { BlockRows } from '../online-store.ts';
import {
  createdTimeMsOf,
  encodeRow,
  isTombstone,
  orderKeyOf,
  ROW_MIN_BYTES,
  type RowAddress,
} from '../row-format.ts';

/** A row without a segment: what has another length needs no look at its bytes. */
const ABSENCE_BYTES = ROW_MIN_BYTES;

/** @param nowMs when the truth was asked and had nothing: of two absences the later one stands. */
export function absenceRow(address: RowAddress, nowMs: number): Buffer {
  return encodeRow(address, {
    eventTimeMs: 0,
    revision: 0,
    createdTimeMs: Math.max(0, Math.floor(nowMs)),
    layoutId: 0,
    tombstone: true,
    segments: [],
  });
}

/** Whether a look at the rows is worth it. */
export function mayHoldAbsence({ shortest }: BlockRows): boolean {
  return shortest <= ABSENCE_BYTES;
}

/** @param start where the row stands in `bytes`. */
export function isAbsence(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === ABSENCE_BYTES && isTombstone(bytes, start) && orderKeyOf(bytes, start) === 0;
}

/** Whether an absence may still be believed; one from the future is as good as one from the past is old. */
export function isFreshAbsence(bytes: Uint8Array, start: number, nowMs: number, lifeMs: number): boolean {
  return Math.abs(nowMs - createdTimeMsOf(bytes, start)) < lifeMs;
}
