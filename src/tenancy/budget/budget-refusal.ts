/** What a tenant is told whose budget does not let a request. */
import { FeaturegraphError } from '../../core/errors.ts';
import type { BudgetLimits } from '../../stores/budget-store.ts';
import type { Shortage } from './tenant-account.ts';

/** @param limits as they are for the request's class. */
export function budgetRefusal(
  why: Shortage,
  retryAfterSeconds: number,
  cost: number,
  limits: BudgetLimits,
): FeaturegraphError {
  const { burst, perSecond, inFlight, dailyQuota, reserve } = limits;
  const details = { retryAfterSeconds, requestedQueryCost: cost, ...priorityOf(limits) };
  const again = `Retry after ${retryAfterSeconds} s.`;
  const left = (units: number | undefined): string =>
    reserve === undefined ? '' : ` BATCH leaves ${units} of that to other requests of the tenant.`;
  switch (why) {
    case 'BUDGET':
      return new FeaturegraphError(
        'RATE_LIMITED',
        `The request costs up to ${cost}, and the budget has less left; it fills by ${perSecond} a second, up to ${burst}.${left(reserve?.units)} ${again}`,
        details,
      );
    case 'IN_FLIGHT':
      return new FeaturegraphError(
        'RATE_LIMITED',
        `${(inFlight ?? 0) - (reserve?.slots ?? 0)} requests of this tenant run already, and no more${reserve === undefined ? '' : ' of BATCH'} may at once. Wait for answers, or retry after ${retryAfterSeconds} s.`,
        details,
      );
    case 'QUOTA':
      return new FeaturegraphError(
        'QUOTA_EXCEEDED',
        `The request costs up to ${cost}, and of today’s ${dailyQuota} less is left.${left(reserve?.ofDay)} The day ends at midnight of UTC. ${again}`,
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
  const { burst, overdraft, dailyQuota, reserve } = limits;
  const ofBucket = burst + overdraft - (reserve?.units ?? 0);
  const most = Math.min(ofBucket, (dailyQuota ?? Number.POSITIVE_INFINITY) - (reserve?.ofDay ?? 0));
  if (cost <= most) return null;
  const whose = reserve === undefined ? '' : ' for BATCH';
  return new FeaturegraphError(
    'COST_ESTIMATED_TOO_EXPENSIVE',
    `The request costs up to ${cost}, and the tenant’s budget never has more than ${most}${whose}. Ask for fewer keys or fields at once, or have the budget raised.`,
    { requestedQueryCost: cost, maximum: most, ...priorityOf(limits) },
  );
}

/** Told where it is not what everybody has. */
function priorityOf({ reserve }: BudgetLimits): { readonly priority?: 'BATCH' } {
  return reserve === undefined ? {} : { priority: 'BATCH' };
}
