import type { Metrics } from '../../observability/metrics.ts';
import type { Tally } from '../../observability/tallies.ts';
import { BREAKER_STATE_VALUE, type BreakerState } from './store-breaker.ts';

/** What the tiers tell about themselves, under the names of their stores. */
export interface TierNames {
  readonly warm: string;
  readonly hot: string | null;
}

/** HIT: the tier had all rows wanted. STALE: what it had was too old to be used, or known to be behind. */
export type TierResult = 'hit' | 'miss' | 'stale' | 'failed';

export interface TierMetrics {
  countReads(tier: 'memory' | 'hot' | 'warm', result: TierResult, count: number): void;
  /** Promotions by what became of them: promoted, kept, dropped, failed. */
  countPromotion(result: string): void;
  /** Readers who were answered by a read that another had begun. */
  countShared(count: number): void;
  setRepairsPending(count: number): void;
}

export const NO_TIER_METRICS: TierMetrics = {
  countReads() {},
  countPromotion() {},
  countShared() {},
  setRepairsPending() {},
};

export function createTierMetrics(metrics: Metrics, names: TierNames): TierMetrics {
  const storeOf = { memory: 'memory', hot: names.hot ?? 'none', warm: names.warm };
  const store = names.hot ?? names.warm;
  const talliesOf = (tier: keyof typeof storeOf): Record<TierResult, Tally> => {
    const tally = (result: TierResult) => metrics.tierReads.tally({ tier, store: storeOf[tier], result });
    return { hit: tally('hit'), miss: tally('miss'), stale: tally('stale'), failed: tally('failed') };
  };
  const reads = { memory: talliesOf('memory'), hot: talliesOf('hot'), warm: talliesOf('warm') };
  return {
    countReads: (tier, result, count) => {
      reads[tier][result].count += count;
    },
    countPromotion: (result) => metrics.promotions.inc({ store, result }),
    countShared: (count) => metrics.sharedReads.inc({ store: names.warm }, count),
    setRepairsPending: (count) => metrics.repairsPending.set({ store }, count),
  };
}

/** For `StoreBreaker`'s `onState`. */
export function breakerGauge(metrics: Metrics, store: string): (state: BreakerState) => void {
  metrics.breakerState.set({ store }, BREAKER_STATE_VALUE.CLOSED);
  return (state) => metrics.breakerState.set({ store }, BREAKER_STATE_VALUE[state]);
}
