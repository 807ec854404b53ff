import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { openCassandraOnlineStore } from '../../../src/stores/cassandra/cassandra-online-store.ts';
import { compareOrder } from '../../../src/stores/row-format.ts';
import { rowsOf } from '../../contract/contract-rows.ts';
import { withService } from '../../services/services.ts';
import { SAMPLE_TIME_MS, sampleWrite } from '../sample-rows.ts';
import { requireCassandraKeyspace } from './cassandra-here.ts';

const RUNS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 1000 : 60;

await withService(requireCassandraKeyspace, (options) => {
  describe('rows in Cassandra', async () => {
    const store = await openCassandraOnlineStore(options, systemClock);
    afterAll(() => store.close());

    test('the newest of each view stands, in whatever order rows arrive, tombstones among them', async () => {
      const samples = fc.uniqueArray(
        fc.record({
          view: fc.constantFrom(0, 1, 0x80000000, 0xffffffff),
          eventTimeMs: fc.constantFrom(SAMPLE_TIME_MS - 1, SAMPLE_TIME_MS, SAMPLE_TIME_MS + 1),
          revision: fc.constantFrom(0, 1, 999),
          tombstone: fc.boolean(),
        }),
        // No conflicts: of two rows with one order key this store keeps either.
        {
          maxLength: 12,
          selector: ({ view, eventTimeMs, revision }) => `${view} ${eventTimeMs} ${revision}`,
        },
      );
      await fc.assert(
        fc.asyncProperty(samples, async (rows) => {
          const key = { namespace: randomUUID(), block: 'b:{}', entityKey: 'k' };
          const writes = rows.map((sample) => sampleWrite({ ...key, ...sample }));
          const views = [0, 1, 7, 0x80000000, 0xffffffff];
          for (const write of writes) expect(await store.writeMany([write])).toEqual([{ outcome: 'UNTOLD' }]);
          const newest = views.map(
            (view) =>
              writes.filter((write) => write.view === view).toSorted((a, b) => compareOrder(b.row, a.row))[0]
                ?.row,
          );
          expect(rowsOf(await store.readMany([{ ...key, views }]))).toEqual([newest]);
          expect(rowsOf(await store.readMany(views.map((view) => ({ ...key, views: [view] }))))).toEqual(
            newest.map((row) => [row]),
          );
        }),
        { numRuns: RUNS, seed: 20_300_101 },
      );
    });

    test('a row with a life is gone after it', async () => {
      const mortal = await openCassandraOnlineStore(options, systemClock, {
        lifeMsOf: (_block, view) => (view === 1 ? 1000 : undefined),
      });
      const key = { namespace: randomUUID(), block: 'b', entityKey: 'k' };
      const writes = [1, 2].map((view) => sampleWrite({ ...key, view, eventTimeMs: SAMPLE_TIME_MS }));
      await mortal.writeMany(writes);
      const read = [{ ...key, views: [1, 2] }];
      expect(rowsOf(await mortal.readMany(read))).toEqual([writes.map(({ row }) => row)]);
      await expect
        .poll(async () => rowsOf(await mortal.readMany(read)), { timeout: 5000 })
        .toEqual([[undefined, writes[1]?.row]]);
      await mortal.close();
    });

    test('an erased block is gone, and newer rows count again', async () => {
      const key = { namespace: randomUUID(), block: 'b', entityKey: 'k' };
      const rows = [0, 1].map((after) =>
        sampleWrite({ ...key, view: 1, eventTimeMs: SAMPLE_TIME_MS + after }),
      );
      await store.writeMany(rows.slice(0, 1));
      expect(await store.eraseMany([key, { ...key, entityKey: 'unknown' }])).toEqual([
        { outcome: 'ERASED' },
        { outcome: 'ERASED' },
      ]);
      expect(rowsOf(await store.readMany([{ ...key, views: [1] }]))).toEqual([[undefined]]);
      await store.writeMany(rows.slice(1));
      expect(rowsOf(await store.readMany([{ ...key, views: [1] }]))).toEqual([[rows[1]?.row]]);
    });
  });
});
