/** What all tenants may spend in this process: who is let, who is refused, and what is told of it. */
import type { Clock } from '../../core/clock.ts';
import type { BudgetMetrics } from '../../observability/budget-metrics.ts';
import { type Admission, admissionOf, type BudgetMark } from './admission.ts';
import { budgetRefusal, neverEnough } from './budget-refusal.ts';
import type { BudgetState } from './budget-state.ts';
import { LocalAllowance } from './local-allowance.ts';
import { RetrySpread } from './retry-spread.ts';
import { type AccountParts, type Refused, type Taken, TenantAccount } from './tenant-account.ts';
import { type BudgetSettings, settingsOf, type TenantBudget } from './tenant-budget.ts';

export interface BudgetsParts extends AccountParts {
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly newHolder: () => string;
  /** As it is now; `undefined` for a tenant without one. Asked at each request. */
  readonly budgetOf: (tenant: string) => TenantBudget | undefined;
  readonly metrics: BudgetMetrics;
}

interface Entry {
  readonly account: TenantAccount;
  readonly local: LocalAllowance;
  readonly spread: RetrySpread;
  budget: TenantBudget;
  settings: BudgetSettings;
}

/** How often leases are looked after. */
const TEND_MS = 100;
/** What is kept of a tenant that holds nothing goes after so long. */
const FORGET_MS = 60_000;

export class Budgets {
  readonly #parts: BudgetsParts;
  readonly #entries = new Map<string, Entry>();
  readonly #timer: NodeJS.Timeout;

  constructor(parts: BudgetsParts) {
    this.#parts = parts;
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
    const entry = this.#entryOf(tenant);
    if (entry === null) return null;
    const { settings, account } = entry;
    const mode = (operation === null ? undefined : settings.operations.get(operation)?.mode) ?? settings.mode;
    if (mode === 'ENFORCE') {
      const never = neverEnough(cost, settings.limits);
      if (never !== null) throw never;
    }
    const outcome = account.spend(cost, settings.limits);
    if (mode === 'MEASURE') return this.#measured(outcome);
    if (outcome instanceof Promise) return outcome.then((decided) => this.#enforced(entry, cost, decided));
    return this.#enforced(entry, cost, outcome);
  }

  /** For what is told with an answer. @returns `null` for a tenant without a budget. */
  stateOf(tenant: string): BudgetState | null {
    const entry = this.#entryOf(tenant);
    if (entry === null) return null;
    const nowMs = this.#parts.clock.monotonicMs();
    const { lease } = entry.account;
    const { limits } = entry.settings;
    return {
      limits,
      available: lease.available(limits, nowMs),
      usedToday: lease.usedToday(nowMs),
      dayEndsInMs: lease.dayEndsInMs(nowMs),
    };
  }

  settingsOf(tenant: string): BudgetSettings | null {
    return this.#entryOf(tenant)?.settings ?? null;
  }

  /** Gives back what is held. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(
      [...this.#entries.values()].map(({ account, settings }) => account.close(settings.limits)),
    );
  }

  #enforced(entry: Entry, cost: number, outcome: Taken | Refused): Admission {
    const { settings, account, local, spread } = entry;
    const { limits } = settings;
    if ('settle' in outcome) {
      const isOverdrawn = account.lease.available(limits, this.#parts.clock.monotonicMs()) < 0;
      return this.#let(outcome, isOverdrawn ? 'OVERDRAWN' : null);
    }
    const { why, retryAfterMs } = outcome;
    if (why === 'STORE' && settings.whenStoreFails === 'LOCAL' && local.take(cost, limits))
      return this.#let(null, 'LOCAL');
    this.#count(`refused_${why.toLowerCase()}`);
    const seconds =
      why === 'BUDGET'
        ? spread.seconds(retryAfterMs, cost, limits.perSecond)
        : Math.max(1, Math.ceil(retryAfterMs / 1000));
    throw budgetRefusal(why, seconds, cost, limits);
  }

  #measured(outcome: Taken | Refused | Promise<Taken | Refused>): Admission {
    if (!(outcome instanceof Promise)) {
      return 'settle' in outcome ? this.#let(outcome, null) : this.#let(null, 'MEASURED');
    }
    // Nobody waits for what refuses nothing.
    const admission = admissionOf(null, null);
    void outcome.then((decided) => {
      if ('settle' in decided) admission.adopt(decided);
      else admission.mark = 'MEASURED';
      this.#count('settle' in decided ? 'let' : 'measured');
    });
    return admission;
  }

  #let(taken: Taken | null, mark: BudgetMark | null): Admission {
    this.#count(mark?.toLowerCase() ?? 'let');
    return admissionOf(taken, mark);
  }

  #count(decision: string): void {
    this.#parts.metrics.budgetDecisions.inc({ decision });
  }

  #entryOf(tenant: string): Entry | null {
    const budget = this.#parts.budgetOf(tenant);
    if (budget === undefined) return null;
    let entry = this.#entries.get(tenant);
    if (entry === undefined) {
      const { clock, random, newHolder } = this.#parts;
      entry = {
        account: new TenantAccount(tenant, newHolder(), this.#parts),
        local: new LocalAllowance(clock),
        spread: new RetrySpread(clock, random),
        budget,
        settings: settingsOf(budget),
      };
      this.#entries.set(tenant, entry);
    } else if (entry.budget !== budget) {
      entry.budget = budget;
      entry.settings = settingsOf(budget);
    }
    return entry;
  }

  #tend(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const [tenant, { account, settings }] of this.#entries) {
      account.tend(settings.limits);
      if (account.isIdle(nowMs, FORGET_MS)) this.#entries.delete(tenant);
    }
  }
}
