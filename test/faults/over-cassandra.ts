/** A front with Redis before Cassandra, in a keyspace of the row's own. */
import { systemClock } from '../../src/core/clock.ts';
import { initCassandraSchema } from '../../src/stores/cassandra/cassandra-schema.ts';
import { type CassandraServer, startCassandra } from '../services/cassandra.ts';
import { type RedisServer, startRedis } from '../services/redis.ts';
import type { RowContext } from './fault-row.ts';
import { type Front, openFront } from './front.ts';

export interface HotOverCassandra {
  readonly front: Front;
  readonly redis: RedisServer;
  readonly cassandra: CassandraServer;
}

export const IN_FLIGHT_MAX = 32;

/** @param through where the front finds Cassandra, when not at its own port. */
export async function openOverCassandra(
  { after }: Pick<RowContext, 'after'>,
  tier: object,
  through?: (cassandra: CassandraServer) => Promise<{ host: string; port: number }>,
): Promise<HotOverCassandra> {
  const [redis, cassandra] = await Promise.all([startRedis(), startCassandra()]);
  after(() => redis.stop());
  after(() => cassandra.stop());
  const { host, port, localDataCenter } = cassandra;
  const store = { localDataCenter, keyspace: 'faults' };
  await initCassandraSchema({ ...store, nodes: [{ host, port }] }, { [localDataCenter]: 1 }, systemClock);
  const node = (await through?.(cassandra)) ?? { host, port };
  const front = await openFront({
    stores: {
      redis: { kind: 'redis', nodes: [{ host: redis.host, port: redis.port }] },
      ring: { kind: 'cassandra', ...store, nodes: [node], inFlightMax: IN_FLIGHT_MAX },
    },
    tiers: { default: { warm: 'ring', hot: 'redis', memory: { maxAgeMs: 0 }, ...tier } },
  });
  after(() => front.close());
  return { front, redis, cassandra };
}
