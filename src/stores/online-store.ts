import type { EntityKey } from '../core/entity-key.ts';

/**
 * Why a key could not be read or written. Never "not found": that is an empty slot. CORRUPT: what stands under the key
 * is not what was put there. FULL: the store works, and has no room for it now: its memory
 * is used up, or the place is being moved.
 */
export type StoreFailureReason = 'TIMEOUT' | 'UNAVAILABLE' | 'CORRUPT' | 'TOO_LARGE' | 'FULL';

export interface StoreFailure {
  readonly failed: StoreFailureReason;
  /** For the log; never shown to a client. */
  readonly detail: string;
}

/** The address of a block: one key to read. `namespace` and `block` are plain text; stores encode them. */
export interface BlockKey {
  readonly namespace: string;
  readonly block: string;
  /** Encoded by `encodeEntityKey`. */
  readonly entityKey: EntityKey;
}

export interface BlockRead extends BlockKey {
  /** Ids of the views wanted of the block. */
  readonly views: readonly number[];
}

/**
 * The rows of the views asked for, as the bytes of their block (`block-format.ts`): serving copies values out of it,
 * without an object for each row. `block-rows.ts` has the ways to look at them. Never changed once they are given.
 */
export interface BlockRows {
  /** A block, whose directory was checked; it may have rows of other views, too. */
  readonly bytes: Buffer;
  /** Where the block ends in `bytes`. */
  readonly end: number;
  /** Those asked for, in that order. */
  readonly views: readonly number[];
  /** Bytes of the shortest of their rows; 0 where one has none. Of all that are there, so that few are looked at. */
  readonly shortest: number;
}
export type BlockSlot = BlockRows | StoreFailure;

export interface RowWrite extends BlockKey {
  readonly view: number;
  /** A packed row (`row-format.ts`): its order key decides which of two rows stays. */
  readonly row: Uint8Array;
}

/** WRITTEN: the row stands now. KEPT: a row at least as new stood already. A store may not be able to tell. */
export type WriteSlot = { readonly outcome: 'WRITTEN' | 'KEPT' | 'UNTOLD' } | StoreFailure;
export type EraseSlot = { readonly outcome: 'ERASED' } | StoreFailure;

export interface StoreCallOptions {
  /** `clock.monotonicMs()` after which the answer is of no use; the store answers TIMEOUT by then. */
  readonly deadlineAtMs?: number;
  /** Read what a majority of all replicas agrees on, in every data centre; stores without replicas ignore it. */
  readonly quorum?: boolean;
  /** Read the store that is the truth, and nothing that was read before; stores without tiers ignore it. */
  readonly bypassCaches?: boolean;
}

export interface StoreHealth {
  readonly ok: boolean;
  readonly detail: string;
}

/**
 * Where the newest row of each (view, entity key) lives. Batch-first: one slot per key in, one slot per key
 * out, in the same order, so that one key's failure is that key's. No method rejects for a key's sake.
 */
/** Life of a row of a view of a block from its write on, in ms; for ever when `undefined`. */
export type LifeMsOf = (block: string, view: number) => number | undefined;

export interface OnlineStore {
  readMany(reads: readonly BlockRead[], options?: StoreCallOptions): Promise<BlockSlot[]>;
  /** Resolves when the rows would survive a crash of the process. Newest order key wins, atomically. */
  writeMany(writes: readonly RowWrite[], options?: StoreCallOptions): Promise<WriteSlot[]>;
  /** Physical removal of whole blocks, for erasure; a delete is a tombstone row through `writeMany`. */
  eraseMany(keys: readonly BlockKey[]): Promise<EraseSlot[]>;
  check(): Promise<StoreHealth>;
  close(): Promise<void>;
}

export function isStoreFailure(slot: object): slot is StoreFailure {
  return 'failed' in slot;
}
