/** Which stores there are, and which blocks are kept where: what `openStores` is told. */
import type { CassandraOptions } from './cassandra/cassandra-options.ts';
import type { LmdbOptions } from './lmdb/lmdb-options.ts';
import type { RedisOptions } from './redis/redis-options.ts';
import type { TierLimits } from './tiers/tier-options.ts';

export type StoreOptions =
  | ({ readonly kind: 'lmdb' } & LmdbOptions)
  | ({ readonly kind: 'redis' } & RedisOptions)
  | ({ readonly kind: 'cassandra' } & CassandraOptions);

/** Stores by their names in `StoresOptions.stores`. */
export interface TierOptions {
  /** The truth: lmdb or cassandra. */
  readonly warm: string;
  /** redis; where views that are `hot: "ONLY"` live, too. */
  readonly hot?: string;
  /** How long a row may stay in the hot store: the bound on staleness if everything else fails. */
  readonly hotLifeMs?: number;
  /** How long a row of a volatile view stays after its last write; for ever when not given. */
  readonly volatileLifeMs?: number;
  readonly limits?: Partial<TierLimits>;
  readonly repairLogMaxBytes?: number;
}

export interface StoresOptions {
  readonly stores: Readonly<Record<string, StoreOptions>>;
  /** `default`, and overrides by the name of a domain or of a view; a view's counts for its whole block. */
  readonly tiers: Readonly<Record<string, TierOptions>>;
  /** The store of tenants; the default tier's warm one where not given. */
  readonly tenantsIn?: string;
  /** The store of budgets; none where not given. */
  readonly budgetsIn?: string;
  /** Where the repair logs are. */
  readonly dataFolder: string;
}

export const DEFAULT_TIER = 'default';
/** An hour: staleness that a lost repair may cost, against a read of the truth per key and hour. */
export const HOT_LIFE_MS_DEFAULT = 60 * 60 * 1000;
