/** A tenant's budget as its store has it, for rows about budgets. */
import { randomUUID } from 'node:crypto';
import type { BudgetState, BudgetStore } from '../../src/stores/budget-store.ts';
import { isStoreFailure } from '../../src/stores/online-store.ts';
import { settingsOf, type TenantBudget } from '../../src/tenancy/budget/tenant-budget.ts';
import { wait } from './fault-row.ts';

export async function lookAt(store: BudgetStore, tenant: string, budget: TenantBudget): Promise<BudgetState> {
  const [slot] = await store.lookMany([{ tenant, limits: settingsOf(budget).limits }]);
  if (slot === undefined || slot === 'NONE' || isStoreFailure(slot)) throw new Error(JSON.stringify(slot));
  return slot;
}

/** A young server has little yet: what would have come is let come at once. */
export async function fillBudget(store: BudgetStore, tenant: string, budget: TenantBudget): Promise<void> {
  const nothing = { giveBack: 0, keeps: 0, need: 0, wanted: 0, spare: 0, slots: 0, slotsUsed: 0 };
  const limits = { ...settingsOf(budget).limits, perSecond: 1_000_000_000 };
  const holder = randomUUID();
  const giveUpAtMs = performance.now() + 10_000;
  for (let number = 1; performance.now() < giveUpAtMs; number += 1) {
    await store.exchangeMany([{ ...nothing, tenant, limits, holder, number }]);
    if ((await lookAt(store, tenant, budget)).levelMilli === budget.burst * 1000) return;
    await wait(20);
  }
  throw new Error(`The budget of ${tenant} did not fill.`);
}
