import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { openCassandraOnlineStore } from '../../../src/stores/cassandra/cassandra-online-store.ts';
import { initCassandraSchema } from '../../../src/stores/cassandra/cassandra-schema.ts';
import { type BlockSlot, isStoreFailure, type OnlineStore } from '../../../src/stores/online-store.ts';
import { requireCassandra, withService } from '../../services/services.ts';
import { startTcpProxy } from '../../services/tcp-proxy.ts';
import { cassandraOptions } from './cassandra-here.ts';

const LOSSES = 10;
const CLIENTS = 4;

await withService(requireCassandra, (address) => {
  describe('a node that is lost and comes back, again and again', async () => {
    const options = cassandraOptions(address);
    await initCassandraSchema(options, { [options.localDataCenter]: 1 }, systemClock);
    const proxy = await startTcpProxy(address);
    const through = { ...options, nodes: [{ host: proxy.host, port: proxy.port }] };
    const stores = await Promise.all(
      Array.from({ length: CLIENTS }, () => openCassandraOnlineStore(through, systemClock)),
    );
    afterAll(async () => {
      await Promise.all(stores.map((store) => store.close()));
      await proxy.stop();
    });
    const read = { namespace: 'lost', block: 'b', entityKey: 'k', views: [1] };

    const slotOf = async (store: OnlineStore) => (await store.readMany([read]))[0] as BlockSlot;

    test('no promise of the driver rejects unheard, and every client reads again', async () => {
      const unheard: unknown[] = [];
      const listen = (reason: unknown): void => void unheard.push(reason);
      process.on('unhandledRejection', listen);
      let over = false;
      // Only under load does the driver count the node as down while it looks for another connection.
      const load = stores.map(async (store) => {
        while (!over) await Promise.all([slotOf(store), pause(10)]);
      });
      for (let loss = 0; loss < LOSSES; loss += 1) {
        proxy.set({ refuse: true });
        proxy.resetConnections();
        // Some attempts to reconnect fail, and some connections are lost in the middle of being made.
        await pause(150 + 400 * (loss % 5));
        proxy.set({});
        await pause(40 * (loss % 4));
        if (loss % 2 === 1) proxy.resetConnections();
        await pause(500);
      }
      over = true;
      await Promise.all(load);
      for (const store of stores) {
        const works = async (): Promise<boolean> => !isStoreFailure(await slotOf(store));
        await expect.poll(works, { timeout: 20_000 }).toBe(true);
      }
      process.off('unhandledRejection', listen);
      expect(unheard).toEqual([]);
    });
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
