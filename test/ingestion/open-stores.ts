import type { Clock } from '../../src/core/clock.ts';
import { fixedClock } from '../../src/core/clock.ts';
import type { ReadRecord } from '../../src/ingestion/readers/read-record.ts';
import type { View } from '../../src/registry/registry.ts';
import { rowAt } from '../../src/stores/block-rows.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbLayoutStore } from '../../src/stores/lmdb/lmdb-layout-store.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { isStoreFailure } from '../../src/stores/online-store.ts';
import { readRowHeader } from '../../src/stores/row-format.ts';
import { SourceTimes } from '../../src/stores/source-times.ts';
import { segmentsOf } from './written-row.ts';

export const NOW_MS = Date.parse('2013-06-01T12:00:00Z');
export const CLOCK: Clock = fixedClock(NOW_MS);
export const NAMESPACE = 'acme';

export type Stores = Awaited<ReturnType<typeof openStores>>;

/** The embedded store in a folder, as the product has it. */
export async function openStores(folder: string) {
  const environment = await openLmdbEnvironment({ folder });
  const store = createLmdbOnlineStore(environment, { clock: CLOCK });
  const layouts = createLmdbLayoutStore(environment);
  const sources = new SourceTimes(store);
  async function row(view: View, entityKey: string, namespace = NAMESPACE): Promise<Uint8Array | undefined> {
    const [slot] = await store.readMany([{ namespace, block: view.blockId, entityKey, views: [view.id] }]);
    if (slot === undefined || isStoreFailure(slot)) throw new Error(JSON.stringify(slot));
    return rowAt(slot, 0);
  }
  return {
    ...{ store, layouts, sources, row },
    /** `undefined`: never written. `deleted`: a tombstone. */
    async value(view: View, entityKey: string): Promise<Record<string, string> | 'deleted' | undefined> {
      const found = await row(view, entityKey);
      if (found === undefined) return undefined;
      return readRowHeader(found).tombstone ? 'deleted' : segmentsOf(view, found);
    },
    close: () => environment.close(),
  };
}

export function records(...rows: unknown[]): () => ReadRecord[] {
  return () => rows.map((record, index) => ({ rowNumber: index + 1, record }));
}
