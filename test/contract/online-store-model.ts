/** Replays generated writes on a store and on a plain map, in any order and as often as one likes. */

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { rowAt } from '../../src/stores/block-rows.ts';
import { isStoreFailure, type OnlineStore, type RowWrite } from '../../src/stores/online-store.ts';
import { compareOrder } from '../../src/stores/row-format.ts';
import { CONTRACT_TIME_MS, keyOf, writeOf } from './contract-rows.ts';

const RUNS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 2000 : 60;
const PARTS = ['a', 'b', '%61', '\u{1F6EB}'];
const VIEWS = [1, 2, 0xffffffff];

/** Few keys and few times, so that older, newer, equal and conflicting rows all meet. */
const event = fc.record({
  part: fc.constantFrom(...PARTS),
  view: fc.constantFrom(...VIEWS),
  addMs: fc.integer({ min: 0, max: 4 }),
  revision: fc.constantFrom(0, 1, 999),
  text: fc.constantFrom('', 'x', 'a longer text', 'ü'.repeat(200)),
  tombstone: fc.boolean(),
});
const deliveries = fc.array(event, { minLength: 1, maxLength: 20 }).chain((events) =>
  fc.record({
    events: fc.constant(events),
    // Every event at least once, some again, in any order.
    order: fc.array(fc.nat(events.length - 1), { maxLength: 20 }).chain((again) =>
      fc.shuffledSubarray([...events.keys(), ...again], {
        minLength: events.length + again.length,
        maxLength: events.length + again.length,
      }),
    ),
    callSize: fc.integer({ min: 1, max: 10 }),
    together: fc.boolean(),
  }),
);

/** Of all rows of a view the ones with the highest order key may stand, and no other. */
export async function anyOrderEndsTheSame(store: OnlineStore): Promise<void> {
  await fc.assert(
    fc.asyncProperty(deliveries, async ({ events, order, callSize, together }) => {
      const namespace = randomUUID();
      const writes = events.map((e) =>
        writeOf({ ...keyOf({ namespace, parts: [e.part] }), ...e, eventTimeMs: CONTRACT_TIME_MS + e.addMs }),
      );
      const calls: RowWrite[][] = [];
      for (let i = 0; i < order.length; i += callSize) {
        calls.push(order.slice(i, i + callSize).map((index) => writes[index] as RowWrite));
      }
      if (together) await Promise.all(calls.map((call) => store.writeMany(call)));
      else for (const call of calls) await store.writeMany(call);
      const keys = PARTS.map((part) => keyOf({ namespace, parts: [part] }));
      const slots = await store.readMany(keys.map((key) => ({ ...key, views: VIEWS })));
      for (const [i, key] of keys.entries()) {
        const slot = slots[i];
        if (slot === undefined || isStoreFailure(slot))
          throw new Error(`Expected rows, got ${JSON.stringify(slot)}.`);
        for (const [j, view] of VIEWS.entries())
          expectOneOfNewest(rowAt(slot, j), writes, key.entityKey, view);
      }
    }),
    { numRuns: RUNS, seed: 20_260_101 },
  );
}

function expectOneOfNewest(
  standing: Uint8Array | undefined,
  writes: readonly RowWrite[],
  entityKey: string,
  view: number,
): void {
  const rows = writes.filter((w) => w.view === view && w.entityKey === entityKey).map((w) => w.row);
  const newest = rows.filter((row) => rows.every((another) => compareOrder(row, another) >= 0));
  if (newest.length === 0) expect(standing).toBeUndefined();
  else expect(newest.some((row) => standing !== undefined && Buffer.compare(row, standing) === 0)).toBe(true);
}
