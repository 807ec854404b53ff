import { systemClock } from '../../src/core/clock.ts';
import { openCassandraOnlineStore } from '../../src/stores/cassandra/cassandra-online-store.ts';
import { withService } from '../services/services.ts';
import { requireCassandraKeyspace } from '../stores/cassandra/cassandra-here.ts';
import { onlineStoreContract } from './online-store-contract.ts';

await withService(requireCassandraKeyspace, (options) => {
  onlineStoreContract('Cassandra', () => openCassandraOnlineStore(options, systemClock));
});
