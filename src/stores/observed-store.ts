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
  const batchSize = metrics.readBatchSize.of(name);
  const duration = metrics.readDuration.of(name);
  const found = metrics.blockReads.tally({ store: name, result: 'found' });
  const empty = metrics.blockReads.tally({ store: name, result: 'empty' });
  const failed = metrics.blockReads.tally({ store: name, result: 'failed' });

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
    found.count += foundCount;
    failed.count += failedCount;
    empty.count += slots.length - foundCount - failedCount;
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
      batchSize.observe(reads.length);
      const slots = await store.readMany(reads, options);
      duration.observe((clock.monotonicMs() - startedMs) / 1000);
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
