/** Budgets over a real store, as a process of the product has them. */
import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { createMetrics, type Metrics } from '../../../src/observability/metrics.ts';
import type { BudgetStore } from '../../../src/stores/budget-store.ts';
import { createLmdbBudgetStore } from '../../../src/stores/lmdb/lmdb-budget-store.ts';
import { openLmdbEnvironment } from '../../../src/stores/lmdb/lmdb-environment.ts';
import { isStoreFailure } from '../../../src/stores/online-store.ts';
import { RedisBudgetStore } from '../../../src/stores/redis/redis-budget-store.ts';
import { openRedisConnection } from '../../../src/stores/redis/redis-connection.ts';
import { StoreBreaker } from '../../../src/stores/tiers/store-breaker.ts';
import { Budgets } from '../../../src/tenancy/budget/budgets.ts';
import { guardedExchange } from '../../../src/tenancy/budget/guarded-exchange.ts';
import type { TenantBudget } from '../../../src/tenancy/budget/tenant-budget.ts';

/** A busy machine is no store that fails. */
const COMMAND_TIMEOUT_MS = 20_000;

/** `redis:<port>` or `lmdb:<folder>`. */
export type StorePlace = string;

export async function openBudgetStore(place: StorePlace, clock: Clock = systemClock): Promise<BudgetStore> {
  const [kind, ...rest] = place.split(':');
  const at = rest.join(':');
  if (kind === 'lmdb') {
    const environment = await openLmdbEnvironment({ folder: at });
    const store = createLmdbBudgetStore(environment, {
      ...systemClock,
      commandTimeoutMs: COMMAND_TIMEOUT_MS,
    });
    return { ...store, close: () => environment.close() };
  }
  const nodes = [{ host: '127.0.0.1', port: Number(at) }];
  const connection = await openRedisConnection({ mode: 'SINGLE', nodes }, Math.random);
  const store = new RedisBudgetStore(connection, { clock, commandTimeoutMs: COMMAND_TIMEOUT_MS });
  return {
    exchangeMany: (...given) => store.exchangeMany(...given),
    lookMany: (...given) => store.lookMany(...given),
    check: () => store.check(),
    close: async () => connection.close(),
  };
}

export interface TestBudgets {
  readonly budgets: Budgets;
  readonly metrics: Metrics;
  /** Exchanges by how they ended: `done`, or why not. */
  readonly exchanges: Map<string, number>;
}

export interface TestOptions {
  readonly budgetOf: (tenant: string) => TenantBudget | undefined;
  readonly leaseTimeoutMs?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export function budgetsOver(store: BudgetStore, options: TestOptions): TestBudgets {
  const { budgetOf, leaseTimeoutMs = 1000, clock = systemClock, random = Math.random } = options;
  const metrics = createMetrics();
  const exchanges = new Map<string, number>();
  const send = guardedExchange({
    ...{ store, leaseTimeoutMs, breaker: new StoreBreaker() },
    onAnswer: (slot) => {
      const result = isStoreFailure(slot) ? slot.failed : 'done';
      exchanges.set(result, (exchanges.get(result) ?? 0) + 1);
    },
  });
  const parts = { send, clock, random, leaseTimeoutMs, budgetOf, metrics, newHolder: randomUUID };
  return { budgets: new Budgets(parts), metrics, exchanges };
}
