import { type Clock, systemClock } from '../core/clock.ts';
import type { BudgetStore } from './budget-store.ts';
import { CassandraClient } from './cassandra/cassandra-client.ts';
import { createCassandraLayoutStore } from './cassandra/cassandra-layout-store.ts';
import { createCassandraOnlineStore } from './cassandra/cassandra-online-store.ts';
import type { CassandraOptions } from './cassandra/cassandra-options.ts';
import { startCassandraClient } from './cassandra/cassandra-start.ts';
import { createCassandraTenantStore } from './cassandra/cassandra-tenant-store.ts';
import type { HotStore } from './hot-store.ts';
import type { LayoutStore } from './layout-store.ts';
import { createLmdbBudgetStore } from './lmdb/lmdb-budget-store.ts';
import { openLmdbEnvironment } from './lmdb/lmdb-environment.ts';
import { createLmdbLayoutStore } from './lmdb/lmdb-layout-store.ts';
import { createLmdbOnlineStore } from './lmdb/lmdb-online-store.ts';
import type { LmdbOptions } from './lmdb/lmdb-options.ts';
import { createLmdbTenantStore } from './lmdb/lmdb-tenant-store.ts';
import type { LifeMsOf, OnlineStore, StoreHealth } from './online-store.ts';
import { RedisBudgetStore } from './redis/redis-budget-store.ts';
import { openRedisConnection } from './redis/redis-connection.ts';
import { createRedisHotStore } from './redis/redis-hot-store.ts';
import { createRedisOnlineStore } from './redis/redis-online-store.ts';
import { COMMAND_TIMEOUT_MS_DEFAULT, type RedisOptions } from './redis/redis-options.ts';
import { RedisRows } from './redis/redis-rows.ts';
import type { StoreOptions } from './store-options.ts';
import { StoreStartError } from './store-start-error.ts';
import type { TenantStore } from './tenant-store.ts';

/** Longest that an exchange of a budget is waited for at all; a request waits less, by its lease timeout. */
const BUDGET_CALL_MAX_MS = 1000;

/** One configured database and the stores that can be had of it, over the same connections. */
export interface OpenDatabase {
  /**
   * @param options with how long the database keeps what is written: Redis a block after its last write (`lifeMs`),
   *   Cassandra a row (`lifeMsOf`). The embedded store keeps everything.
   */
  openOnline(options: { readonly lifeMs?: number; readonly lifeMsOf?: LifeMsOf }): OnlineStore;
  openHot(lifeMs: number): HotStore;
  openLayouts(): LayoutStore;
  openTenants(): TenantStore;
  openBudgets(): BudgetStore;
  /** To be called when all were opened. @throws {StoreStartError} when the server does not let its user do what they need. */
  assertAccess(): Promise<void>;
  check(): Promise<StoreHealth>;
  close(): Promise<void>;
}

export interface DatabaseParts {
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * @param name in the configuration: errors tell it.
 * @throws {Error} for what waiting does not mend; a server that is not there is no error.
 */
export function openNamedDatabase(
  name: string,
  options: StoreOptions,
  parts: DatabaseParts,
): Promise<OpenDatabase> {
  return openDatabase(options, parts).then(
    (database) => ({
      ...database,
      assertAccess: () => database.assertAccess().catch((error: unknown) => rethrow(name, error)),
    }),
    (error: unknown) => rethrow(name, error),
  );
}

function rethrow(store: string, error: unknown): never {
  if (error instanceof StoreStartError) throw new Error(`Store ${store}: ${error.message}`, { cause: error });
  throw error;
}

/** @throws {StoreStartError} for what waiting does not mend; a server that is not there is no error. */
export function openDatabase(options: StoreOptions, parts: DatabaseParts): Promise<OpenDatabase> {
  switch (options.kind) {
    case 'lmdb':
      return openLmdb(options, parts);
    case 'redis':
      return openRedis(options, parts);
    case 'cassandra':
      return openCassandra(options, parts);
  }
}

async function openLmdb(options: LmdbOptions, { clock }: DatabaseParts): Promise<OpenDatabase> {
  const environment = await openLmdbEnvironment(options);
  const online = createLmdbOnlineStore(environment, { clock });
  return {
    openOnline: () => online,
    openHot: () => cannot('an embedded store', 'a hot tier'),
    openLayouts: () => createLmdbLayoutStore(environment),
    openTenants: () => createLmdbTenantStore(environment),
    // The machine's time: the one that features are measured by may stand still.
    openBudgets: () =>
      createLmdbBudgetStore(environment, { ...systemClock, commandTimeoutMs: BUDGET_CALL_MAX_MS }),
    assertAccess: async () => {},
    check: () => online.check(),
    close: () => environment.close(),
  };
}

async function openRedis(options: RedisOptions, parts: DatabaseParts): Promise<OpenDatabase> {
  const connection = await openRedisConnection(options, parts.random);
  const rows = { ...parts, commandTimeoutMs: options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS_DEFAULT };
  return {
    openOnline: (given) =>
      createRedisOnlineStore(connection, new RedisRows(connection, { ...rows, ...given })),
    openHot: (lifeMs) => createRedisHotStore(connection, { ...rows, lifeMs }),
    openLayouts: () => cannot('Redis', 'layouts, which must not be evicted'),
    openTenants: () => cannot('Redis', 'tenants, which must not be evicted'),
    openBudgets: () =>
      new RedisBudgetStore(connection, { clock: parts.clock, commandTimeoutMs: BUDGET_CALL_MAX_MS }),
    assertAccess: () => connection.assertAccess(),
    check: () => connection.check(),
    close: async () => connection.close(),
  };
}

async function openCassandra(options: CassandraOptions, { clock }: DatabaseParts): Promise<OpenDatabase> {
  const client = new CassandraClient(options, clock);
  await startCassandraClient(client, options);
  const checked = createCassandraOnlineStore(client, options);
  return {
    openOnline: ({ lifeMsOf }) =>
      createCassandraOnlineStore(client, options, lifeMsOf === undefined ? {} : { lifeMsOf }),
    openHot: () => cannot('Cassandra', 'a hot tier'),
    openLayouts: () => createCassandraLayoutStore(client, options),
    openTenants: () => createCassandraTenantStore(client, options),
    openBudgets: () => cannot('Cassandra', 'budgets, which change at every request'),
    // Whoever only reads may do so as a user who only may.
    assertAccess: async () => {},
    check: () => checked.check(),
    close: () => client.close(),
  };
}

function cannot(store: string, what: string): never {
  throw new TypeError(`${store} cannot be ${what}.`);
}
