/** What a tenant is told whose budget does not let a request. */
import { FeaturegraphError } from '../../core/errors.ts';
import type { BudgetLimits } from '../../stores/budget-store.ts';
import type { Shortage } from './tenant-account.ts';

export function budgetRefusal(
  why: Shortage,
  retryAfterSeconds: number,
  cost: number,
  limits: BudgetLimits,
): FeaturegraphError {
  const details = { retryAfterSeconds, requestedQueryCost: cost };
  const again = `Retry after ${retryAfterSeconds} s.`;
  switch (why) {
    case 'BUDGET':
      return new FeaturegraphError(
        'RATE_LIMITED',
        `The request costs up to ${cost}, and the budget has less left; it fills by ${limits.perSecond} a second, up to ${limits.burst}. ${again}`,
        details,
      );
    case 'IN_FLIGHT':
      return new FeaturegraphError(
        'RATE_LIMITED',
        `${limits.inFlight} requests of this tenant run already, and no more may at once. Wait for answers, or retry after ${retryAfterSeconds} s.`,
        details,
      );
    case 'QUOTA':
      return new FeaturegraphError(
        'QUOTA_EXCEEDED',
        `The request costs up to ${cost}, and of today’s ${limits.dailyQuota} less is left. The day ends at midnight of UTC. ${again}`,
        details,
      );
    case 'STORE':
    case 'CORRUPT':
      return new FeaturegraphError(
        'BUDGET_UNAVAILABLE',
        `Nobody can tell what is left of the budget just now. ${again}`,
        details,
      );
  }
}

/** @returns what to say of a cost that no waiting makes possible. */
export function neverEnough(cost: number, limits: BudgetLimits): FeaturegraphError | null {
  const most = Math.min(limits.burst + limits.overdraft, limits.dailyQuota ?? Number.POSITIVE_INFINITY);
  if (cost <= most) return null;
  return new FeaturegraphError(
    'COST_ESTIMATED_TOO_EXPENSIVE',
    `The request costs up to ${cost}, and the tenant’s budget never has more than ${most}. Ask for fewer keys or fields at once, or have the budget raised.`,
    { requestedQueryCost: cost, maximum: most },
  );
}
