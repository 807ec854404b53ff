import { connect, createServer, type Socket } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { CassandraClient } from '../../../src/stores/cassandra/cassandra-client.ts';
import { createCassandraOnlineStore } from '../../../src/stores/cassandra/cassandra-online-store.ts';
import { isStoreFailure } from '../../../src/stores/online-store.ts';
import { keyOf, CONTRACT_TIME_MS as T, textsOf, writeOf } from '../../contract/contract-rows.ts';
import { withService } from '../../services/services.ts';
import { requireCassandraKeyspace } from './cassandra-here.ts';

const VIEWS = [1, 2];
/** Of a frame of rows: its header, flags of columns and their names come before. */
const HEADER_BYTES = 9;

/** Passes everything on; while `flip` is set, with one flipped bit in each answer that holds `marker`. */
async function startDamagingWire(target: { readonly host: string; readonly port: number }, marker: string) {
  const open = new Set<Socket>();
  const wire = { flip: null as number | null, cut: false, touched: 0 };
  const server = createServer((client) => {
    const upstream = connect({ ...target });
    open.add(client);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.on('data', (bytes) => {
      upstream.write(bytes);
      if (wire.cut && bytes.includes(marker)) setTimeout(() => client.resetAndDestroy(), 100);
    });
    upstream.on('data', (bytes) => {
      if (wire.cut) return;
      if (wire.flip !== null && bytes.includes(marker)) {
        const bit = 8 * HEADER_BYTES + (wire.flip % (8 * (bytes.length - HEADER_BYTES)));
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
        wire.touched += 1;
      }
      client.write(bytes);
    });
    client.on('close', () => {
      open.delete(client);
      upstream.destroy();
    });
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(wire, {
    port: (server.address() as { port: number }).port,
    reset: () => {
      for (const client of open) client.resetAndDestroy();
    },
    stop: () =>
      new Promise<void>((resolve) => {
        for (const client of open) client.destroy();
        server.close(() => resolve());
      }),
  });
}

await withService(requireCassandraKeyspace, (options) => {
  describe('what comes from Cassandra', async () => {
    const [node] = options.nodes as [{ host: string; port: number }];
    const marker = 'the marked text';
    const wire = await startDamagingWire(node, marker);
    const through = {
      ...options,
      nodes: [{ host: '127.0.0.1', port: wire.port }],
      readTimeoutMs: 300,
      writeTimeoutMs: 500,
    };
    const client = new CassandraClient(through, systemClock);
    await client.connect();
    const store = createCassandraOnlineStore(client, through);
    const key = keyOf();
    const write = (eventTimeMs: number) =>
      store.writeMany(VIEWS.map((view) => writeOf({ ...key, view, text: `${marker} ${view}`, eventTimeMs })));
    const read = async () => (await store.readMany([{ ...key, views: VIEWS }]))[0];
    const written = VIEWS.map((view) => `${marker} ${view}`);
    afterAll(async () => {
      await client.close();
      await wire.stop();
    });
    const until = async (holds: () => Promise<boolean>): Promise<void> => {
      const giveUpAtMs = performance.now() + 30_000;
      while (!(await holds())) {
        if (performance.now() > giveUpAtMs) throw new Error('it did not come to that');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const isRead = async () => {
      const slot = await read();
      return slot !== undefined && !isStoreFailure(slot);
    };

    test('with a flipped bit is a failure or the value, never another and never none', {
      timeout: 90_000,
    }, async () => {
      await until(async () => (await write(T)).every((slot) => !isStoreFailure(slot)));
      await until(isRead);
      for (let flip = 0; flip < 8 * 200; flip += 67) {
        wire.flip = flip;
        const slot = await read();
        wire.flip = null;
        // A damaged count of rows alone cannot be told from fewer rows.
        if (slot !== undefined && !isStoreFailure(slot))
          expect(textsOf(slot), `bit ${flip}`).toEqual(written);
        // What came after a damaged length is lost with it; how that ends by itself is another promise.
        if (slot !== undefined && isStoreFailure(slot)) wire.reset();
        await until(isRead);
      }
      expect(wire.touched).toBeGreaterThan(20);
      expect(client.inFlight).toBeLessThanOrEqual(1);
    });

    test('not at all for a write, because the connection ended, may have happened, and is told so', async () => {
      await until(isRead);
      wire.cut = true;
      const slots = await write(T + 1);
      wire.cut = false;
      expect(slots).toEqual(VIEWS.map(() => expect.objectContaining({ failed: 'TIMEOUT' })));
    });
  });
});
