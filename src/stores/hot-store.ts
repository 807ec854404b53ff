/**
 * The seam of a hot tier: a cache of blocks before a store that is the truth of them. It knows some rows of a
 * block, maybe none: a row that is not here says nothing, ask the truth. Absence is remembered as a row, too.
 *
 * What is read of the truth and put here must not arrive after something newer was written and forgotten again.
 * So a reader who misses asks for the block's lease before it reads the truth, a writer who finds its row missing takes
 * the lease over, and only who still has it may promote.
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

export interface HotCallOptions extends StoreCallOptions {
  /** Names this call as the holder of the leases that it gets; of no other call, of whichever process. */
  readonly token?: string;
}

/**
 * `MISSING`: nothing is known of the block. Nor is anything of a row that a slot does not have.
 * `UNLEASED`: rows are missing, and the lease was not had in time: who reads the truth now may not promote it.
 */
export type HotSlot = BlockSlot | 'MISSING' | 'UNLEASED';

/** MISSING: no row of this view is here, so nothing was merged and no older one can be promoted any more. */
export type MergeSlot = { readonly outcome: 'WRITTEN' | 'KEPT' | 'MISSING' } | StoreFailure;

/** Rows that the truth has of a block, at least one. */
export interface BlockPromotion extends BlockKey {
  readonly views: readonly number[];
  /** One per view. */
  readonly rows: readonly Uint8Array[];
  /** How long a block that is made may stay, where it is not the store's own life. */
  readonly lifeMs?: number;
}

/** DROPPED: the lease had ended, or was another's. */
export type PromotionSlot = { readonly outcome: 'PROMOTED' | 'KEPT' | 'DROPPED' } | StoreFailure;

/** Whether the tier cannot hold the block as it is: it must not stay as it was, and without it readers ask the truth. */
export function isUnfit({ failed }: StoreFailure): boolean {
  return failed === 'CORRUPT' || failed === 'TOO_LARGE' || failed === 'FULL';
}

export interface HotStore {
  /** With a token, asks for the leases of blocks of which a wanted row is missing. */
  readMany(reads: readonly BlockRead[], options?: HotCallOptions): Promise<HotSlot[]>;
  /**
   * Merges rows, newest wins, where rows of their views are. Ends the leases of blocks where not; with a token, that
   * has them from then on.
   */
  mergeMany(writes: readonly RowWrite[], options?: HotCallOptions): Promise<MergeSlot[]>;
  /** Adds rows or merges them, newest wins, into blocks whose lease the token still has. */
  promoteMany(promotions: readonly BlockPromotion[], options: HotCallOptions): Promise<PromotionSlot[]>;
  /** Removes blocks, and leases with them. */
  eraseMany(keys: readonly BlockKey[]): Promise<EraseSlot[]>;
  /** @param listener told when a server may be gone, and with it what it was told last: it was acknowledged. */
  onLoss(listener: () => void): void;
  check(): Promise<StoreHealth>;
}
