/** What the store last told of a tenant's budget, to whichever of its leases in this process. */
import type { BudgetLimits, BudgetState } from '../../stores/budget-store.ts';

export class ToldBudget {
  #state: BudgetState | null = null;
  #atMs = 0;

  note(state: BudgetState, nowMs: number): void {
    this.#state = state;
    this.#atMs = nowMs;
  }

  /** Units in the bucket now, if nobody has taken any since; all where nothing was told. */
  units({ burst, perSecond }: BudgetLimits, nowMs: number): number {
    if (this.#state === null) return burst;
    return Math.floor((this.#state.levelMilli + (nowMs - this.#atMs) * perSecond) / 1000);
  }

  /** Units that the store takes for used: also those that are held. */
  usedToday(nowMs: number): number {
    return this.dayEndsInMs(nowMs) > 0 ? (this.#state?.usedToday ?? 0) : 0;
  }

  dayEndsInMs(nowMs: number): number {
    if (this.#state === null) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#atMs + this.#state.dayEndsInMs - nowMs);
  }
}
