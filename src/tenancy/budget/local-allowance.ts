/** What a tenant may spend in one process while the store of budgets cannot be asked: a tenth of its budget. */
import type { Clock } from '../../core/clock.ts';
import type { BudgetLimits } from '../../stores/budget-store.ts';

export const LOCAL_PART = 10;

export class LocalAllowance {
  readonly #clock: Clock;
  #units: number | null = null;
  #atMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns whether there was so much; a refusal takes nothing. */
  take(cost: number, { burst, perSecond, reserve }: BudgetLimits): boolean {
    const nowMs = this.#clock.monotonicMs();
    const most = burst / LOCAL_PART;
    const came = ((nowMs - this.#atMs) / 1000) * (perSecond / LOCAL_PART);
    const units = this.#units === null ? most : Math.min(most, this.#units + came);
    this.#atMs = nowMs;
    const suffices = units - (reserve?.units ?? 0) / LOCAL_PART >= cost;
    this.#units = suffices ? units - cost : units;
    return suffices;
  }
}
