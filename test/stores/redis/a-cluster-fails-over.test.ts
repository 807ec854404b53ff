import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { isStoreFailure } from '../../../src/stores/online-store.ts';
import { openRedisOnlineStore } from '../../../src/stores/redis/redis-online-store.ts';
import { slotOf } from '../../../src/stores/redis/redis-slots.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
import { rowsOf } from '../../contract/contract-rows.ts';
import { connectOnce } from '../../services/redis.ts';
import { startRedisCluster } from '../../services/redis-cluster.ts';
import { withService } from '../../services/services.ts';
import { SAMPLE_TIME_MS, sampleWrite } from '../sample-rows.ts';
import { clusterRedis, storeOptions } from './redis-here.ts';

await withService(startRedisCluster, (cluster) => {
  describe('a Redis Cluster', async () => {
    const store = await openRedisOnlineStore(clusterRedis(cluster.nodes), storeOptions);
    afterAll(async () => {
      await store.close();
      await cluster.stop();
    });
    const namespace = randomUUID();
    const keys = Array.from({ length: 600 }, (_, i) => ({ namespace, block: 'b', entityKey: `k${i}` }));
    const writesAt = (afterMs: number) =>
      keys.map((key) => sampleWrite({ ...key, view: 1, eventTimeMs: SAMPLE_TIME_MS + afterMs }));
    const reads = keys.map((key) => ({ ...key, views: [1] }));
    const failedCount = (slots: readonly object[]): number => slots.filter(isStoreFailure).length;

    test('has each key in the slot that we think', async () => {
      const client = connectOnce(cluster.nodes[0]?.port as number);
      await client.connect();
      for (const entityKey of ['', 'N102UW', 'a,b', '%F0%9F%9B%AB', 'x'.repeat(512)]) {
        for (const block of ['b', '', '{x}', 'é:{}']) {
          const key = storageKey({ namespace, block, entityKey });
          expect(slotOf(key), key).toBe(await client.call('CLUSTER', 'KEYSLOT', key));
        }
      }
      client.disconnect();
    });

    test('moves a slot while it is read and written, and nobody notices', async () => {
      expect(failedCount(await store.writeMany(writesAt(0)))).toBe(0);
      const slot = slotOf(storageKey(keys[0] as (typeof keys)[number]));
      const clients = cluster.nodes.slice(0, 3).map((node) => connectOnce(node.port));
      await Promise.all(clients.map((client) => client.connect()));
      const ids = await Promise.all(
        clients.map(async (client) => String(await client.call('CLUSTER', 'MYID'))),
      );
      const from = Math.min(2, Math.floor((slot * 3) / 16_384));
      const to = (from + 1) % 3;
      const [source, target] = [clients[from], clients[to]];
      if (source === undefined || target === undefined) throw new Error('three masters');
      await target.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids[from] as string);
      await source.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids[to] as string);
      const moved = (await source.call('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[];
      expect(moved.length).toBeGreaterThan(0);
      const targetPort = cluster.nodes[to]?.port as number;
      await source.call('MIGRATE', '127.0.0.1', targetPort, '', 0, 5000, 'KEYS', ...moved);
      // Now the source answers ASK for them.
      expect(rowsOf(await store.readMany(reads))).toEqual(writesAt(0).map(({ row }) => [row]));
      expect(failedCount(await store.writeMany(writesAt(1)))).toBe(0);
      for (const client of clients) await client.call('CLUSTER', 'SETSLOT', slot, 'NODE', ids[to] as string);
      // Now it answers MOVED.
      expect(rowsOf(await store.readMany(reads))).toEqual(writesAt(1).map(({ row }) => [row]));
      expect(failedCount(await store.writeMany(writesAt(2)))).toBe(0);
      for (const client of clients) client.disconnect();
    });

    test('loses a master: the other masters answer meanwhile, and soon the replica does', async () => {
      const [master] = cluster.nodes;
      console.log(`killing a master of the cluster, process ${master?.pid}`);
      await master?.kill();
      const startedAtMs = performance.now();
      const failed = failedCount(await store.readMany(reads));
      expect(failed).toBeLessThan(0.6 * keys.length);
      await expect
        .poll(async () => failedCount(await store.readMany(reads)), { timeout: 15_000, interval: 50 })
        .toBe(0);
      console.log(`all keys were readable again after ${Math.round(performance.now() - startedAtMs)} ms`);
      await expect
        .poll(async () => failedCount(await store.writeMany(writesAt(3))), { timeout: 5000 })
        .toBe(0);
      expect(rowsOf(await store.readMany(reads))).toEqual(writesAt(3).map(({ row }) => [row]));
    });
  });
});
