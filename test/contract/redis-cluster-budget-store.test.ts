import { systemClock } from '../../src/core/clock.ts';
import { RedisBudgetStore } from '../../src/stores/redis/redis-budget-store.ts';
import { openRedisConnection } from '../../src/stores/redis/redis-connection.ts';
import { requireRedisCluster, withService } from '../services/services.ts';
import { clusterRedis } from '../stores/redis/redis-here.ts';
import { budgetStoreContract } from './budget-store-contract.ts';

await withService(requireRedisCluster, (nodes) => {
  budgetStoreContract('Redis Cluster', async () => {
    const connection = await openRedisConnection(clusterRedis(nodes), Math.random);
    return new RedisBudgetStore(connection, { clock: systemClock, commandTimeoutMs: 2000 });
  });
});
