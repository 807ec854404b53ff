import type { Clock } from '../core/clock.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { NoteFailure } from './failure-reports.ts';
import type { HotStore } from './hot-store.ts';
import { isStoreFailure, type StoreFailure } from './online-store.ts';

/** Wraps a hot store so that what it is asked, and how it answers, is seen at `/metrics`, as `observedStore` does. */
export function observedHotStore(
  store: HotStore,
  name: string,
  metrics: Metrics,
  clock: Clock,
  noteFailure: NoteFailure,
): HotStore {
  const labels = { store: name };

  function countFailures(slots: readonly (object | string)[]): number {
    let count = 0;
    for (const slot of slots) {
      if (typeof slot === 'string' || !isStoreFailure(slot)) continue;
      count += 1;
      const failure = slot as StoreFailure;
      metrics.storeFailures.inc({ store: name, reason: failure.failed });
      noteFailure(name, failure);
    }
    return count;
  }

  return {
    async readMany(reads, options) {
      const startedMs = clock.monotonicMs();
      metrics.readBatchSize.observe(labels, reads.length);
      const slots = await store.readMany(reads, options);
      metrics.readDuration.observe(labels, (clock.monotonicMs() - startedMs) / 1000);
      const failed = countFailures(slots);
      const empty = slots.filter((slot) => typeof slot === 'string').length;
      metrics.blockReads.inc({ store: name, result: 'failed' }, failed);
      metrics.blockReads.inc({ store: name, result: 'empty' }, empty);
      metrics.blockReads.inc({ store: name, result: 'found' }, slots.length - failed - empty);
      return slots;
    },
    async mergeMany(writes, options) {
      const slots = await store.mergeMany(writes, options);
      countFailures(slots);
      for (const slot of slots) {
        const result = isStoreFailure(slot) ? 'failed' : slot.outcome.toLowerCase();
        metrics.rowWrites.inc({ store: name, result });
      }
      return slots;
    },
    async promoteMany(promotions, options) {
      const slots = await store.promoteMany(promotions, options);
      countFailures(slots);
      return slots;
    },
    eraseMany: (keys) => store.eraseMany(keys),
    check: () => store.check(),
  };
}
