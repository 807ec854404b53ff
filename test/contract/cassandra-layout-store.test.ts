import { systemClock } from '../../src/core/clock.ts';
import { openCassandraLayoutStore } from '../../src/stores/cassandra/cassandra-layout-store.ts';
import { withService } from '../services/services.ts';
import { requireCassandraKeyspace } from '../stores/cassandra/cassandra-here.ts';
import { layoutStoreContract } from './layout-store-contract.ts';

await withService(requireCassandraKeyspace, (options) => {
  layoutStoreContract('Cassandra', () => openCassandraLayoutStore(options, systemClock));
});
