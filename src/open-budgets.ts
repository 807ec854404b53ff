/** What tenants may spend, as a program that serves them keeps it; and the store of it alone, for one that does not. */
import { randomUUID } from 'node:crypto';
import type { Config } from './config.ts';
import { systemClock } from './core/clock.ts';
import { systemRandom } from './core/random.ts';
import type { Logger } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';
import type { BudgetStore } from './stores/budget-store.ts';
import { failureReports } from './stores/failure-reports.ts';
import { isStoreFailure } from './stores/online-store.ts';
import { openNamedDatabase } from './stores/open-database.ts';
import type { StoreOptions } from './stores/store-options.ts';
import { StoreBreaker } from './stores/tiers/store-breaker.ts';
import { Budgets } from './tenancy/budget/budgets.ts';
import { guardedExchange } from './tenancy/budget/guarded-exchange.ts';
import type { TenantDirectory } from './tenancy/tenant-directory.ts';

export interface BudgetParts {
  /** `null` where there is none, and the configured budget is everybody's. */
  readonly directory: TenantDirectory | null;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** @returns `null` where the configuration has no budgets. */
export function openBudgets(
  { budgets }: Config,
  store: BudgetStore | null,
  { directory, logger, metrics }: BudgetParts,
): Budgets | null {
  if (budgets === null || store === null) return null;
  const { leaseTimeoutMs } = budgets;
  const note = failureReports(systemClock, (report) => logger.error(report, 'the store of budgets fails'));
  const send = guardedExchange({
    ...{ store, leaseTimeoutMs, breaker: new StoreBreaker() },
    onAnswer: (slot, { tenant }) => {
      metrics.budgetExchanges.inc({ result: isStoreFailure(slot) ? slot.failed.toLowerCase() : 'done' });
      if (!isStoreFailure(slot)) return;
      // One that is damaged is not told by telling another.
      const about = slot.failed === 'CORRUPT' ? `${budgets.store}, tenant ${tenant}` : budgets.store;
      note(about, { ...slot, detail: `${slot.detail} (asked for tenant ${tenant})` });
    },
  });
  const fallback = budgets.default ?? undefined;
  return new Budgets({
    ...{ send, leaseTimeoutMs, metrics, clock: systemClock, random: systemRandom, newHolder: randomUUID },
    budgetOf: (tenant) => directory?.lastKnown(tenant)?.budget ?? fallback,
  });
}

/** For a program that has no other store open. Closing it closes its connections. */
export async function openBudgetStore({ budgets, stores }: Config): Promise<BudgetStore | null> {
  if (budgets === null) return null;
  const database = await openNamedDatabase(budgets.store, stores[budgets.store] as StoreOptions, {
    clock: systemClock,
    random: systemRandom,
  });
  const store = database.openBudgets();
  return {
    exchangeMany: (...given) => store.exchangeMany(...given),
    lookMany: (...given) => store.lookMany(...given),
    check: () => store.check(),
    close: () => database.close(),
  };
}
