import type { Clock } from '../../core/clock.ts';
import type {
  BlockPromotion,
  HotCallOptions,
  HotSlot,
  HotStore,
  MergeSlot,
  PromotionSlot,
} from '../hot-store.ts';
import type {
  BlockKey,
  BlockRead,
  BlockSlot,
  EraseSlot,
  OnlineStore,
  RowWrite,
  StoreCallOptions,
  WriteSlot,
} from '../online-store.ts';
import { GuardedCalls } from './guarded-calls.ts';
import type { StoreBreaker } from './store-breaker.ts';
import type { TierLimits } from './tier-options.ts';

/** The stores under the tiers, each behind its breaker and within its budget. */
export interface TierStoreParts {
  readonly warm: OnlineStore;
  readonly warmBreaker: StoreBreaker;
  /** `null`: memory and warm alone. */
  readonly hot: HotStore | null;
  readonly hotBreaker: StoreBreaker;
  readonly clock: Clock;
  readonly limits: TierLimits;
}

/** Of reads that nobody waits for with a screen: of writers and of repairs. */
const PATIENT_BUDGET_MS = 2000;
const UNBOUNDED = Number.POSITIVE_INFINITY;

export class TierStores {
  readonly #warm: OnlineStore;
  readonly #hot: HotStore | null;
  readonly #warmCalls: GuardedCalls;
  readonly #hotCalls: GuardedCalls;
  readonly #clock: Clock;
  readonly #limits: TierLimits;

  constructor(parts: TierStoreParts) {
    this.#warm = parts.warm;
    this.#hot = parts.hot;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#warmCalls = new GuardedCalls('the warm tier', parts.warmBreaker, parts.clock);
    this.#hotCalls = new GuardedCalls('the hot tier', parts.hotBreaker, parts.clock);
  }

  get hasHot(): boolean {
    return this.#hot !== null;
  }

  readWarm(reads: readonly BlockRead[], options: StoreCallOptions): Promise<BlockSlot[]> {
    return this.#warmCalls.call(reads.length, this.#limits.warmBudgetMs, options, (o) =>
      this.#warm.readMany(reads, o),
    );
  }

  readWarmPatiently(reads: readonly BlockRead[], options: StoreCallOptions = {}): Promise<BlockSlot[]> {
    if (reads.length === 0) return NOTHING;
    return this.#warmCalls.call(reads.length, PATIENT_BUDGET_MS, options, (o) =>
      this.#warm.readMany(reads, o),
    );
  }

  writeWarm(writes: readonly RowWrite[], options: StoreCallOptions): Promise<WriteSlot[]> {
    // A writer's patience is the store's own; less time than a read gets says nothing about it.
    return this.#warmCalls.call(writes.length, UNBOUNDED, options, (o) => this.#warm.writeMany(writes, o));
  }

  eraseWarm(keys: readonly BlockKey[]): Promise<EraseSlot[]> {
    return this.#warmCalls.call(keys.length, UNBOUNDED, {}, () => this.#warm.eraseMany(keys));
  }

  /** @param lastDeadlineAtMs of those who wait; half of what remains is the next tier's. */
  readHot(reads: readonly BlockRead[], token: string, lastDeadlineAtMs: number): Promise<HotSlot[]> {
    const hot = this.#hot as HotStore;
    const nowMs = this.#clock.monotonicMs();
    const options: HotCallOptions = { token, deadlineAtMs: nowMs + (lastDeadlineAtMs - nowMs) / 2 };
    return this.#hotCalls.call<HotSlot, HotCallOptions>(
      reads.length,
      this.#limits.hotBudgetMs,
      lastDeadlineAtMs === UNBOUNDED ? { token } : options,
      (o) => hot.readMany(reads, o),
    );
  }

  mergeHot(
    writes: readonly RowWrite[],
    token: string | undefined,
    options: StoreCallOptions = {},
  ): Promise<MergeSlot[]> {
    const { hotBudgetMs } = this.#limits;
    if (writes.length === 0 || this.#hot === null) return NOTHING;
    const hot = this.#hot;
    return this.#hotCalls.call<MergeSlot, HotCallOptions>(
      writes.length,
      hotBudgetMs,
      token === undefined ? options : { ...options, token },
      (o) => hot.mergeMany(writes, o),
    );
  }

  promoteHot(promotions: readonly BlockPromotion[], token: string): Promise<PromotionSlot[]> {
    if (promotions.length === 0 || this.#hot === null) return NOTHING;
    const hot = this.#hot;
    return this.#hotCalls.call<PromotionSlot, HotCallOptions>(
      promotions.length,
      this.#limits.hotBudgetMs,
      { token },
      (o) => hot.promoteMany(promotions, o),
    );
  }

  eraseHot(keys: readonly BlockKey[]): Promise<EraseSlot[]> {
    if (keys.length === 0 || this.#hot === null) return NOTHING;
    const hot = this.#hot;
    return this.#hotCalls.call(keys.length, UNBOUNDED, {}, () => hot.eraseMany(keys));
  }

  /** @returns one line on both; not ok when either is not. */
  async check(): Promise<{ ok: boolean; detail: string }> {
    const warm = await this.#warm.check();
    const hot = (await this.#hot?.check()) ?? null;
    if (hot === null) return warm;
    return { ok: warm.ok && hot.ok, detail: `warm: ${warm.detail}; hot: ${hot.detail}` };
  }
}

const NOTHING: Promise<never[]> = Promise.resolve([]);
