import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { openRedisConnection } from '../../../src/stores/redis/redis-connection.ts';
import { createRedisHotStore } from '../../../src/stores/redis/redis-hot-store.ts';
import { slotOf } from '../../../src/stores/redis/redis-slots.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
import { openTieredStore } from '../../../src/stores/tiers/tiered-store.ts';
import { CONTRACT_TIME_MS as T } from '../../contract/contract-rows.ts';
import { connectOnce, startRedis } from '../../services/redis.ts';
import { type ClusterNode, startRedisCluster } from '../../services/redis-cluster.ts';
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
  describe('a hot tier of which a replica is promoted that lacks the last writes', async () => {
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

    test('is given them; the writer itself reads nothing older meanwhile', async () => {
      const key = newKey();
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

async function isPrimary(node: ClusterNode): Promise<boolean> {
  const client = connectOnce(node.port);
  await client.connect();
  const [role] = (await client.call('ROLE')) as unknown[];
  client.disconnect();
  return role === 'master';
}
