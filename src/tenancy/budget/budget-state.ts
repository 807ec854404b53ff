import type { PriorityClass } from '../priority-class.ts';

/** What a class of a tenant's requests may spend, as far as this process knows: others spend of it at the same time. */
export interface BudgetState {
  readonly priority: PriorityClass;
  /** Most units that gather for it. */
  readonly maximum: number;
  readonly perSecond: number;
  /** Units; below 0 where the overdraft is used, or a part of what this class leaves. */
  readonly available: number;
  /** `null` for any number. */
  readonly dailyQuota: number | null;
  readonly usedToday: number;
  readonly dayEndsInMs: number;
}
