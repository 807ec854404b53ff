import { randomUUID } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { openCassandraOnlineStore } from '../../../src/stores/cassandra/cassandra-online-store.ts';
import { initCassandraSchema } from '../../../src/stores/cassandra/cassandra-schema.ts';
import { keyOf, CONTRACT_TIME_MS as T, writeOf } from '../../contract/contract-rows.ts';
import { requireCassandra, withService } from '../../services/services.ts';

/** Ten times what it takes; without the protection it is a quarter of an hour. */
const HEALED_WITHIN_MS = 30_000;
const CHECKED_WITHIN_MS = 5000;

/** Forgets connections as a firewall does: they stay open, and nothing passes any more; new ones work. */
async function startForgettingFirewall(target: { readonly host: string; readonly port: number }) {
  const open = new Set<{ readonly client: Socket; isForgotten: boolean }>();
  const server = createServer((client) => {
    const upstream = connect({ ...target });
    const connection = { client, isForgotten: false };
    open.add(connection);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.on('data', (bytes) => connection.isForgotten || upstream.write(bytes));
    upstream.on('data', (bytes) => connection.isForgotten || client.write(bytes));
    client.on('close', () => {
      open.delete(connection);
      upstream.destroy();
    });
    upstream.on('close', () => connection.isForgotten || client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: (server.address() as { port: number }).port,
    forgetAll: () => {
      for (const connection of open) connection.isForgotten = true;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        for (const { client } of open) client.destroy();
        server.close(() => resolve());
      }),
  };
}

await withService(requireCassandra, (address) => {
  describe('connections to Cassandra that say nothing any more', async () => {
    const firewall = await startForgettingFirewall(address);
    const { localDataCenter } = address;
    const keyspace = `k${randomUUID().replaceAll('-', '')}`;
    const options = { localDataCenter, keyspace, nodes: [{ host: firewall.host, port: firewall.port }] };
    await initCassandraSchema(options, { [localDataCenter]: 1 }, systemClock);
    const store = await openCassandraOnlineStore({ ...options, readTimeoutMs: 500 }, systemClock);
    afterAll(async () => {
      await store.close();
      await firewall.stop();
    });

    test('are given up for new ones, while reads and checks end in time', { timeout: 60_000 }, async () => {
      const key = keyOf();
      const reads = [{ ...key, views: [1] }];
      let last: object | undefined = { failed: 'not yet' };
      const isWritten = () => !('failed' in (last ?? {}));
      while (!isWritten()) {
        last = (await store.writeMany([writeOf({ ...key, view: 1, eventTimeMs: T })]))[0];
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      firewall.forgetAll();
      const startedMs = performance.now();
      const [first] = await store.readMany(reads);
      expect(first).toMatchObject({ failed: 'TIMEOUT' });
      const checkedMs = performance.now();
      expect(await store.check()).toMatchObject({ ok: false });
      expect(performance.now() - checkedMs).toBeLessThan(CHECKED_WITHIN_MS);
      last = first;
      while (!isWritten() && performance.now() - startedMs < HEALED_WITHIN_MS) {
        last = (await store.readMany(reads))[0];
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(last).not.toHaveProperty('failed');
    });
  });
});
