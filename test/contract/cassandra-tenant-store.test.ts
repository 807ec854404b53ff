import { systemClock } from '../../src/core/clock.ts';
import { openCassandraTenantStore } from '../../src/stores/cassandra/cassandra-tenant-store.ts';
import { withService } from '../services/services.ts';
import { requireCassandraKeyspace } from '../stores/cassandra/cassandra-here.ts';
import { tenantStoreContract } from './tenant-store-contract.ts';

await withService(requireCassandraKeyspace, (options) => {
  tenantStoreContract('Cassandra', () => openCassandraTenantStore(options, systemClock));
});
