import { afterAll, describe, expect, test } from 'vitest';
import { openRedisOnlineStore } from '../../../src/stores/redis/redis-online-store.ts';
import { keyOf, CONTRACT_TIME_MS as T, writeOf } from '../../contract/contract-rows.ts';
import { connectOnce, type RedisServer, startRedis } from '../../services/redis.ts';
import { withService } from '../../services/services.ts';
import { startTcpProxy } from '../../services/tcp-proxy.ts';
import { singleRedis, storeOptions } from './redis-here.ts';

const HEALED_WITHIN_MS = 30_000;

async function startTwo(): Promise<readonly [RedisServer, RedisServer]> {
  const first = await startRedis();
  return [first, await startRedis()];
}

await withService(startTwo, ([first, second]) => {
  describe('a Redis behind an address that leads to whoever is primary', async () => {
    const target = { host: first.host, port: first.port };
    const address = await startTcpProxy(target);
    const store = await openRedisOnlineStore(singleRedis(address), storeOptions);
    const admin = connectOnce(first.port);
    await admin.connect();
    afterAll(async () => {
      admin.disconnect();
      await store.close();
      await address.stop();
      for (const server of [first, second]) await server.stop();
    });
    const write = async (): Promise<object | undefined> =>
      (await store.writeMany([writeOf({ ...keyOf(), view: 1, eventTimeMs: T })]))[0];

    test('whose primary changed is written again, over a new connection', async () => {
      expect(await write()).toEqual({ outcome: 'WRITTEN' });
      target.port = second.port;
      await admin.call('REPLICAOF', second.host, `${second.port}`);
      const startedMs = performance.now();
      let last = await write();
      expect(last).toMatchObject({ failed: 'UNAVAILABLE', detail: expect.stringContaining('READONLY') });
      while ('failed' in (last ?? {}) && performance.now() - startedMs < HEALED_WITHIN_MS)
        last = await write();
      expect(last).toEqual({ outcome: 'WRITTEN' });
    });

    test('that is a replica, and stays one, is read all the same', async () => {
      await admin.call('REPLICAOF', 'NO', 'ONE');
      target.port = first.port;
      address.resetConnections();
      const key = keyOf();
      let last: object | undefined = { failed: 'not yet' };
      while ('failed' in (last ?? {}))
        last = (await store.writeMany([writeOf({ ...key, view: 1, eventTimeMs: T })]))[0];
      const connections = address.connectionCount();
      await admin.call('REPLICAOF', '127.0.0.1', '1');
      let [read, failed] = [0, 0];
      for (let i = 0; i < 50; i += 1) {
        await write();
        const [slot] = await store.readMany([{ ...key, views: [1] }]);
        if ('failed' in (slot ?? {})) failed += 1;
        else read += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(address.connectionCount() - connections).toBeLessThanOrEqual(10);
      expect(read, `${failed} failed`).toBeGreaterThan(0);
    });
  });
});
