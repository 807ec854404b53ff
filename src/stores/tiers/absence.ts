/**
 * Absence as a row, so that a hot tier can remember it: older than every row that anybody can write, so any
 * write replaces it, wherever rows are merged. It never leaves the tiers.
 */
import { encodeRow, isTombstone, orderKeyOf, type RowAddress, readRowHeader } from '../row-format.ts';

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

export function isAbsence(row: Uint8Array): boolean {
  return isTombstone(row) && orderKeyOf(row) === 0;
}

/** Whether an absence may still be believed; one from the future is as good as one from the past is old. */
export function isFreshAbsence(row: Uint8Array, nowMs: number, lifeMs: number): boolean {
  return Math.abs(nowMs - readRowHeader(row).createdTimeMs) < lifeMs;
}
