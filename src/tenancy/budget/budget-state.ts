import type { BudgetLimits } from '../../stores/budget-store.ts';

/** A tenant's budget as far as this process knows: other processes spend of it at the same time. */
export interface BudgetState {
  readonly limits: BudgetLimits;
  /** Units; below 0 where the overdraft is used. */
  readonly available: number;
  readonly usedToday: number;
  readonly dayEndsInMs: number;
}
