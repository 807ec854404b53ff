import type { PriorityClass } from '../priority-class.ts';
import type { Taken } from './tenant-account.ts';

/**
 * How a request was let that has more to tell than that its budget had enough. OVERDRAWN: on credit. LOCAL: the store
 * of budgets could not be asked. MEASURED: it would be refused where the budget is enforced.
 */
export type BudgetMark = 'OVERDRAWN' | 'LOCAL' | 'MEASURED';

/** A request that may run. */
export interface Admission {
  mark: BudgetMark | null;
  readonly priority: PriorityClass;
  /** Once, with what it cost, whatever became of it; the second time changes nothing. */
  settle(actual: number): void;
  /** Units that were taken for it after it was let. */
  adopt(taken: Taken): void;
}

export function admissionOf(
  first: Taken | null,
  mark: BudgetMark | null,
  priority: PriorityClass,
): Admission {
  let taken = first;
  let cost: number | null = null;
  return {
    mark,
    priority,
    settle(actual) {
      cost ??= actual;
      taken?.settle(cost);
    },
    adopt(later) {
      taken = later;
      if (cost !== null) later.settle(cost);
    },
  };
}
