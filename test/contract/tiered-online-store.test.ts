import { requireRedis, withService } from '../services/services.ts';
import { openTiersOver, openWarm, temporaryFolder } from '../stores/tiers/tiers-here.ts';
import { onlineStoreContract } from './online-store-contract.ts';

await withService(requireRedis, (redis) => {
  const folder = temporaryFolder();
  onlineStoreContract('Redis before LMDB', async () => openTiersOver(redis, await openWarm(folder), folder));
});
