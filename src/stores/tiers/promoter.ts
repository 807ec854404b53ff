import type { Clock } from '../../core/clock.ts';
import { hasAnyRow, rowAt } from '../block-rows.ts';
import type { BlockPromotion, PromotionSlot } from '../hot-store.ts';
import { type BlockKey, type BlockRows, isStoreFailure, type RowWrite } from '../online-store.ts';
import { verifyRow } from '../row-format.ts';
import { absenceRow } from './absence.ts';
import type { TierMetrics } from './tier-metrics.ts';
import type { TierLimits } from './tier-options.ts';
import type { TierStores } from './tier-stores.ts';

/**
 * Puts what the truth has, and what it has not, into the hot tier. Nobody waits for it but a writer; when it
 * fails, the next reader asks the truth again.
 */
export interface PromoterParts {
  readonly stores: TierStores;
  readonly limits: TierLimits;
  readonly clock: Clock;
  readonly metrics: TierMetrics;
}

/** What the truth has of a block. */
export interface FoundRows extends BlockKey {
  readonly views: readonly number[];
  /** Of these views; where it has no row, the truth has none. */
  readonly rows: BlockRows;
}

/** Blocks on their way: where hot is slow, rather none is promoted than that memory fills. */
const BLOCKS_UNDER_WAY_MAX = 20_000;

export class Promoter {
  readonly #parts: PromoterParts;
  #underWay = 0;

  constructor(parts: PromoterParts) {
    this.#parts = parts;
  }

  /** For blocks whose lease was asked for with this token before the truth was read. Never rejects. */
  async promote(found: readonly FoundRows[], token: string): Promise<void> {
    const promotions = this.#take(found).map((block) => this.#promotionOf(block));
    const good = promotions.filter((promotion) => promotion !== undefined);
    const slots = await this.#parts.stores.promoteHot(good, token);
    const unreadable: BlockKey[] = [];
    for (let i = 0; i < slots.length; i += 1) {
      const slot = slots[i] as PromotionSlot;
      const isFailed = isStoreFailure(slot);
      this.#parts.metrics.countPromotion(isFailed ? 'failed' : slot.outcome.toLowerCase());
      if (isFailed && slot.failed === 'CORRUPT') unreadable.push(good[i] as BlockPromotion);
    }
    // Something else stands under the key, which a reader may not have seen: it would be in the way for ever.
    await this.#parts.stores.eraseHot(unreadable);
    this.#underWay -= promotions.length;
  }

  /** For blocks that hot has, with absences that have ended: something newer only, and nothing that is not there. */
  async renew(found: readonly FoundRows[]): Promise<void> {
    const blocks = this.#take(found);
    const writes = blocks.flatMap((block) =>
      this.#rowsOf(block).map((row, i): RowWrite => {
        const { namespace, block: blockId, entityKey, views } = block;
        return { namespace, block: blockId, entityKey, view: views[i] as number, row };
      }),
    );
    await this.#parts.stores.mergeHot(writes, undefined);
    this.#underWay -= blocks.length;
  }

  #take(found: readonly FoundRows[]): readonly FoundRows[] {
    const taken = this.#underWay + found.length > BLOCKS_UNDER_WAY_MAX ? [] : found;
    this.#underWay += taken.length;
    return taken;
  }

  #promotionOf(found: FoundRows): BlockPromotion | undefined {
    const { namespace, block, entityKey, views } = found;
    const rows = this.#rowsOf(found);
    // A row that is damaged on the way is not spread further.
    const isWhole = rows.every((row, i) =>
      verifyRow({ namespace, block, entityKey, view: views[i] as number }, row),
    );
    if (!isWhole || rows.length === 0) return undefined;
    const promotion = { namespace, block, entityKey, views, rows };
    if (hasAnyRow(found.rows)) return promotion;
    return { ...promotion, lifeMs: this.#parts.limits.absenceLifeMs };
  }

  #rowsOf({ namespace, block, entityKey, views, rows }: FoundRows): Uint8Array[] {
    const nowMs = this.#parts.clock.nowMs();
    return views.map((view, i) => rowAt(rows, i) ?? absenceRow({ namespace, block, entityKey, view }, nowMs));
  }
}
