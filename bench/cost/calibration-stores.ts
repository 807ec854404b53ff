/** The stores that prices are measured over, as real servers, and how our configuration names them. */
import type { ConfigInput } from '../../src/config.ts';
import { systemClock } from '../../src/core/clock.ts';
import { initCassandraSchema } from '../../src/stores/cassandra/cassandra-schema.ts';
import { startCassandraRing } from '../../test/services/cassandra-ring.ts';
import { startRedis } from '../../test/services/redis.ts';

export const CALIBRATED_STORES = ['lmdb', 'redis', 'cassandra'] as const;
export type CalibratedStore = (typeof CALIBRATED_STORES)[number];

export interface StoreServer {
  readonly name: 'redis' | 'cassandra';
  readonly pid: number;
}

export interface CalibrationStores {
  readonly flags: Partial<ConfigInput>;
  /** Whose CPU time counts, too. */
  readonly servers: readonly StoreServer[];
  stop(): Promise<void>;
}

/** No budget of a tier may be what is measured: a run in which one ends would read another store. */
const BUDGET_MS = 60_000;
const AT_LEAST_A_RUN_MS = 24 * 60 * 60 * 1000;

/**
 * `redis`: before the embedded store. `cassandra`: behind Redis. Without memory, which answers for next to nothing: a
 * price is for the tier that a block comes from when it was not asked for just before.
 *
 * @param replicas nodes of Cassandra, each with every row.
 */
export async function startCalibrationStores(
  store: CalibratedStore,
  replicas: number,
): Promise<CalibrationStores> {
  if (store === 'lmdb') return { flags: {}, servers: [], stop: async () => {} };
  const redis = await startRedis();
  const ring = store === 'cassandra' ? await startCassandraRing(replicas) : null;
  const warm = ring === null ? null : await cassandraOf(ring.port, replicas);
  return {
    flags: {
      stores: {
        redis: {
          kind: 'redis',
          nodes: [{ host: redis.host, port: redis.port }],
          commandTimeoutMs: BUDGET_MS,
        },
        ...(warm !== null && { cassandra: { kind: 'cassandra' as const, ...warm } }),
      },
      tiers: {
        default: {
          ...{ warm: warm === null ? 'lmdb' : 'cassandra', hot: 'redis', memory: { maxAgeMs: 0 } },
          ...{ hotLifeMs: AT_LEAST_A_RUN_MS, absenceLifeMs: AT_LEAST_A_RUN_MS },
          ...{ hotBudgetMs: BUDGET_MS, warmBudgetMs: BUDGET_MS },
        },
      },
    },
    servers: [
      { name: 'redis', pid: redis.pid },
      ...(ring?.pids ?? []).map((pid) => ({ name: 'cassandra', pid }) as const),
    ],
    stop: async () => {
      await redis.stop();
      await ring?.stop();
    },
  };
}

async function cassandraOf(port: number, replicas: number) {
  const options = {
    nodes: [{ host: '127.0.0.1', port }],
    ...{ localDataCenter: 'datacenter1', keyspace: 'calibration' },
    ...{ readTimeoutMs: BUDGET_MS, writeTimeoutMs: BUDGET_MS, connectTimeoutMs: BUDGET_MS },
  };
  await initCassandraSchema(options, { [options.localDataCenter]: replicas }, systemClock);
  return options;
}
