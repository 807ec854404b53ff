import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { CassandraClient } from '../../../src/stores/cassandra/cassandra-client.ts';
import { openCassandraOnlineStore } from '../../../src/stores/cassandra/cassandra-online-store.ts';
import {
  CASSANDRA_SCHEMA_VERSION,
  initCassandraSchema,
} from '../../../src/stores/cassandra/cassandra-schema.ts';
import { requireCassandra, withService } from '../../services/services.ts';
import { cassandraOptions } from './cassandra-here.ts';

await withService(requireCassandra, (address) => {
  describe('the schema of Cassandra', () => {
    const options = cassandraOptions(address);
    const replicas = { [address.localDataCenter]: 1 };

    test('is asked for by check, made once, and refused when it is newer', async () => {
      const store = await openCassandraOnlineStore(options, systemClock);
      expect(await store.check()).toEqual({
        ok: false,
        detail: expect.stringContaining('featuregraph store init'),
      });

      const made = { fromVersion: 0, toVersion: CASSANDRA_SCHEMA_VERSION };
      expect(await initCassandraSchema(options, replicas, systemClock)).toEqual(made);
      const again = { ...made, fromVersion: CASSANDRA_SCHEMA_VERSION };
      expect(await initCassandraSchema(options, replicas, systemClock)).toEqual(again);
      expect(await store.check()).toEqual({ ok: true, detail: 'answers' });

      const client = new CassandraClient(options, systemClock);
      await client.runOnce(
        `UPDATE ${options.keyspace}.schema_versions SET version = 999 WHERE component = 'stores'`,
      );
      await client.close();
      expect(await store.check()).toEqual({ ok: false, detail: expect.stringContaining('newer program') });
      await expect(initCassandraSchema(options, replicas, systemClock)).rejects.toThrow(
        'Use the newer program',
      );
      await store.close();
    });

    test.each(['Upper', 'a; DROP', '', '1a', 'a'.repeat(49)])(
      'takes no keyspace named %j',
      async (keyspace) => {
        await expect(initCassandraSchema({ ...options, keyspace }, replicas, systemClock)).rejects.toThrow(
          'Expected a keyspace',
        );
      },
    );
    test.each([{}, { dc1: 0 }, { "dc'": 1 }])('takes no replicas like %j', async (wrong) => {
      await expect(initCassandraSchema(options, wrong, systemClock)).rejects.toThrow('Expected replicas');
    });
  });
});
