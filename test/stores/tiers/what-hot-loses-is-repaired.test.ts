import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { BlockKey } from '../../../src/stores/online-store.ts';
import { openRedisConnection } from '../../../src/stores/redis/redis-connection.ts';
import { createRedisHotStore } from '../../../src/stores/redis/redis-hot-store.ts';
import { slotOf } from '../../../src/stores/redis/redis-slots.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
import { openTieredStore } from '../../../src/stores/tiers/tiered-store.ts';
import { keyOf, CONTRACT_TIME_MS as T } from '../../contract/contract-rows.ts';
import { connectOnce, startRedis } from '../../services/redis.ts';
import {
  type ClusterNode,
  type RedisClusterServers,
  startRedisCluster,
} from '../../services/redis-cluster.ts';
import { withService } from '../../services/services.ts';
import { clusterRedis, storeOptions } from '../redis/redis-here.ts';
import { type FaultyTiers, newKey, openFaultyTiers, readText, writeText } from './open-faulty-tiers.ts';
import { HOT_LIFE_MS, openWarm, PATIENT, temporaryFolder } from './tiers-here.ts';

/** Of a busy machine: a connection is noticed, a breaker closes, a failover happens. */
const SOON = { timeout: 30_000, interval: 20 } as const;

await withService(startRedis, (server) => {
  describe('a hot tier that begins again from an old snapshot', async () => {
    const writer = await openFaultyTiers(server);
    const reader = await writer.another();
    afterAll(async () => {
      await reader.close();
      await writer.close();
      await server.stop();
    });

    test('is given what was written and erased after it; the writer itself never serves what was before', async () => {
      const [written, deleted, erased] = [newKey(), newKey(), newKey()];
      for (const key of [written, deleted, erased]) await writeText(writer, key, 'old', T);
      const admin = connectOnce(server.port);
      await admin.connect();
      await admin.save();
      admin.disconnect();
      await writeText(writer, written, 'new', T + 1);
      await writeText(writer, deleted, '', T + 1, { tombstone: true });
      await writer.store.eraseMany([erased]);
      await writeText(writer, erased, 'after', T + 2, { view: 9 });
      console.log(`killing Redis, process ${server.pid}`);
      await server.kill();
      await server.restart();
      const texts = async (tiers: FaultyTiers) => [
        await readText(tiers, written),
        await readText(tiers, deleted),
        await readText(tiers, erased),
      ];
      await expect.poll(() => texts(reader), SOON).toEqual(['old', 'old', 'old']); // it stands there again
      expect(await texts(writer)).toEqual(['new', 'deleted', undefined]);
      await expect
        .poll(async () => {
          await writer.store.repair();
          return writer.store.repairsPending;
        }, SOON)
        .toBe(0);
      expect(await texts(reader)).toEqual(['new', 'deleted', undefined]);
      expect(await texts(writer)).toEqual(['new', 'deleted', undefined]);
    });
  });
});

await withService(startRedisCluster, (cluster) => {
  describe('a hot tier on a Cluster', async () => {
    const folder = temporaryFolder();
    const warm = await openWarm(folder);
    const open = async () => {
      const connection = await openRedisConnection(clusterRedis(cluster.nodes), Math.random);
      const store = await openTieredStore({
        warm,
        hot: createRedisHotStore(connection, {
          ...storeOptions,
          commandTimeoutMs: 2000,
          lifeMs: HOT_LIFE_MS,
        }),
        clock: systemClock,
        processId: randomUUID(),
        limits: { ...PATIENT, memoryMaxAgeMs: 0 },
        repairLog: { folder: path.join(folder, 'repairs') },
        repairEveryMs: 50,
      });
      return { store, connection };
    };
    const [writer, reader] = [await open(), await open()];
    afterAll(async () => {
      for (const { store, connection } of [writer, reader]) {
        await store.close();
        connection.close();
      }
      await warm.close();
      await cluster.stop();
    });

    test('gives way where a slot is half moved: what is written is read by all, and nothing waits for the end', async () => {
      const keys = Array.from({ length: 8 }, newKey); // of one slot
      const texts = (tiers: typeof writer) => Promise.all(keys.map((key) => readText(tiers, key)));
      const writeAll = (text: string, afterMs: number) =>
        Promise.all(keys.map((key) => writeText(writer, key, text, T + afterMs)));
      await writeAll('before', 0);
      const { moveHalf, end } = await moveSlot(cluster, slotOf(storageKey(keys[0] as BlockKey)));
      for (const [i, step] of [async () => {}, moveHalf, end].entries()) {
        await step();
        expect(await writeAll(`step ${i}`, i + 1)).toEqual(keys.map(() => 'OK'));
        expect(await texts(reader)).toEqual(keys.map(() => `step ${i}`));
        expect(await texts(writer)).toEqual(keys.map(() => `step ${i}`));
        expect(writer.store.repairsPending).toBe(0);
      }
    });

    test('of which a replica is promoted that lacks the last writes is given them; their writer reads nothing older', async () => {
      const key = keyOf({ parts: [randomUUID()] });
      await writeText(writer, key, 'old', T);
      const place = Math.min(2, Math.floor((slotOf(storageKey(key)) * 3) / 16_384));
      const master = cluster.nodes[place] as ClusterNode;
      const replica = cluster.nodes[place + 3] as ClusterNode;
      await stopReplicating(master);
      await writeText(writer, key, 'new', T + 1);
      expect(await readText(reader, key)).toBe('new');
      console.log(`killing a master of the cluster, process ${master.pid}`);
      await master.kill();
      const seen = new Set<string | undefined>();
      await expect
        .poll(async () => {
          seen.add(await readText(writer, key));
          return (await isPrimary(replica)) && writer.store.repairsPending === 0;
        }, SOON)
        .toBe(true);
      await expect.poll(() => readText(reader, key), SOON).toBe('new');
      expect([...seen]).toEqual(['new']);
    });
  });
});

/** From now on its replica gets nothing, and does not know. */
async function stopReplicating(master: ClusterNode): Promise<void> {
  const admin = connectOnce(master.port);
  await admin.connect();
  await admin.call('ACL', 'SETUSER', 'default', '-psync', '-sync', '-replconf');
  await admin.call('CLIENT', 'KILL', 'TYPE', 'replica');
  admin.disconnect();
}

/** Begins to move it. `moveHalf` moves some of its keys, `end` the rest. */
async function moveSlot({ nodes }: RedisClusterServers, slot: number) {
  const place = Math.min(2, Math.floor((slot * 3) / 16_384));
  const masters = [nodes[place], nodes[(place + 1) % 3], nodes[(place + 2) % 3]] as ClusterNode[];
  const clients = masters.map(({ port }) => connectOnce(port));
  await Promise.all(clients.map((client) => client.connect()));
  const [source, target] = clients as [Redis, Redis, Redis];
  const [from, to] = (await Promise.all([source, target].map((one) => one.call('CLUSTER', 'MYID')))) as [
    string,
    string,
  ];
  await target.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from);
  await source.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to);
  const move = async (count: number) => {
    const keys = (await source.call('CLUSTER', 'GETKEYSINSLOT', slot, count)) as string[];
    if (keys.length > 0)
      await source.call(
        'MIGRATE',
        '127.0.0.1',
        (masters[1] as ClusterNode).port,
        '',
        0,
        5000,
        'KEYS',
        ...keys,
      );
  };
  return {
    moveHalf: () => move(4),
    end: async () => {
      await move(1000);
      for (const client of clients) await client.call('CLUSTER', 'SETSLOT', slot, 'NODE', to);
      for (const client of clients) client.disconnect();
    },
  };
}

async function isPrimary(node: ClusterNode): Promise<boolean> {
  const client = connectOnce(node.port);
  await client.connect();
  const [role] = (await client.call('ROLE')) as unknown[];
  client.disconnect();
  return role === 'master';
}
