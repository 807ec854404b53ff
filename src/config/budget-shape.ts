import { z } from 'zod';
import { NAME_MAX_BYTES } from '../core/bounds.ts';
import { UNITS_MAX } from '../stores/budget-store.ts';
import { DEFAULT_TIER, type StoresOptions } from '../stores/store-options.ts';
import {
  BUDGET_MODES,
  IN_FLIGHT_MAX,
  RESERVE_PERCENT_MAX,
  STORE_FAILURE_CHOICES,
  type TenantBudget,
  WEIGHT_MAX,
} from '../tenancy/budget/tenant-budget.ts';
import { PRIORITY_CLASSES } from '../tenancy/priority-class.ts';
import type { ConfigProblem } from './config-problem.ts';

/** What the configuration says about budgets: where they are kept, and what a tenant has that was given none. */
const name = z.string().min(1).max(NAME_MAX_BYTES);
const units = z.int().min(1).max(UNITS_MAX);

const mode = z
  .enum(BUDGET_MODES)
  .optional()
  .describe('ENFORCE; MEASURE refuses nothing, and counts what would have been');

const priority = z
  .enum(PRIORITY_CLASSES)
  .optional()
  .describe('INTERACTIVE; BATCH leaves a reserve to the tenant’s other requests, and waits behind them');

const tenantBudget = z.strictObject({
  burst: units.describe('most units that gather'),
  perSecond: units.describe('units that come back each second'),
  overdraft: z.int().min(0).max(UNITS_MAX).optional().describe('units on credit, told in a header; 0'),
  dailyQuota: units.optional().describe('units of one day of UTC; any number where not given'),
  inFlight: z
    .int()
    .min(1)
    .max(IN_FLIGHT_MAX)
    .optional()
    .describe('requests at once, in all processes; any number where not given'),
  mode,
  whenStoreFails: z
    .enum(STORE_FAILURE_CHOICES)
    .optional()
    .describe('LOCAL: a tenth of the budget in each process, told in a header; or REFUSE'),
  weight: z
    .int()
    .min(1)
    .max(WEIGHT_MAX)
    .optional()
    .describe('share of a process that has more to do than it can, against other tenants’; 1'),
  priority,
  reservePercent: z
    .int()
    .min(0)
    .max(RESERVE_PERCENT_MAX)
    .optional()
    .describe('part of burst, dailyQuota and inFlight that BATCH leaves, with all of the overdraft; 25'),
  operations: z
    .record(name, z.strictObject({ mode, priority }))
    .optional()
    .describe('by the name of a document of the manifest'),
});

export const budgetsShape = z
  .strictObject({
    store: name
      .optional()
      .describe('redis or lmdb, by name; the default tier’s hot store where not given, else its warm one'),
    leaseTimeoutMs: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('longest that a request waits for that store: 10 for redis, 1000 for lmdb'),
    default: tenantBudget.optional().describe('of a tenant that has none of its own; none where not given'),
  })
  .optional()
  .describe('what tenants may spend; without it nobody is refused for what requests cost');

/** The embedded store answers when a disk has, which others use too. */
const LEASE_TIMEOUT_MS = { redis: 10, lmdb: 1000 };

export interface BudgetsOptions {
  readonly store: string;
  readonly leaseTimeoutMs: number;
  readonly default: TenantBudget | null;
}

export function resolveBudgets(
  budgets: z.output<typeof budgetsShape>,
  { stores, tiers }: Pick<StoresOptions, 'stores' | 'tiers'>,
  problems: ConfigProblem[],
): BudgetsOptions | null {
  if (budgets === undefined) return null;
  const tier = tiers[DEFAULT_TIER];
  const store = budgets.store ?? tier?.hot ?? tier?.warm ?? '';
  const kind = stores[store]?.kind;
  if (kind !== 'redis' && kind !== 'lmdb') {
    const fit = Object.keys(stores).filter((one) => stores[one]?.kind !== 'cassandra');
    problems.push({
      key: 'budgets.store',
      problem: `expected a store of kind redis or lmdb (${fit.join(', ')}), got ${store}${kind === undefined ? '' : `, of kind ${kind}`}`,
    });
  }
  const leaseTimeoutMs = budgets.leaseTimeoutMs ?? LEASE_TIMEOUT_MS[kind === 'lmdb' ? 'lmdb' : 'redis'];
  return { store, leaseTimeoutMs, default: budgets.default ?? null };
}
