import { openRedisOnlineStore } from '../../src/stores/redis/redis-online-store.ts';
import { requireRedisCluster, withService } from '../services/services.ts';
import { clusterRedis, storeOptions } from '../stores/redis/redis-here.ts';
import { onlineStoreContract } from './online-store-contract.ts';

await withService(requireRedisCluster, (nodes) => {
  onlineStoreContract('Redis Cluster', () => openRedisOnlineStore(clusterRedis(nodes), storeOptions));
});
