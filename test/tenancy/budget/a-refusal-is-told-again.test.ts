/** A flood of requests beyond a budget is refused in the process, and is no load to the store that all tenants share. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { FeaturegraphError } from '../../../src/core/errors.ts';
import type { TenantBudget } from '../../../src/tenancy/budget/tenant-budget.ts';
import { fillBudget } from '../../faults/budget-in-store.ts';
import { budgetsOver, openBudgetStore } from './open-test-budgets.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-refusals-'));
const store = await openBudgetStore(`lmdb:${folder}`);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each<[string, TenantBudget, string]>([
  ['budget', { burst: 1000, perSecond: 1 }, 'RATE_LIMITED'],
  ['day’s quota', { burst: 10_000, perSecond: 1, dailyQuota: 1000 }, 'QUOTA_EXCEEDED'],
])('what a %s refused a moment ago is refused without asking the store', async (tenant, budget, code) => {
  await fillBudget(store, tenant, budget);
  // The process's stopwatch stands still; the store's clock goes on.
  let atMs = 1000;
  const clock = { ...systemClock, monotonicMs: () => atMs };
  const { budgets, exchanges } = budgetsOver(store, {
    ...{ budgetOf: () => budget, clock, random: () => 0, leaseTimeoutMs: 20_000 },
  });
  const refused = async (cost: number): Promise<unknown> => {
    try {
      await budgets.admit(tenant, null, cost);
      return null;
    } catch (error) {
      if (!(error instanceof FeaturegraphError)) throw error;
      return [error.code, Number(error.details.retryAfterSeconds) > 0];
    }
  };
  const asked = (): number => exchanges.get('done') ?? 0;
  await budgets.admit(tenant, null, 900);
  expect(await refused(500)).toEqual([code, true]);
  const before = asked();
  for (let i = 0; i < 100; i += 1) expect(await refused(400 + i)).toEqual([code, true]);
  expect(asked()).toBe(before);
  // What there still is, is let; and who asks later is decided by the store.
  expect(await refused(50)).toBe(null);
  expect(asked()).toBeGreaterThanOrEqual(before);
  expect(await refused(500)).toEqual([code, true]);
  const then = asked();
  atMs += 60;
  expect(await refused(500)).toEqual([code, true]);
  expect(asked()).toBe(then + 1);
  await budgets.close();
});
