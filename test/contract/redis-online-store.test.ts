import { openRedisOnlineStore } from '../../src/stores/redis/redis-online-store.ts';
import { requireRedis, withService } from '../services/services.ts';
import { singleRedis, storeOptions } from '../stores/redis/redis-here.ts';
import { onlineStoreContract } from './online-store-contract.ts';

await withService(requireRedis, (server) => {
  onlineStoreContract('Redis', () => openRedisOnlineStore(singleRedis(server), storeOptions));
});
