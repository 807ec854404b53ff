import { afterAll, describe, expect, test } from 'vitest';
import { openRedisOnlineStore } from '../../../src/stores/redis/redis-online-store.ts';
import { keyOf, CONTRACT_TIME_MS as T, writeOf } from '../../contract/contract-rows.ts';
import { connectOnce, type RedisServer, startRedis } from '../../services/redis.ts';
import { withService } from '../../services/services.ts';
import { startTcpProxy } from '../../services/tcp-proxy.ts';
import { singleRedis, storeOptions } from './redis-here.ts';

const HEALED_WITHIN_MS = 30_000;
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

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
    const write = async (key = keyOf()): Promise<object> => {
      const [slot] = await store.writeMany([writeOf({ ...key, view: 1, eventTimeMs: T })]);
      return slot ?? { failed: 'no slot' };
    };
    /** @throws {Error} when it is not taken in time. */
    const writeUntilTaken = async (key = keyOf()): Promise<void> => {
      const giveUpAtMs = performance.now() + HEALED_WITHIN_MS;
      for (let last = await write(key); 'failed' in last; last = await write(key)) {
        if (performance.now() > giveUpAtMs) throw new Error(`not taken: ${JSON.stringify(last)}`);
        await pause();
      }
    };

    test('whose primary changed is written again, over a new connection', { timeout: 60_000 }, async () => {
      expect(await write()).toEqual({ outcome: 'WRITTEN' });
      target.port = second.port;
      await admin.call('REPLICAOF', second.host, `${second.port}`);
      expect(await write()).toMatchObject({
        failed: 'UNAVAILABLE',
        detail: expect.stringContaining('READONLY'),
      });
      await writeUntilTaken();
    });

    test('that is a replica, and stays one, is read all the same', { timeout: 60_000 }, async () => {
      await admin.call('REPLICAOF', 'NO', 'ONE');
      target.port = first.port;
      address.resetConnections();
      const key = keyOf();
      await writeUntilTaken(key);
      const connections = address.connectionCount();
      await admin.call('REPLICAOF', '127.0.0.1', '1');
      let [read, failed] = [0, 0];
      for (let i = 0; i < 50; i += 1) {
        await write();
        const [slot] = await store.readMany([{ ...key, views: [1] }]);
        if ('failed' in (slot ?? {})) failed += 1;
        else read += 1;
        await pause();
      }
      expect(address.connectionCount() - connections).toBeLessThanOrEqual(10);
      expect(read, `${failed} failed`).toBeGreaterThan(0);
    });
  });
});
