import type { Clock } from '../core/clock.ts';
import type { Metrics } from '../observability/metrics.ts';
import { hasAnyRow } from './block-rows.ts';
import type { NoteFailure } from './failure-reports.ts';
import {
  type BlockSlot,
  isStoreFailure,
  type OnlineStore,
  type StoreFailure,
  type WriteSlot,
} from './online-store.ts';

/** Wraps a store so that what it is asked, and how it answers, is seen at `/metrics`. Changes nothing else. */
export function observedStore(
  store: OnlineStore,
  name: string,
  metrics: Metrics,
  clock: Clock,
  noteFailure: NoteFailure,
): OnlineStore {
  const labels = { store: name };
  const found = metrics.blockReads.labels({ store: name, result: 'found' });
  const empty = metrics.blockReads.labels({ store: name, result: 'empty' });
  const failed = metrics.blockReads.labels({ store: name, result: 'failed' });

  function countFailure(failure: StoreFailure): void {
    metrics.storeFailures.inc({ store: name, reason: failure.failed });
    noteFailure(name, failure);
  }

  function countSlots(slots: readonly BlockSlot[]): void {
    let foundCount = 0;
    let failedCount = 0;
    for (const slot of slots) {
      if (isStoreFailure(slot)) {
        failedCount += 1;
        countFailure(slot);
      } else if (hasAnyRow(slot)) foundCount += 1;
    }
    if (foundCount > 0) found.inc(foundCount);
    if (failedCount > 0) failed.inc(failedCount);
    const emptyCount = slots.length - foundCount - failedCount;
    if (emptyCount > 0) empty.inc(emptyCount);
  }

  function countWrites(slots: readonly WriteSlot[]): void {
    for (const slot of slots) {
      const isFailed = 'failed' in slot;
      if (isFailed) countFailure(slot);
      metrics.rowWrites.inc({ store: name, result: isFailed ? 'failed' : slot.outcome.toLowerCase() });
    }
  }

  return {
    async readMany(reads, options) {
      const startedMs = clock.monotonicMs();
      metrics.readBatchSize.observe(labels, reads.length);
      const slots = await store.readMany(reads, options);
      metrics.readDuration.observe(labels, (clock.monotonicMs() - startedMs) / 1000);
      countSlots(slots);
      return slots;
    },
    async writeMany(writes, options) {
      const slots = await store.writeMany(writes, options);
      countWrites(slots);
      return slots;
    },
    eraseMany: (keys) => store.eraseMany(keys),
    check: () => store.check(),
    close: () => store.close(),
  };
}
