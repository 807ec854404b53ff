/**
 * The seam of a hot tier: a cache of whole blocks before a store that is the truth of them. A block that is here
 * has every row that the truth has of it, so a row that it lacks is known not to exist; a block that is missing
 * says nothing.
 */
import type {
  BlockKey,
  BlockRead,
  BlockSlot,
  EraseSlot,
  RowWrite,
  StoreCallOptions,
  StoreFailure,
  StoreHealth,
} from './online-store.ts';

/** `MISSING`: the block is not here; ask the truth. */
export type HotSlot = BlockSlot | 'MISSING';

/** MISSING: the block is not here, so nothing was merged; read the truth and promote it. */
export type MergeSlot = { readonly outcome: 'WRITTEN' | 'KEPT' | 'MISSING' } | StoreFailure;

/** All rows that the truth has of a block; none, to remember that it has none. */
export interface BlockPromotion extends BlockKey {
  readonly views: readonly number[];
  /** One per view. */
  readonly rows: readonly Uint8Array[];
  /** How long the block may stay, where it is not the store's own life: absence is remembered shortly. */
  readonly lifeMs?: number;
}

export type PromotionSlot = { readonly outcome: 'PROMOTED' | 'KEPT' } | StoreFailure;

export interface HotStore {
  readMany(reads: readonly BlockRead[], options?: StoreCallOptions): Promise<HotSlot[]>;
  /** Merges rows, newest wins, into blocks that are here; their lives stay as they are. */
  mergeMany(writes: readonly RowWrite[], options?: StoreCallOptions): Promise<MergeSlot[]>;
  /** Makes blocks here, or merges into them row by row, newest wins, and gives them a new life. */
  promoteMany(promotions: readonly BlockPromotion[], options?: StoreCallOptions): Promise<PromotionSlot[]>;
  eraseMany(keys: readonly BlockKey[]): Promise<EraseSlot[]>;
  check(): Promise<StoreHealth>;
}
