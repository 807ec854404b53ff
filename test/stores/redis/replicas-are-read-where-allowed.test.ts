import { afterAll, describe, expect, test } from 'vitest';
import type { OnlineStore } from '../../../src/stores/online-store.ts';
import { openRedisConnection } from '../../../src/stores/redis/redis-connection.ts';
import { createRedisOnlineStore } from '../../../src/stores/redis/redis-online-store.ts';
import type { RedisOptions } from '../../../src/stores/redis/redis-options.ts';
import { RedisRows } from '../../../src/stores/redis/redis-rows.ts';
import { CONTRACT_TIME_MS, keyOf, textsOf, writeOf } from '../../contract/contract-rows.ts';
import { connectOnce, type RedisServer, startRedis } from '../../services/redis.ts';
import { startRedisCluster } from '../../services/redis-cluster.ts';
import { withService } from '../../services/services.ts';
import { storeOptions } from './redis-here.ts';

const COMMAND_TIMEOUT_MS = 2000;
const READS = 20;

async function open(options: RedisOptions): Promise<OnlineStore & { end(): void }> {
  const connection = await openRedisConnection(options, Math.random);
  const rows = new RedisRows(connection, { ...storeOptions, commandTimeoutMs: COMMAND_TIMEOUT_MS });
  return Object.assign(createRedisOnlineStore(connection, rows), { end: () => connection.close() });
}

/** How often a server was asked by this command since its start. */
async function callsOf(port: number, command: string): Promise<number> {
  const client = connectOnce(port);
  await client.connect();
  const stats = await client.info('commandstats');
  client.disconnect();
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

const key = keyOf({ parts: ['read-by-many'] });
async function readTexts(store: OnlineStore): Promise<(string | undefined)[]> {
  const [slot] = await store.readMany([{ ...key, views: [1] }]);
  return textsOf(slot);
}
const isIn = async (store: OnlineStore): Promise<boolean> =>
  readTexts(store).then(
    ([text]) => text === 'kept',
    () => false,
  );

async function startPair(): Promise<{ primary: RedisServer; replica: RedisServer }> {
  const primary = await startRedis(['--repl-diskless-sync-delay', '0']);
  try {
    return { primary, replica: await startRedis(['--replicaof', '127.0.0.1', `${primary.port}`]) };
  } catch (error) {
    await primary.stop();
    throw error;
  }
}

await withService(startPair, ({ primary, replica }) => {
  afterAll(async () => {
    await replica.stop();
    await primary.stop();
  });
  const nodeOf = ({ host, port }: RedisServer) => ({ host, port });
  const options: RedisOptions = {
    mode: 'SINGLE',
    nodes: [nodeOf(primary)],
    replicas: [nodeOf(replica)],
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
  };
  const readsOf = async (store: OnlineStore): Promise<{ primary: number; replica: number }> => {
    const before = [await callsOf(primary.port, 'mget'), await callsOf(replica.port, 'mget')] as const;
    for (let i = 0; i < READS; i += 1) expect(await readTexts(store)).toEqual(['kept']);
    return {
      primary: (await callsOf(primary.port, 'mget')) - before[0],
      replica: (await callsOf(replica.port, 'mget')) - before[1],
    };
  };

  describe('replicas of a single Redis', () => {
    test('are not read unless the store says so', async () => {
      const store = await open(options);
      await store.writeMany([writeOf({ ...key, view: 1, text: 'kept' })]);
      expect(await readsOf(store)).toEqual({ primary: READS, replica: 0 });
      store.end();
    });

    test('are read where it does; writes go to the primary alone', async () => {
      const store = await open({ ...options, readReplicas: true });
      await expect.poll(() => isIn(store), { timeout: 10_000 }).toBe(true);
      expect(await readsOf(store)).toEqual({ primary: 0, replica: READS });
      const eventTimeMs = CONTRACT_TIME_MS + 1;
      const [slot] = await store.writeMany([writeOf({ ...key, view: 1, text: 'kept', eventTimeMs })]);
      expect(slot).toEqual({ outcome: 'WRITTEN' });
      store.end();
    });

    test('that are killed are replaced by the primary, and read again when they are back', async () => {
      const store = await open({ ...options, readReplicas: true });
      await expect.poll(() => isIn(store), { timeout: 10_000 }).toBe(true);
      await replica.kill();
      // Whoever asks in the very moment may be refused, and is never told that there is no row.
      await expect.poll(() => isIn(store), { timeout: 10_000 }).toBe(true);
      const before = await callsOf(primary.port, 'mget');
      for (let i = 0; i < READS; i += 1) expect(await readTexts(store)).toEqual(['kept']);
      expect((await callsOf(primary.port, 'mget')) - before).toBe(READS);
      await replica.restart();
      await expect
        .poll(async () => (await isIn(store)) && (await callsOf(replica.port, 'mget')) > 0, {
          timeout: 20_000,
        })
        .toBe(true);
      store.end();
    });
  });
});

await withService(startRedisCluster, ({ nodes, stop }) => {
  afterAll(stop);
  const replicas = nodes.slice(nodes.length / 2);
  const readsOfReplicas = async (): Promise<number> =>
    (await Promise.all(replicas.map(({ port }) => callsOf(port, 'get')))).reduce(
      (sum, calls) => sum + calls,
      0,
    );

  const readByReplicas = async (readReplicas: boolean): Promise<number> => {
    const addresses = nodes.map(({ host, port }) => ({ host, port }));
    const store = await open({
      ...{ mode: 'CLUSTER', nodes: addresses, commandTimeoutMs: COMMAND_TIMEOUT_MS },
      readReplicas,
    });
    const before = await readsOfReplicas();
    for (let i = 0; i < READS; i += 1) expect(await readTexts(store)).toEqual(['kept']);
    store.end();
    return (await readsOfReplicas()) - before;
  };

  test('replicas of a Redis Cluster are read where the store says so, and nowhere else', async () => {
    const addresses = nodes.map(({ host, port }) => ({ host, port }));
    const writer = await open({ mode: 'CLUSTER', nodes: addresses, commandTimeoutMs: COMMAND_TIMEOUT_MS });
    await writer.writeMany([writeOf({ ...key, view: 1, text: 'kept' })]);
    writer.end();
    // A cluster tells its clients of a replica once that has told how far it is.
    await expect.poll(() => readByReplicas(true), { timeout: 20_000 }).toBe(READS);
    expect(await readByReplicas(false)).toBe(0);
  });
});
