import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushRows } from '../../src/ingestion/push.ts';
import type { OnlineStore, RowWrite, WriteSlot } from '../../src/stores/online-store.ts';
import { CLOCK, NAMESPACE, NOW_MS, openStores, records, type Stores } from './open-stores.ts';
import { Folder } from './read-all.ts';
import { sampleView, scalar } from './sample-view.ts';

const folder = new Folder();
let stores: Stores;
beforeAll(async () => {
  stores = await openStores(folder.file('data'));
});
afterAll(async () => {
  await stores.close();
  folder.remove();
});

/** The embedded store, which takes only so many rows of a call in time, as a small cluster does of a large batch. */
function slowStore(rowsInTime: number): OnlineStore & { readonly calls: number[] } {
  const calls: number[] = [];
  const { store } = stores;
  return {
    calls,
    writeMany: async (writes: readonly RowWrite[]): Promise<WriteSlot[]> => {
      calls.push(writes.length);
      const taken = await store.writeMany(writes.slice(0, rowsInTime));
      const late = writes
        .slice(rowsInTime)
        .map(() => ({ failed: 'TIMEOUT', detail: 'no answer in time' }) as const);
      return [...taken, ...late];
    },
    readMany: (reads, options) => store.readMany(reads, options),
    eraseMany: (keys) => store.eraseMany(keys),
    check: () => store.check(),
    close: async () => {},
  };
}

const ROWS = 1000;
const rows = records(
  ...Array.from({ length: ROWS }, (_, i) => ({ tailnum: `N${i}`, seats: i, eventTimeMs: NOW_MS })),
);
const push = (name: string, store: OnlineStore, deadlineAtMs?: number) =>
  pushRows({
    ...{ ...stores, store, namespace: NAMESPACE, clock: CLOCK, records: rows, deadlineAtMs },
    view: sampleView({ seats: scalar('Int') }, { name }),
  });

describe('a store that takes a part of a batch in time', () => {
  it('is handed the rest again, until it has all of a file', async () => {
    const store = slowStore(300);
    expect(await push('all', store)).toMatchObject({ accepted: ROWS, failed: 0, rejected: 0, stopped: null });
    expect(store.calls.slice(0, 4)).toEqual([1000, 700, 400, 100]);
  });

  it('is given up after ten times, and what it did not take is told', async () => {
    const store = slowStore(10);
    const result = await push('part', store);
    expect(result).toMatchObject({ accepted: 100, failed: ROWS - 100, stopped: null });
    expect(result.reports[0]?.problems[0]?.code).toBe('STORE_TIMEOUT');
  });

  it('is waited for when it is away for a moment, and given up when it stays away', async () => {
    const back = slowStore(ROWS);
    const take = back.writeMany;
    let calls = 0;
    back.writeMany = async (writes, options) => {
      calls += 1;
      if (calls > 2) return take(writes, options);
      return writes.map(() => ({ failed: 'UNAVAILABLE', detail: 'no node is reached' }));
    };
    expect(await push('back', back)).toMatchObject({ accepted: ROWS, failed: 0 });
    const dead = slowStore(0);
    expect(await push('none', dead)).toMatchObject({ accepted: 0, failed: ROWS });
    expect(dead.calls.filter((count) => count > 1)).toEqual([1000, 1000, 1000, 1000, 1000]);
  });

  it('is not asked again when a caller waits', async () => {
    const called = slowStore(300);
    expect(await push('called', called, 1)).toMatchObject({ accepted: 300, failed: 700 });
    expect(called.calls.filter((count) => count > 1)).toEqual([1000]);
  });
});
