/**
 * What one process has of one tenant's budget: a lease for each class of its requests. What one class has leased no
 * other spends, so that the reserve which the store keeps from BATCH reaches no BATCH request by way of a process.
 */
import { PRIORITY_CLASSES, type PriorityClass } from '../priority-class.ts';
import type { BudgetState } from './budget-state.ts';
import { LocalAllowance } from './local-allowance.ts';
import { RetrySpread } from './retry-spread.ts';
import { type AccountParts, TenantAccount } from './tenant-account.ts';
import { type BudgetSettings, settingsOf, type TenantBudget } from './tenant-budget.ts';
import { ToldBudget } from './told-budget.ts';

export interface SpendingParts extends AccountParts {
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly newHolder: () => string;
}

/** Of one class. */
export interface SpendingLine {
  readonly priority: PriorityClass;
  readonly account: TenantAccount;
  /** Those of a class that were refused wait for each other, and nobody of another class for them. */
  readonly spread: RetrySpread;
}

export class TenantSpending {
  readonly #tenant: string;
  readonly #parts: SpendingParts;
  readonly #told = new ToldBudget();
  readonly #lines: Partial<Record<PriorityClass, SpendingLine>> = {};
  readonly local: LocalAllowance;
  #budget: TenantBudget;
  #settings: BudgetSettings;

  constructor(tenant: string, budget: TenantBudget, parts: SpendingParts) {
    this.#tenant = tenant;
    this.#parts = parts;
    this.#budget = budget;
    this.#settings = settingsOf(budget);
    this.local = new LocalAllowance(parts.clock);
  }

  get settings(): BudgetSettings {
    return this.#settings;
  }

  /** As it is from now on. */
  follow(budget: TenantBudget): void {
    if (this.#budget === budget) return;
    this.#budget = budget;
    this.#settings = settingsOf(budget);
  }

  line(priority: PriorityClass): SpendingLine {
    const known = this.#lines[priority];
    if (known !== undefined) return known;
    const { clock, random, newHolder } = this.#parts;
    const account = new TenantAccount(this.#tenant, newHolder(), this.#told, this.#parts);
    const line = { priority, account, spread: new RetrySpread(clock, random) };
    this.#lines[priority] = line;
    return line;
  }

  /** Units that requests of the class could spend now in all processes together, as far as is known here. */
  available(priority: PriorityClass, nowMs: number): number {
    const limits = this.#settings.limitsOf[priority];
    const units = this.#told.units(limits, nowMs) + (this.#lines[priority]?.account.lease.units ?? 0);
    return Math.min(limits.burst, units) - (limits.reserve?.units ?? 0);
  }

  state(priority: PriorityClass, nowMs: number): BudgetState {
    const { burst, perSecond, dailyQuota, reserve } = this.#settings.limitsOf[priority];
    return {
      ...{ priority, perSecond },
      maximum: burst - (reserve?.units ?? 0),
      available: this.available(priority, nowMs),
      dailyQuota: dailyQuota === null ? null : dailyQuota - (reserve?.ofDay ?? 0),
      usedToday: Math.max(0, this.#told.usedToday(nowMs) - this.#unspent()),
      dayEndsInMs: this.#told.dayEndsInMs(nowMs),
    };
  }

  /** To be called every now and then. */
  tend(): void {
    for (const { priority, account } of this.#all()) account.tend(this.#settings.limitsOf[priority]);
  }

  /** Whether it can be forgotten. */
  isIdle(nowMs: number, sinceMs: number): boolean {
    return this.#all().every(({ account }) => account.isIdle(nowMs, sinceMs));
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#all().map(({ priority, account }) => account.close(this.#settings.limitsOf[priority])),
    );
  }

  #unspent(): number {
    let units = 0;
    for (const { account } of this.#all()) units += Math.max(0, account.lease.units);
    return units;
  }

  #all(): SpendingLine[] {
    return PRIORITY_CLASSES.map((priority) => this.#lines[priority]).filter((line) => line !== undefined);
  }
}
