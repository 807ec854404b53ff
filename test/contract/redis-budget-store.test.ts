import { systemClock } from '../../src/core/clock.ts';
import { RedisBudgetStore } from '../../src/stores/redis/redis-budget-store.ts';
import { openRedisConnection } from '../../src/stores/redis/redis-connection.ts';
import { requireRedis, withService } from '../services/services.ts';
import { singleRedis } from '../stores/redis/redis-here.ts';
import { budgetStoreContract } from './budget-store-contract.ts';

await withService(requireRedis, (server) => {
  budgetStoreContract('Redis', async () => {
    const connection = await openRedisConnection(singleRedis(server), Math.random);
    return new RedisBudgetStore(connection, { clock: systemClock, commandTimeoutMs: 2000 });
  });
});
