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
  const batchSize = metrics.readBatchSize.of(name);
  const duration = metrics.readDuration.of(name);
  const found = metrics.blockReads.tally({ store: name, result: 'found' });
  const empty = metrics.blockReads.tally({ store: name, result: 'empty' });
  const failed = metrics.blockReads.tally({ store: name, result: 'failed' });

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
      batchSize.observe(reads.length);
      const slots = await store.readMany(reads, options);
      duration.observe((clock.monotonicMs() - startedMs) / 1000);
      let emptyCount = 0;
      for (const slot of slots) if (typeof slot === 'string') emptyCount += 1;
      const failedCount = countFailures(slots);
      failed.count += failedCount;
      empty.count += emptyCount;
      found.count += slots.length - failedCount - emptyCount;
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
    onLoss: (listener) => store.onLoss(listener),
    check: () => store.check(),
  };
}
