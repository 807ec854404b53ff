/** What all tenants may spend in this process: who is let, who is refused, and what is told of it. */
import type { BudgetMetrics } from '../../observability/budget-metrics.ts';
import type { Tally } from '../../observability/tallies.ts';
import type { PriorityClass } from '../priority-class.ts';
import { type Admission, admissionOf, type BudgetMark } from './admission.ts';
import { budgetRefusal, neverEnough } from './budget-refusal.ts';
import type { BudgetState } from './budget-state.ts';
import type { Refused, Taken } from './tenant-account.ts';
import type { BudgetSettings, TenantBudget } from './tenant-budget.ts';
import { type SpendingLine, type SpendingParts, TenantSpending } from './tenant-spending.ts';

export interface BudgetsParts extends SpendingParts {
  /** As it is now; `undefined` for a tenant without one. Asked at each request. */
  readonly budgetOf: (tenant: string) => TenantBudget | undefined;
  readonly metrics: BudgetMetrics;
}

/** How often leases are looked after. */
const TEND_MS = 100;
/** What is kept of a tenant that holds nothing goes after so long. */
const FORGET_MS = 60_000;

export class Budgets {
  readonly #parts: BudgetsParts;
  readonly #tenants = new Map<string, TenantSpending>();
  readonly #let: Readonly<Record<PriorityClass, Tally>>;
  readonly #timer: NodeJS.Timeout;

  constructor(parts: BudgetsParts) {
    this.#parts = parts;
    const letOf = (priority: PriorityClass): Tally =>
      parts.metrics.budgetDecisions.tally({ decision: 'let', priority });
    this.#let = { INTERACTIVE: letOf('INTERACTIVE'), BATCH: letOf('BATCH') };
    this.#timer = setInterval(() => this.#tend(), TEND_MS);
    this.#timer.unref();
  }

  /**
   * @param operation its name where the operator knows it, as a document of the manifest: a name that anybody may give
   *   to a document of his own has no settings.
   * @param cost at most, in units. @returns `null` for a tenant without a budget.
   * @throws FeaturegraphError RATE_LIMITED, QUOTA_EXCEEDED, BUDGET_UNAVAILABLE, COST_ESTIMATED_TOO_EXPENSIVE
   */
  admit(tenant: string, operation: string | null, cost: number): Admission | Promise<Admission> | null {
    const spending = this.#spendingOf(tenant);
    if (spending === null) return null;
    const { settings } = spending;
    const own = operation === null ? undefined : settings.operations.get(operation);
    const priority = own?.priority ?? settings.priority;
    const limits = settings.limitsOf[priority];
    const mode = own?.mode ?? settings.mode;
    if (mode === 'ENFORCE') {
      const never = neverEnough(cost, limits);
      if (never !== null) throw never;
    }
    const line = spending.line(priority);
    const outcome = line.account.spend(cost, limits);
    if (mode === 'MEASURE') return this.#measured(outcome, priority);
    if (outcome instanceof Promise)
      return outcome.then((decided) => this.#enforced(spending, line, cost, decided));
    return this.#enforced(spending, line, cost, outcome);
  }

  /**
   * For what is told with an answer. @param operation as for `admit`.
   * @returns `null` for a tenant without a budget.
   */
  stateOf(tenant: string, operation: string | null): BudgetState | null {
    const spending = this.#spendingOf(tenant);
    if (spending === null) return null;
    const { operations, priority } = spending.settings;
    const own = operation === null ? undefined : operations.get(operation);
    return spending.state(own?.priority ?? priority, this.#parts.clock.monotonicMs());
  }

  settingsOf(tenant: string): BudgetSettings | null {
    return this.#spendingOf(tenant)?.settings ?? null;
  }

  /** Gives back what is held. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#tenants.values()].map((spending) => spending.close()));
  }

  #enforced(
    spending: TenantSpending,
    { priority, spread }: SpendingLine,
    cost: number,
    outcome: Taken | Refused,
  ): Admission {
    const { settings, local } = spending;
    const limits = settings.limitsOf[priority];
    if ('settle' in outcome) {
      const isOverdrawn =
        limits.overdraft > 0 && spending.available(priority, this.#parts.clock.monotonicMs()) < 0;
      return this.#admission(outcome, isOverdrawn ? 'OVERDRAWN' : null, priority);
    }
    const { why, retryAfterMs } = outcome;
    if (why === 'STORE' && settings.whenStoreFails === 'LOCAL' && local.take(cost, limits))
      return this.#admission(null, 'LOCAL', priority);
    this.#count(`refused_${why.toLowerCase()}`, priority);
    const seconds =
      why === 'BUDGET'
        ? spread.seconds(retryAfterMs, cost, limits.perSecond)
        : Math.max(1, Math.ceil(retryAfterMs / 1000));
    throw budgetRefusal(why, seconds, cost, limits);
  }

  #measured(outcome: Taken | Refused | Promise<Taken | Refused>, priority: PriorityClass): Admission {
    if (!(outcome instanceof Promise)) {
      const isThere = 'settle' in outcome;
      return this.#admission(isThere ? outcome : null, isThere ? null : 'MEASURED', priority);
    }
    // Nobody waits for what refuses nothing.
    const admission = admissionOf(null, null, priority);
    void outcome.then((decided) => {
      if ('settle' in decided) admission.adopt(decided);
      else admission.mark = 'MEASURED';
      this.#count('settle' in decided ? 'let' : 'measured', priority);
    });
    return admission;
  }

  #admission(taken: Taken | null, mark: BudgetMark | null, priority: PriorityClass): Admission {
    this.#count(mark?.toLowerCase() ?? 'let', priority);
    return admissionOf(taken, mark, priority);
  }

  #count(decision: string, priority: PriorityClass): void {
    const { budgetDecisions } = this.#parts.metrics;
    const tally = decision === 'let' ? this.#let[priority] : budgetDecisions.tally({ decision, priority });
    tally.count += 1;
  }

  #spendingOf(tenant: string): TenantSpending | null {
    const budget = this.#parts.budgetOf(tenant);
    if (budget === undefined) return null;
    let spending = this.#tenants.get(tenant);
    if (spending === undefined) {
      spending = new TenantSpending(tenant, budget, this.#parts);
      this.#tenants.set(tenant, spending);
    } else spending.follow(budget);
    return spending;
  }

  #tend(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const [tenant, spending] of this.#tenants) {
      spending.tend();
      if (spending.isIdle(nowMs, FORGET_MS)) this.#tenants.delete(tenant);
    }
  }
}
