import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { mergeRow } from '../../../src/stores/block-format.ts';
import { isStoreFailure } from '../../../src/stores/online-store.ts';
import { openRedisOnlineStore } from '../../../src/stores/redis/redis-online-store.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
import { rowsOf } from '../../contract/contract-rows.ts';
import { requireRedis, withService } from '../../services/services.ts';
import { SAMPLE_TIME_MS, sampleWrite } from '../sample-rows.ts';
import { singleRedis, storeOptions } from './redis-here.ts';

const RUNS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 5000 : 300;
const BLOCK_MAX_BYTES = 400;

/** Few times, revisions and texts, so that newer, older, equal and conflicting rows all come up. */
const rows = fc.array(
  fc.record({
    view: fc.constantFrom(0, 1, 7, 0x7fffffff, 0x80000000, 0xffffffff),
    eventTimeMs: fc.constantFrom(SAMPLE_TIME_MS, SAMPLE_TIME_MS + 1, SAMPLE_TIME_MS + 2 ** 32, 0),
    revision: fc.constantFrom(0, 1, 999),
    text: fc.constantFrom('', 'a', 'b', 'é', 'aa', '\u0000', 'x'.repeat(150)),
    tombstone: fc.boolean(),
  }),
  { maxLength: 12 },
);

await withService(requireRedis, (address) => {
  describe('the merge inside Redis', async () => {
    const store = await openRedisOnlineStore(singleRedis(address), {
      ...storeOptions,
      blockMaxBytes: BLOCK_MAX_BYTES,
    });
    const client = new Redis(address.port, address.host);
    afterAll(async () => {
      await store.close();
      client.disconnect();
    });

    test('leaves the same bytes and tells the same outcomes as the merge in memory', async () => {
      await fc.assert(
        fc.asyncProperty(rows, fc.nat(12), async (samples, split) => {
          const key = { namespace: randomUUID(), block: 'b:{}', entityKey: 'k' };
          const writes = samples.map((sample) => sampleWrite({ ...key, ...sample }));
          let block: Buffer | undefined;
          const expected = writes.map(({ view, row }) => {
            const merged = mergeRow(block, view, row, BLOCK_MAX_BYTES);
            if (merged.outcome === 'WRITTEN') block = merged.block;
            return merged.outcome;
          });
          const slots = [
            ...(await store.writeMany(writes.slice(0, split))),
            ...(await store.writeMany(writes.slice(split))),
          ];
          expect(slots.map((slot) => (isStoreFailure(slot) ? slot.failed : slot.outcome))).toEqual(expected);
          expect(await client.getBuffer(storageKey(key))).toEqual(block ?? null);
        }),
        { numRuns: RUNS, seed: 20_300_101 },
      );
    });

    test('takes a damaged block for what it is, and leaves it alone', async () => {
      const key = { namespace: randomUUID(), block: 'b', entityKey: 'k' };
      const write = sampleWrite({ ...key, view: 5, eventTimeMs: SAMPLE_TIME_MS });
      await store.writeMany([write]);
      const whole = (await client.getBuffer(storageKey(key))) as Buffer;
      const damaged = [Buffer.alloc(0), Buffer.from([1]), whole.subarray(0, 9)];
      for (const at of [0, 1, 2, 7, 10]) {
        const flipped = Buffer.from(whole);
        flipped[at] = (flipped[at] as number) ^ 0x40;
        damaged.push(flipped);
      }
      for (const bytes of damaged) {
        await client.set(storageKey(key), bytes);
        expect(await store.writeMany([write])).toEqual([expect.objectContaining({ failed: 'CORRUPT' })]);
        expect(await client.getBuffer(storageKey(key))).toEqual(bytes);
        expect(rowsOf(await store.readMany([{ ...key, views: [5] }]))).toEqual([
          expect.objectContaining({ failed: 'CORRUPT' }),
        ]);
      }
      await client.del(storageKey(key));
      await client.lpush(storageKey(key), 'not a string');
      expect(await store.writeMany([write])).toEqual([expect.objectContaining({ failed: 'CORRUPT' })]);
    });
  });
});
