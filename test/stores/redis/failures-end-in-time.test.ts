import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { isStoreFailure } from '../../../src/stores/online-store.ts';
import { openRedisOnlineStore } from '../../../src/stores/redis/redis-online-store.ts';
import { rowsOf } from '../../contract/contract-rows.ts';
import { startRedis } from '../../services/redis.ts';
import { withService } from '../../services/services.ts';
import { startTcpProxy } from '../../services/tcp-proxy.ts';
import { SAMPLE_TIME_MS, type SampleRow, sampleWrite } from '../sample-rows.ts';
import { singleRedis, storeOptions } from './redis-here.ts';

/** Long enough for a machine that is busy with other tests, short enough to tell from hanging. */
const TIMEOUT_MS = 200;
/** Timers run late when both cores are taken. */
const SLACK_MS = 800;

await withService(
  () => startRedis(),
  (server) => {
    describe('a Redis that fails', async () => {
      const proxy = await startTcpProxy(server);
      const store = await openRedisOnlineStore(singleRedis(server, TIMEOUT_MS), storeOptions);
      const far = await openRedisOnlineStore(singleRedis(proxy, TIMEOUT_MS), storeOptions);
      afterAll(async () => {
        await store.close();
        await far.close();
        await proxy.stop();
        await server.stop();
      });
      const namespace = randomUUID();
      const keys = Array.from({ length: 250 }, (_, i) => ({ namespace, block: 'b', entityKey: `k${i}` }));
      const writes = keys.map((key) => sampleWrite({ ...key, view: 1, eventTimeMs: SAMPLE_TIME_MS }));
      const reads = keys.map((key) => ({ ...key, views: [1] }));
      const whole = writes.map(({ row }) => [row]);

      const timed = async <T>(work: () => Promise<T>): Promise<{ slots: T; tookMs: number }> => {
        const startedAtMs = performance.now();
        return { slots: await work(), tookMs: performance.now() - startedAtMs };
      };
      const reasons = (slots: readonly object[]): Set<string> =>
        new Set(slots.map((slot) => (isStoreFailure(slot) ? slot.failed : 'read')));
      const readable = () => store.readMany(reads.slice(0, 1)).then((slots) => reasons(slots).has('read'));

      test('that forgot its scripts runs them all the same', async () => {
        await store.writeMany(writes);
        const client = new Redis(server.port, server.host);
        await client.script('FLUSH', 'SYNC');
        const later = keys.map((key) => sampleWrite({ ...key, view: 2, eventTimeMs: SAMPLE_TIME_MS }));
        expect(new Set((await store.writeMany(later)).map((slot) => JSON.stringify(slot)))).toEqual(
          new Set(['{"outcome":"WRITTEN"}']),
        );
        client.disconnect();
      });

      test('frozen: every call ends at its timeout or deadline, and all is well when it goes on', async () => {
        console.log(`freezing redis, process ${server.pid}`);
        server.freeze();
        const calls = [
          () => store.readMany(reads),
          () => store.writeMany(writes),
          () => store.eraseMany(keys),
        ];
        for (const call of calls) {
          const { slots, tookMs } = await timed<readonly object[]>(call);
          expect(reasons(slots)).toEqual(new Set(['TIMEOUT']));
          expect(tookMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
          expect(tookMs).toBeGreaterThan(TIMEOUT_MS * 0.9);
        }
        const short = { deadlineAtMs: systemClock.monotonicMs() + 20 };
        expect((await timed(() => store.readMany(reads, short))).tookMs).toBeLessThan(TIMEOUT_MS);
        server.thaw();
        await expect.poll(readable, { timeout: 5000 }).toBe(true);
        // The erasure came late but came; so the rows are gone or there, never something else.
        await store.writeMany(writes);
        expect(rowsOf(await store.readMany(reads))).toEqual(whole);
      });

      test('frozen for long: its connection is given up, so that nothing piles up', async () => {
        server.freeze();
        const endsAtMs = performance.now() + 6000;
        const seen = new Set<string>();
        while (performance.now() < endsAtMs && !seen.has('UNAVAILABLE')) {
          for (const reason of reasons(await store.readMany(reads))) seen.add(reason);
        }
        server.thaw();
        expect(seen).toEqual(new Set(['TIMEOUT', 'UNAVAILABLE']));
        await expect.poll(readable, { timeout: 5000 }).toBe(true);
      });

      test('killed: calls fail at once, and within three seconds of the restart they do not', async () => {
        console.log(`killing redis, process ${server.pid}`);
        await server.kill();
        await expect.poll(() => store.check(), { timeout: 2000 }).toMatchObject({ ok: false });
        const { slots, tookMs } = await timed(() => store.readMany(reads));
        expect(reasons(slots)).toEqual(new Set(['UNAVAILABLE']));
        expect(tookMs).toBeLessThan(TIMEOUT_MS);
        expect(reasons(await store.writeMany(writes))).toEqual(new Set(['UNAVAILABLE']));
        await server.restart();
        await expect.poll(readable, { timeout: 3000, interval: 20 }).toBe(true);
        expect(rowsOf(await store.readMany(reads.slice(0, 1)))).toEqual([[undefined]]);
        await store.writeMany(writes);
      });

      test('out of memory: writes fail for that reason, reads go on', async () => {
        const client = new Redis(server.port, server.host);
        await client.config('SET', 'maxmemory', '1');
        const newer = sampleWrite({ ...writes[0], view: 1, eventTimeMs: SAMPLE_TIME_MS + 1 } as SampleRow);
        const [slot] = await store.writeMany([newer]);
        expect(slot).toMatchObject({ failed: 'FULL', detail: expect.stringContaining('OOM') });
        await client.config('SET', 'maxmemory', '0');
        expect(rowsOf(await store.readMany(reads))).toEqual(whole);
        client.disconnect();
      });

      test.each([
        ['cut into pieces of 3 bytes', { pieceBytes: 3 }],
        ['late by 400 ms', { delayMs: 400 }],
        ['at 1 KB/s', { bytesPerSecond: 1000 }],
        ['cut short', { resetAfterBytes: 3000 }],
        ['silent', { silent: true }],
      ])('answers %s: whole rows under their own keys, or failures', async (_, faults) => {
        await expect.poll(() => far.check(), { timeout: 5000 }).toMatchObject({ ok: true });
        proxy.set(faults);
        for (let i = 0; i < 4; i += 1) {
          const { slots, tookMs } = await timed(() => far.readMany(reads));
          expect(tookMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
          slots.forEach((slot, index) => {
            if (!isStoreFailure(slot)) expect(rowsOf([slot])).toEqual([whole[index]]);
          });
        }
        proxy.set({});
        await expect
          .poll(async () => reasons(await far.readMany(reads)), { timeout: 10_000 })
          .toEqual(new Set(['read']));
        expect(rowsOf(await far.readMany(reads))).toEqual(whole);
      });

      test('a store opens while its server is away, and works when it comes', async () => {
        await server.kill();
        const early = await openRedisOnlineStore(singleRedis(server, TIMEOUT_MS), storeOptions);
        expect(await early.check()).toMatchObject({ ok: false });
        expect(reasons(await early.readMany(reads))).toEqual(new Set(['UNAVAILABLE']));
        await server.restart();
        await expect.poll(() => early.check(), { timeout: 3000, interval: 20 }).toMatchObject({ ok: true });
        expect(reasons(await early.writeMany(writes))).toEqual(new Set(['read']));
        await early.close();
      });
    });
  },
);
