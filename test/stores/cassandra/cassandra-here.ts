import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../src/core/clock.ts';
import type { CassandraOptions } from '../../../src/stores/cassandra/cassandra-options.ts';
import { initCassandraSchema } from '../../../src/stores/cassandra/cassandra-schema.ts';
import { type CassandraAddress, requireCassandra } from '../../services/services.ts';

/** Options for a store over a node of the tests: patient, because the machine has other things to do. */
export function cassandraOptions(address: CassandraAddress): CassandraOptions {
  const { host, port, localDataCenter } = address;
  return {
    nodes: [{ host, port }],
    localDataCenter,
    keyspace: `test_${randomUUID().replaceAll('-', '').slice(0, 16)}`,
    readTimeoutMs: 5000,
    writeTimeoutMs: 10_000,
  };
}

/** A keyspace of the test file's own, with its tables. */
export async function requireCassandraKeyspace(): Promise<CassandraOptions> {
  const options = cassandraOptions(await requireCassandra());
  await initCassandraSchema(options, { [options.localDataCenter]: 1 }, systemClock);
  return options;
}
