import { systemClock } from '../../src/core/clock.ts';
import { openCassandraOnlineStore } from '../../src/stores/cassandra/cassandra-online-store.ts';
import { requireRedis, withService } from '../services/services.ts';
import { requireCassandraKeyspace } from '../stores/cassandra/cassandra-here.ts';
import { openTiersOver, temporaryFolder } from '../stores/tiers/tiers-here.ts';
import { onlineStoreContract } from './online-store-contract.ts';

const both = async () => ({ redis: await requireRedis(), cassandra: await requireCassandraKeyspace() });
await withService(both, ({ redis, cassandra }) => {
  const folder = temporaryFolder();
  onlineStoreContract('Redis before Cassandra', async () =>
    openTiersOver(redis, await openCassandraOnlineStore(cassandra, systemClock), folder),
  );
});
