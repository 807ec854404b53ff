import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { systemClock } from '../../src/core/clock.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { observedHotStore } from '../../src/stores/observed-hot-store.ts';
import { observedStore } from '../../src/stores/observed-store.ts';
import { openRedisConnection } from '../../src/stores/redis/redis-connection.ts';
import { createRedisHotStore } from '../../src/stores/redis/redis-hot-store.ts';
import { createTierMetrics } from '../../src/stores/tiers/tier-metrics.ts';
import { openTieredStore } from '../../src/stores/tiers/tiered-store.ts';
import { startRedis } from '../../test/services/redis.ts';
import { readByMget, type StoreContestant } from './store-contestants.ts';

const TIMEOUT_MS = 5000;
const HOUR_MS = 3_600_000;

/**
 * The tiers as a program has them, metrics and all: Redis before LMDB, with what is asked in Redis. Without the memory
 * tier, whose hits have no bare client to stand beside.
 */
export async function openTiersContestant(): Promise<StoreContestant> {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-bench-'));
  const environment = await openLmdbEnvironment({ folder });
  const server = await startRedis();
  const { host, port } = server;
  const connection = await openRedisConnection(
    { mode: 'SINGLE', nodes: [{ host, port }], commandTimeoutMs: TIMEOUT_MS },
    Math.random,
  );
  const metrics = createMetrics();
  const hot = createRedisHotStore(connection, {
    clock: systemClock,
    random: Math.random,
    commandTimeoutMs: TIMEOUT_MS,
    lifeMs: HOUR_MS,
  });
  const warm = createLmdbOnlineStore(environment, { clock: systemClock });
  const store = await openTieredStore({
    warm: observedStore(warm, 'lmdb', metrics, systemClock, () => {}),
    hot: observedHotStore(hot, 'redis', metrics, systemClock, () => {}),
    clock: systemClock,
    processId: randomUUID(),
    limits: { memoryMaxAgeMs: 0, hotBudgetMs: TIMEOUT_MS, warmBudgetMs: TIMEOUT_MS },
    metrics: createTierMetrics(metrics, { warm: 'lmdb', hot: 'redis' }),
    repairLog: { folder: path.join(folder, 'repairs') },
  });
  const client = new Redis(port, host);
  return {
    name: 'tiers',
    bareName: 'ioredis MGET',
    store,
    readBare: (entityKeys) => readByMget(client, entityKeys),
    close: async () => {
      await store.close();
      connection.close();
      client.disconnect();
      await server.stop();
      await environment.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
