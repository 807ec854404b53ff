/** Rows, keys and short forms of slots for the contracts: each row tells in its text which one it is. */
import { randomUUID } from 'node:crypto';
import { encodeEntityKey } from '../../src/core/entity-key.ts';
import { listRows, rowAt } from '../../src/stores/block-rows.ts';
import {
  type BlockKey,
  type BlockSlot,
  type EraseSlot,
  isStoreFailure,
  type RowWrite,
  type WriteSlot,
} from '../../src/stores/online-store.ts';
import { compareRows, encodeRow, isTombstone, segmentOf } from '../../src/stores/row-format.ts';

/** In the past, because a store may compare event times with the time of an erasure. */
export const CONTRACT_TIME_MS = Date.UTC(2025, 0, 1);

export interface ContractRow extends BlockKey {
  readonly view: number;
  readonly eventTimeMs?: number;
  readonly revision?: number;
  readonly text?: string;
  readonly tombstone?: boolean;
}

/** A key that no other test has, where not told otherwise. */
export function keyOf(
  given: { namespace?: string; block?: string; parts?: readonly string[] } = {},
): BlockKey {
  const entityKey = encodeEntityKey(given.parts ?? ['N102UW']);
  if (typeof entityKey !== 'string') throw new TypeError(entityKey.message);
  return { namespace: given.namespace ?? randomUUID(), block: given.block ?? 'fleet.Aircraft', entityKey };
}

export function writeOf(given: ContractRow): RowWrite & { readonly row: Buffer } {
  const { namespace, block, entityKey, view } = given;
  const eventTimeMs = given.eventTimeMs ?? CONTRACT_TIME_MS;
  const content = {
    eventTimeMs,
    revision: given.revision ?? 0,
    createdTimeMs: eventTimeMs,
    layoutId: 1,
    tombstone: given.tombstone ?? false,
    segments: given.tombstone ? [] : [Buffer.from(JSON.stringify(given.text ?? '')), undefined],
  };
  return {
    namespace,
    block,
    entityKey,
    view,
    row: encodeRow({ namespace, block, view, entityKey }, content),
  };
}

/** WRITTEN, KEPT, UNTOLD, ERASED, or why not. */
export function outcomesOf(slots: readonly (WriteSlot | EraseSlot)[]): string[] {
  return slots.map((slot) => ('failed' in slot ? slot.failed : slot.outcome));
}

/** The first row of a slot. @throws when it failed or has none. */
export function rowOf(slot: BlockSlot | undefined): Buffer {
  const row = slot === undefined || isStoreFailure(slot) ? undefined : rowAt(slot, 0);
  if (row === undefined) throw new Error(`Expected a row, got ${JSON.stringify(slot)}.`);
  return row;
}

/** The rows of slots, `undefined` where there is none; what is no rows stays as it is. */
export function rowsOf<Slot extends BlockSlot | string>(slots: readonly Slot[]): unknown[] {
  return slots.map((slot) => (typeof slot === 'string' || isStoreFailure(slot) ? slot : listRows(slot)));
}

/** The texts of a slot's rows, `undefined` where there is none. @throws when it failed. */
export function textsOf(slot: BlockSlot | undefined): (string | undefined)[] {
  if (slot === undefined || isStoreFailure(slot))
    throw new Error(`Expected rows, got ${JSON.stringify(slot)}.`);
  return listRows(slot).map((row) => {
    if (row === undefined) return undefined;
    return isTombstone(row) ? 'deleted' : (JSON.parse(String(segmentOf(row, 0))) as string);
  });
}

/** The row that must stand after all of `writes`, in any order. */
export function newestOf(writes: readonly RowWrite[], key: BlockKey, view: number): Uint8Array | undefined {
  return writes
    .filter(
      (w) =>
        w.view === view &&
        w.namespace === key.namespace &&
        w.block === key.block &&
        w.entityKey === key.entityKey,
    )
    .map((w) => w.row)
    .reduce<Uint8Array | undefined>((a, b) => (a === undefined || compareRows(b, a) > 0 ? b : a), undefined);
}
