import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { CassandraClient } from '../../../src/stores/cassandra/cassandra-client.ts';
import {
  createCassandraOnlineStore,
  openCassandraOnlineStore,
} from '../../../src/stores/cassandra/cassandra-online-store.ts';
import { initCassandraSchema } from '../../../src/stores/cassandra/cassandra-schema.ts';
import { isStoreFailure } from '../../../src/stores/online-store.ts';
import { rowsOf } from '../../contract/contract-rows.ts';
import { startCassandra } from '../../services/cassandra.ts';
import { withService } from '../../services/services.ts';
import { SAMPLE_TIME_MS, sampleWrite } from '../sample-rows.ts';
import { cassandraOptions } from './cassandra-here.ts';

const TIMEOUT_MS = 300;
/** Timers run late when both cores are taken. */
const SLACK_MS = 1000;
const IN_FLIGHT_MAX = 32;

await withService(
  () => startCassandra(),
  (server) => {
    describe('a Cassandra that fails', async () => {
      const patient = cassandraOptions(server);
      await initCassandraSchema(patient, { [server.localDataCenter]: 1 }, systemClock);
      const options = {
        ...patient,
        readTimeoutMs: TIMEOUT_MS,
        writeTimeoutMs: TIMEOUT_MS,
        inFlightMax: IN_FLIGHT_MAX,
      };
      const client = new CassandraClient(options, systemClock);
      await client.connect();
      const store = createCassandraOnlineStore(client, options);
      const writer = await openCassandraOnlineStore(patient, systemClock);
      afterAll(async () => {
        await client.close();
        await writer.close();
        await server.stop();
      });
      const namespace = randomUUID();
      const keys = Array.from({ length: 200 }, (_, i) => ({ namespace, block: 'b', entityKey: `k${i}` }));
      const writes = keys.map((key) => sampleWrite({ ...key, view: 1, eventTimeMs: SAMPLE_TIME_MS }));
      const reads = keys.map((key) => ({ ...key, views: [1] }));
      const reasons = (slots: readonly object[]): Set<string> =>
        new Set(slots.map((slot) => (isStoreFailure(slot) ? slot.failed : 'read')));
      const readable = async () => reasons(await store.readMany(reads.slice(0, 1))).has('read');

      test('frozen: every call ends in time, requests in flight stay bounded, and all is well when it goes on', async () => {
        expect(reasons(await writer.writeMany(writes))).toEqual(new Set(['read']));
        await expect.poll(readable, { timeout: 5000 }).toBe(true);
        console.log(`freezing cassandra, process ${server.pid}`);
        server.freeze();
        let inFlightMost = 0;
        for (let burst = 0; burst < 6; burst += 1) {
          const startedAtMs = performance.now();
          const answers = Promise.all([store.readMany(reads), store.writeMany(writes)]);
          inFlightMost = Math.max(inFlightMost, client.inFlight);
          for (const slots of await answers) expect(reasons(slots)).not.toContain('read');
          expect(performance.now() - startedAtMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
        }
        expect(inFlightMost).toBe(IN_FLIGHT_MAX);
        const startedAtMs = performance.now();
        const short = { deadlineAtMs: systemClock.monotonicMs() + 20 };
        expect(reasons(await store.readMany(reads, short))).not.toContain('read');
        expect(performance.now() - startedAtMs).toBeLessThan(TIMEOUT_MS);
        server.thaw();
        await expect.poll(readable, { timeout: 10_000 }).toBe(true);
        expect(rowsOf(await writer.readMany(reads))).toEqual(writes.map(({ row }) => [row]));
      });

      test('one slow moment does not cost the connections: the next reads are answered', async () => {
        await expect
          .poll(async () => reasons(await store.readMany(reads)), { timeout: 10_000 })
          .toEqual(new Set(['read']));
        server.freeze();
        expect(reasons(await store.readMany(reads))).toEqual(new Set(['TIMEOUT']));
        server.thaw();
        // What timed out is still answered first, so the very next read may wait for it; it must not be refused.
        const seen = new Set<string>();
        for (let i = 0; i < 10; i += 1)
          for (const reason of reasons(await store.readMany(reads))) seen.add(reason);
        expect(seen).not.toContain('UNAVAILABLE');
      });

      test('killed: calls fail in time; restarted: they do not, and nothing acknowledged is lost', async () => {
        console.log(`killing cassandra, process ${server.pid}`);
        await server.kill();
        const startedAtMs = performance.now();
        const slots = [...(await store.readMany(reads)), ...(await store.writeMany(writes))];
        expect(reasons(slots)).not.toContain('read');
        expect(performance.now() - startedAtMs).toBeLessThan(2 * (TIMEOUT_MS + SLACK_MS));
        expect(await store.check()).toMatchObject({ ok: false });
        const early = await openCassandraOnlineStore({ ...options, connectTimeoutMs: 500 }, systemClock);
        expect(reasons(await early.readMany(reads.slice(0, 3)))).not.toContain('read');
        await server.restart();
        await expect.poll(readable, { timeout: 10_000 }).toBe(true);
        await expect.poll(() => early.check(), { timeout: 10_000 }).toMatchObject({ ok: true });
        await early.close();
        await expect.poll(() => writer.check(), { timeout: 10_000 }).toMatchObject({ ok: true });
        expect(rowsOf(await writer.readMany(reads))).toEqual(writes.map(({ row }) => [row]));
      }, 120_000);
    });
  },
);
