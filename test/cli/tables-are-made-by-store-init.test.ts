import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { CassandraClient } from '../../src/stores/cassandra/cassandra-client.ts';
import { CASSANDRA_SCHEMA_VERSION } from '../../src/stores/cassandra/cassandra-schema.ts';
import { requireCassandra, withService } from '../services/services.ts';
import { createFolder, type Finished, runCommand } from './run-command.ts';

const folder = createFolder();
afterAll(() => folder.remove());

function configFile(stores: object, tiers: object = {}): string {
  const file = path.join(folder.path, `${randomUUID()}.config.ts`);
  writeFileSync(
    file,
    `export default ${JSON.stringify({ schemaFolder: path.resolve('schema'), port: 0, adminPort: 0, dataFolder: folder.path, stores, tiers })};`,
  );
  return file;
}

const init = (file: string, ...more: string[]): Promise<Finished> =>
  runCommand(['store', 'init', '--config', file, ...more]);

describe('store init', () => {
  test('has nothing to do where nothing needs tables', async () => {
    const done = await init(configFile({}));
    expect(done).toMatchObject({ status: 0, stdout: '' });
    expect(done.stderr).toContain('the others need no tables');
  });

  test('tells a server that cannot be reached by name and address, as a script can tell', async () => {
    const nodes = [{ host: '127.0.0.1', port: 1 }];
    const file = configFile({ ring: { kind: 'cassandra', nodes, localDataCenter: 'd', keyspace: 'k' } });
    const done = await init(file);
    expect(done.status).toBe(3);
    expect(done.stderr).toContain(
      'Store ring: 127.0.0.1:1 could not be asked: no node answers: 127.0.0.1:1 (ECONNREFUSED).',
    );
  });

  test('and so do commands about tenants, which are kept there', async () => {
    const nodes = [{ host: '127.0.0.1', port: 1 }];
    const file = configFile(
      { ring: { kind: 'cassandra', nodes, localDataCenter: 'd', keyspace: 'k' } },
      { default: { warm: 'ring' } },
    );
    const done = await runCommand(['tenant', 'list', '--config', file]);
    expect(done.stderr).toMatch(
      /The store of tenants could not be asked\.[\s\S]*no node answers: 127\.0\.0\.1:1/,
    );
    expect(done.status).toBe(3);
  });
});

await withService(requireCassandra, ({ host, port, localDataCenter }) => {
  describe('store init on Cassandra', () => {
    const keyspace = () => `test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
    const storeOf = (name: string) => ({
      kind: 'cassandra' as const,
      nodes: [{ host, port }],
      localDataCenter,
      keyspace: name,
      replication: { [localDataCenter]: 1 },
      writeTimeoutMs: 10_000,
    });

    test('is what commands about tenants ask for where there are no tables', async () => {
      const file = configFile({ ring: storeOf(keyspace()) }, { default: { warm: 'ring' } });
      const done = await runCommand(['tenant', 'list', '--config', file]);
      expect(done.stderr).toMatch(/✗ Store ring: Expected tables .* Run `featuregraph store init`\./);
      expect(done.status).toBe(2);
    });

    test('makes the tables of every store, says so, and does nothing a second time', async () => {
      const [first, second] = [keyspace(), keyspace()];
      const file = configFile({ ring: storeOf(first), archive: storeOf(second), local: { kind: 'lmdb' } });
      const dry = await init(file, '--dry-run');
      expect(dry.status).toBe(0);
      expect(dry.stdout).toContain(`CREATE KEYSPACE IF NOT EXISTS ${first}`);
      expect(dry.stdout).toContain(`CREATE TABLE IF NOT EXISTS ${second}.online_rows`);
      expect(dry.stderr).toContain('not run');

      const made = await init(file, '--json');
      expect(made.status).toBe(0);
      const { stores } = JSON.parse(made.stdout);
      expect(stores).toMatchObject([
        { store: 'ring', keyspace: first, fromVersion: 0, toVersion: CASSANDRA_SCHEMA_VERSION },
        { store: 'archive', keyspace: second, fromVersion: 0, toVersion: CASSANDRA_SCHEMA_VERSION },
      ]);
      // What was printed is what was run.
      for (const statement of stores[0].statements)
        expect(dry.stdout.replaceAll(/\s+/g, ' ')).toContain(statement.replaceAll(/\s+/g, ' '));

      const again = await init(file);
      expect(again.status).toBe(0);
      expect(again.stdout.match(/nothing to do/g)).toHaveLength(2);
    });

    test('more replicas than nodes are refused before anything is made', async () => {
      const { replication: _, ...store } = storeOf(keyspace());
      const done = await init(configFile({ ring: store }));
      expect(done.status).toBe(2);
      expect(done.stderr).toMatch(/Store ring: 3 replicas .*`replication`/);
    });

    test('a server of ours does not start without its tables, or with those of another version', async () => {
      const name = keyspace();
      const file = configFile({ ring: storeOf(name) }, { default: { warm: 'ring' } });
      const start = () => runCommand(['gateway', '--config', file]);
      const without = await start();
      expect(without.status).toBe(2);
      expect(without.stderr).toMatch(/Store ring: .*found none.*featuregraph store init/);

      await init(file);
      const client = new CassandraClient(storeOf(name), systemClock);
      await client.connect();
      const setVersion = (version: number) =>
        client.runOnce(`UPDATE ${name}.schema_versions SET version = ${version} WHERE component = 'stores'`);
      await setVersion(999);
      const newer = await start();
      expect(newer.status).toBe(2);
      expect(newer.stderr).toMatch(/Store ring: .*version 999.*Use the newer program/);
      await setVersion(0);
      const older = await start();
      expect(older.status).toBe(2);
      expect(older.stderr).toContain('featuregraph store init');
      await client.close();
    });
  });
});
