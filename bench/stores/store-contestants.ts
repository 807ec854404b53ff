import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'cassandra-driver';
import { Redis } from 'ioredis';
import { systemClock } from '../../src/core/clock.ts';
import { openCassandraOnlineStore } from '../../src/stores/cassandra/cassandra-online-store.ts';
import type { CassandraOptions } from '../../src/stores/cassandra/cassandra-options.ts';
import { initCassandraSchema } from '../../src/stores/cassandra/cassandra-schema.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import type { OnlineStore } from '../../src/stores/online-store.ts';
import { openRedisOnlineStore } from '../../src/stores/redis/redis-online-store.ts';
import { storageKeyPrefix } from '../../src/stores/storage-key.ts';
import { startCassandra } from '../../test/services/cassandra.ts';
import { startRedis } from '../../test/services/redis.ts';

/** Each store, open and over a server of its own, beside the bare client that reads the same keys of it. */
export interface StoreContestant {
  readonly name: string;
  readonly bareName: string;
  readonly store: OnlineStore;
  /** Reads the blocks of entities and looks at nothing; resolves to how many were there. */
  readBare(entityKeys: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

export const BENCH_ADDRESS = { namespace: 'bench', block: 'fleet.Aircraft' } as const;
const PREFIX = storageKeyPrefix(BENCH_ADDRESS.namespace, BENCH_ADDRESS.block);

export async function openLmdbContestant(): Promise<StoreContestant> {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-bench-'));
  const environment = await openLmdbEnvironment({ folder });
  return {
    name: 'lmdb',
    bareName: 'lmdb getBinary',
    store: createLmdbOnlineStore(environment, { clock: systemClock }),
    readBare: async (entityKeys) => {
      let found = 0;
      for (const key of entityKeys)
        if (environment.rows.getBinary(`${PREFIX}${key}}`) !== undefined) found += 1;
      return found;
    },
    close: async () => {
      await environment.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function openRedisContestant(): Promise<StoreContestant & { readonly client: Redis }> {
  const server = await startRedis();
  const { host, port } = server;
  const store = await openRedisOnlineStore(
    { mode: 'SINGLE', nodes: [{ host, port }], commandTimeoutMs: 5000 },
    { clock: systemClock, random: Math.random },
  );
  const client = new Redis(port, host);
  return {
    name: 'redis',
    bareName: 'ioredis MGET',
    store,
    client,
    readBare: (entityKeys) => readByMget(client, entityKeys),
    close: async () => {
      await store.close();
      client.disconnect();
      await server.stop();
    },
  };
}

/** As one writes it: one command, whatever its size, and values as bytes. */
export async function readByMget(client: Redis, entityKeys: readonly string[]): Promise<number> {
  const values = await client.mgetBuffer(entityKeys.map((key) => `${PREFIX}${key}}`));
  return values.filter((value) => value !== null).length;
}

export async function openCassandraContestant(viewIds: readonly number[]): Promise<StoreContestant> {
  const server = await startCassandra();
  const { host, port, localDataCenter } = server;
  const options: CassandraOptions = {
    nodes: [{ host, port }],
    localDataCenter,
    keyspace: 'bench',
    readTimeoutMs: 10_000,
    writeTimeoutMs: 20_000,
  };
  await initCassandraSchema(options, { [localDataCenter]: 1 }, systemClock);
  const store = await openCassandraOnlineStore(options, systemClock);
  const client = new Client({ contactPoints: [`${host}:${port}`], localDataCenter });
  const query =
    'SELECT view_id, packed_row FROM bench.online_rows WHERE namespace = ? AND block = ? AND entity_key = ? AND view_id IN ?';
  const views = viewIds.map((view) => view | 0);
  const { namespace, block } = BENCH_ADDRESS;
  return {
    name: 'cassandra',
    bareName: 'driver execute',
    store,
    readBare: async (entityKeys) => {
      const results = await Promise.all(
        entityKeys.map((key) => client.execute(query, [namespace, block, key, views], { prepare: true })),
      );
      return results.filter((result) => result.rowLength > 0).length;
    },
    close: async () => {
      await store.close();
      await client.shutdown();
      await server.stop();
    },
  };
}
