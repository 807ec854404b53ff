/** The servers of a run: Redis of its own behind a proxy, and warm behind another, or embedded. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { systemClock } from '../../src/core/clock.ts';
import { initCassandraSchema } from '../../src/stores/cassandra/cassandra-schema.ts';
import { type RedisServer, startRedis } from '../services/redis.ts';
import type { CassandraAddress } from '../services/services.ts';
import { startTcpProxy, type TcpProxy } from '../services/tcp-proxy.ts';

export interface Stage {
  readonly redis: RedisServer;
  readonly redisClient: Redis;
  readonly redisProxy: TcpProxy;
  readonly warmProxy: TcpProxy | null;
  /** As a configuration file says them. */
  readonly stores: object;
  readonly warm: 'cassandra' | 'lmdb';
  close(): Promise<void>;
}

/** @param cassandra where warm is; `null`: the embedded store. */
export async function openStage(cassandra: CassandraAddress | null): Promise<Stage> {
  const redis = await startRedis();
  const redisProxy = await startTcpProxy(redis);
  const redisClient = new Redis({
    ...{ host: redis.host, port: redis.port, commandTimeout: 2000, maxRetriesPerRequest: 1 },
    retryStrategy: () => 100,
  });
  redisClient.on('error', () => {}); // it is killed on purpose
  const warmProxy = cassandra === null ? null : await startTcpProxy(cassandra);
  const close = async (): Promise<void> => {
    redisClient.disconnect();
    await redisProxy.stop();
    await warmProxy?.stop();
    await redis.stop();
  };
  try {
    const hot = {
      kind: 'redis',
      nodes: [{ host: redisProxy.host, port: redisProxy.port }],
      commandTimeoutMs: HOT_BUDGET_MS,
    };
    const ring =
      cassandra === null ? {} : { cassandra: await openKeyspace(cassandra, warmProxy as TcpProxy) };
    const warm = cassandra === null ? 'lmdb' : 'cassandra';
    return { redis, redisClient, redisProxy, warmProxy, stores: { redis: hot, ...ring }, warm, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Budgets of calls: more than a program in production has, because the machine has other things to do, and a read
 * that failed shows nothing.
 */
export const HOT_BUDGET_MS = 100;
export const WARM_BUDGET_MS = 1500;

/** A keyspace of the run's own. @returns the store, seen through the proxy. */
async function openKeyspace(address: CassandraAddress, proxy: TcpProxy): Promise<object> {
  const { host, port, localDataCenter } = address;
  const keyspace = `history_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const store = { localDataCenter, keyspace };
  await initCassandraSchema({ ...store, nodes: [{ host, port }] }, { [localDataCenter]: 1 }, systemClock);
  return {
    ...{ kind: 'cassandra', ...store, nodes: [{ host: proxy.host, port: proxy.port }] },
    readTimeoutMs: WARM_BUDGET_MS,
  };
}
