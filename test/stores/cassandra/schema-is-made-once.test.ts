import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { noRows } from '../../../src/stores/block-rows.ts';
import { CassandraClient } from '../../../src/stores/cassandra/cassandra-client.ts';
import { openCassandraOnlineStore } from '../../../src/stores/cassandra/cassandra-online-store.ts';
import {
  CASSANDRA_SCHEMA_VERSION,
  initCassandraSchema,
} from '../../../src/stores/cassandra/cassandra-schema.ts';
import { openNamedDatabase } from '../../../src/stores/open-database.ts';
import { keyOf } from '../../contract/contract-rows.ts';
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
      expect(await initCassandraSchema(options, replicas, systemClock)).toMatchObject(made);
      const again = { ...made, fromVersion: CASSANDRA_SCHEMA_VERSION };
      expect(await initCassandraSchema(options, replicas, systemClock)).toEqual({ ...again, statements: [] });
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

    test('is looked at as it is: what was dropped or changed since is told by check, start and calls', {
      timeout: 90_000,
    }, async () => {
      const changed = cassandraOptions(address);
      await initCassandraSchema(changed, replicas, systemClock);
      const store = await openCassandraOnlineStore(changed, systemClock);
      const client = new CassandraClient({ ...changed, writeTimeoutMs: 60_000 }, systemClock);
      const read = { ...keyOf(), views: [1] };
      expect(await store.readMany([read])).toEqual([noRows([1])]);
      for (const [statement, told] of [
        ['ALTER TABLE $.online_rows ADD note text', null],
        ['ALTER TABLE $.online_rows DROP packed_row', 'no column online_rows.packed_row (blob)'],
        ['DROP TABLE $.online_rows', 'no table online_rows'],
      ] as const) {
        await client.runOnce(statement.replace('$', changed.keyspace));
        const start = openNamedDatabase(
          'warm',
          { kind: 'cassandra', ...changed },
          { clock: systemClock, random: Math.random },
        ).then((database) => database.close());
        if (told === null) {
          await start;
          expect(await store.readMany([read])).toEqual([noRows([1])]);
        } else {
          await expect(start).rejects.toThrow(told);
          await expect.poll(async () => (await store.check()).detail, { timeout: 10_000 }).toContain(told);
          const [slot] = await store.readMany([read]);
          expect(slot).toEqual({
            failed: 'UNAVAILABLE',
            detail: expect.stringMatching(/dropped or changed|packed_row|does not exist/),
          });
        }
      }
      await client.close();
      await store.close();
    });

    test('is only told where it is asked to be told', async () => {
      const other = cassandraOptions(address);
      const { statements } = await initCassandraSchema(other, replicas, systemClock, { dryRun: true });
      expect(statements[0]).toContain(`CREATE KEYSPACE IF NOT EXISTS ${other.keyspace}`);
      expect(statements.at(-1)).toContain(`VALUES ('stores', ${CASSANDRA_SCHEMA_VERSION})`);
      const { fromVersion } = await initCassandraSchema(other, replicas, systemClock, { dryRun: true });
      expect(fromVersion).toBe(0);
      const client = new CassandraClient(other, systemClock);
      await client.connect();
      for (const statement of statements) await client.runOnce(statement);
      await client.close();
      const after = await initCassandraSchema(other, replicas, systemClock);
      expect(after).toEqual({
        fromVersion: CASSANDRA_SCHEMA_VERSION,
        toVersion: CASSANDRA_SCHEMA_VERSION,
        statements: [],
      });
    });

    test('is not made with more replicas than nodes, which could never take a write', async () => {
      const other = cassandraOptions(address);
      await expect(initCassandraSchema(other, { [address.localDataCenter]: 3 }, systemClock)).rejects.toThrow(
        /3 replicas .*datacenter1 with 1.*`replication`/,
      );
      await expect(initCassandraSchema(other, { elsewhere: 1 }, systemClock)).rejects.toThrow(/elsewhere/);
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
