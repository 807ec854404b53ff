import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteRows, keyRecordOf } from '../../src/ingestion/delete.ts';
import { findWritableView, type PushOptions, pushRows } from '../../src/ingestion/push.ts';
import type { RowOutcome } from '../../src/ingestion/push-tally.ts';
import { openRecordFile } from '../../src/ingestion/readers/record-file.ts';
import type { View } from '../../src/registry/registry.ts';
import { readRowHeader } from '../../src/stores/row-format.ts';
import { CLOCK, NAMESPACE, NOW_MS, openStores, records, type Stores } from './open-stores.ts';
import { Folder } from './read-all.ts';
import { registryOf, sampleView, scalar, TAIL } from './sample-view.ts';

const folder = new Folder();
let stores: Stores;
beforeAll(async () => {
  stores = await openStores(folder.file('data'));
});
afterAll(async () => {
  await stores.close();
  folder.remove();
});

let views = 0;
/** A view of its own for each test, so that tests do not meet in the store. */
function freshView(options: Parameters<typeof sampleView>[1] = {}): View {
  views += 1;
  return sampleView({ seats: scalar('Int'), model: scalar('String') }, { name: `view_${views}`, ...options });
}

function push(view: View, rows: PushOptions['records'], more: Partial<PushOptions> = {}) {
  return pushRows({ ...stores, view, namespace: NAMESPACE, clock: CLOCK, records: rows, ...more });
}

const row = (tailnum: string, seats: unknown, aheadMs = 0) => ({
  ...{ tailnum, seats, model: null },
  eventTimeMs: NOW_MS + aheadMs,
});

describe('push', () => {
  it('keeps the good rows and tells the bad ones', async () => {
    const view = freshView();
    const result = await push(view, records(row('N1', 1), row('N2', 'x'), row('N3', 3)));
    expect(result).toMatchObject({ rows: 3, accepted: 2, kept: 0, rejected: 1, failed: 0, stopped: null });
    expect(result.reports).toMatchObject([
      { rowNumber: 2, entityKey: 'N2', problems: [{ column: 'seats', received: '"x"' }] },
    ]);
    expect(await stores.value(view, 'N3')).toEqual({ seats: '3', model: 'null' });
    expect(await stores.value(view, 'N2')).toBeUndefined();
  });

  it('makes the layout durable before the first row that needs it', async () => {
    const view = freshView();
    const order: string[] = [];
    const layouts: PushOptions['layouts'] = {
      ...stores.layouts,
      putMany: async (given) => {
        await stores.layouts.putMany(given);
        order.push('layout');
      },
    };
    const rows = records(row('N1', 1));
    await push(view, rows, { layouts, onRow: () => order.push('row') });
    expect(order).toEqual(['layout', 'row']);
    expect(await stores.layouts.getMany([view.layout.id])).toEqual([view.layout]);
  });

  it('lets the newest event time win, whatever the order of the rows, and tells the older', async () => {
    const view = freshView();
    const outcomes: RowOutcome[] = [];
    const rows = records(row('N1', 2, -10), row('N1', 3, -5), row('N1', 1, -20));
    const result = await push(view, rows, { onRow: (outcome) => outcomes.push(outcome) });
    expect(result).toMatchObject({ accepted: 3, kept: 1 });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['WRITTEN', 'WRITTEN', 'KEPT']);
    expect(await stores.value(view, 'N1')).toMatchObject({ seats: '3' });
  });

  it('lets a higher revision correct a value of the same event', async () => {
    const view = freshView();
    await push(view, records(row('N1', 1)), { revision: 1 });
    await push(view, records({ ...row('N1', 9), revision: 0 }));
    expect(await stores.value(view, 'N1')).toMatchObject({ seats: '1' });
    await push(view, records({ ...row('N1', 2), revision: 2 }));
    expect(await stores.value(view, 'N1')).toMatchObject({ seats: '2' });
  });

  it('never writes into another namespace', async () => {
    const view = freshView();
    const rows = records({ ...row('N1', 1), namespace: 'theirs' }, row('N2', 2));
    expect(await push(view, rows)).toMatchObject({ accepted: 1, rejected: 1 });
    expect(await stores.row(view, 'N1', 'theirs')).toBeUndefined();
    expect(await stores.row(view, 'N2', 'theirs')).toBeUndefined();
  });

  it('leaves what a row omits absent where the push is partial, and refuses it otherwise', async () => {
    const view = freshView();
    const rows = records({ tailnum: 'N1', seats: null, eventTimeMs: NOW_MS });
    expect(await push(view, rows)).toMatchObject({ accepted: 0, rejected: 1 });
    expect(await push(view, rows, { partial: true })).toMatchObject({ accepted: 1 });
    expect(await stores.value(view, 'N1')).toEqual({ seats: 'null', model: 'absent' });
  });

  it('counts the values that it stored as null', async () => {
    const view = freshView({ nulling: ['seats'] });
    expect(await push(view, records(row('N1', 'x'), row('N2', 2)))).toMatchObject({ accepted: 2, nulled: 1 });
  });

  it('lists no more bad rows than asked for, and counts all', async () => {
    const bad = Array.from({ length: 5000 }, (_, i) => row(`N${i}`, 'x'));
    const result = await push(freshView(), records(...bad), { reportsMax: 7 });
    expect(result.reports).toHaveLength(7);
    expect(result.rejected).toBe(5000);
  });

  it('stops at the signal, with what it has acknowledged', async () => {
    const view = freshView();
    const controller = new AbortController();
    const result = await push(view, records(row('N1', 1), row('N2', 2), row('N3', 3)), {
      signal: controller.signal,
      records: function* () {
        yield { rowNumber: 1, record: row('N1', 1) };
        controller.abort();
        yield { rowNumber: 2, record: row('N2', 2) };
      },
    });
    expect(result).toMatchObject({ accepted: 1, stopped: 'SIGNAL' });
    expect(await stores.value(view, 'N1')).toMatchObject({ seats: '1' });
    expect(await stores.value(view, 'N2')).toBeUndefined();
  });

  it('gives up a file when the store is down, and says which rows failed', async () => {
    const closed = await openStores(folder.file('closed'));
    await closed.store.close();
    const many = Array.from({ length: 9000 }, (_, i) => row(`N${i}`, 1));
    const result = await push(freshView(), records(...many), { store: closed.store });
    expect(result).toMatchObject({ accepted: 0, stopped: 'STORE' });
    expect(result.failed).toBeGreaterThanOrEqual(3000);
    expect(result.rows).toBeLessThan(9000);
    expect(result.reports[0]?.problems[0]?.code).toBe('STORE_UNAVAILABLE');
    await closed.close();
  });

  it('refuses the row that would make its block too large, and keeps the block', async () => {
    const options = { name: 'large_a' };
    const large = sampleView({ text: scalar('String', 40_000) }, options);
    const other = sampleView({ text: scalar('String', 40_000) }, { ...options, name: 'large_b' });
    const text = { tailnum: 'HUGE', text: 'x'.repeat(35_000), eventTimeMs: NOW_MS };
    expect(await push(large, records(text))).toMatchObject({ accepted: 1 });
    const result = await push(other, records(text));
    expect(result.reports[0]?.problems[0]?.code).toBe('BLOCK_TOO_LARGE');
    expect(await stores.value(large, 'HUGE')).toMatchObject({ text: JSON.stringify(text.text) });
  });

  it('knows only views of the schema that are ours to write', () => {
    const own = freshView();
    const theirs = freshView({ external: 'warehouse' });
    const registry = registryOf(own, theirs);
    expect(findWritableView(registry, own.name)).toBe(own);
    expect(() => findWritableView(registry, 'nope')).toThrow(/got "nope", which the schema does not have/);
    const known = [...registry.views.keys()][0] as string;
    expect(() => findWritableView(registry, `${known.slice(0, -1)}x`)).toThrow(`Did you mean "${known}"?`);
    expect(() => findWritableView(registry, 'nope')).toThrow(/There are .*`featuregraph features` lists all/);
    expect(() => findWritableView(registry, theirs.name)).toThrow(/external store warehouse/);
  });
});

describe('all or nothing', () => {
  it('writes nothing when one row of a file is bad, and everything when none is', async () => {
    const view = freshView();
    const line = (tailnum: string, seats: unknown) => JSON.stringify(row(tailnum, seats));
    const lines = Array.from({ length: 2500 }, (_, i) => line(`N${i}`, i));
    const bad = folder.file('bad.ndjson', [...lines, line('LAST', 'x')].join('\n'));
    const good = folder.file('good.ndjson', lines.join('\n'));
    const run = async (file: string) => {
      const { read } = await openRecordFile(file, { view, partial: false });
      return push(view, read, { allOrNothing: true });
    };
    expect(await run(bad)).toMatchObject({ accepted: 0, rejected: 1, withheld: 2500, rows: 2501 });
    expect(await stores.value(view, 'N0')).toBeUndefined();
    expect(await run(good)).toMatchObject({ accepted: 2500, rejected: 0, withheld: 0, rows: 2500 });
    expect(await stores.value(view, 'N2499')).toMatchObject({ seats: '2499' });
  });

  it('tells each row what became of it', async () => {
    const outcomes: RowOutcome[] = [];
    const onRow = (outcome: RowOutcome) => outcomes.push(outcome);
    await push(freshView(), records(row('N1', 1), row('N2', 'x')), { allOrNothing: true, onRow });
    expect(outcomes.map(({ entityKey, outcome }) => `${entityKey} ${outcome}`).sort()).toEqual([
      'N1 WITHHELD',
      'N2 REFUSED',
    ]);
  });
});

describe('the time of a source', () => {
  const timeOf = async (source: string) => (await stores.sources.readMany(NAMESPACE, [source])).get(source);

  it('is the newest event time acknowledged, and never goes back', async () => {
    const view = freshView({ source: 'flights' });
    const result = await push(view, records(row('N1', 1, -1000), row('N2', 1, -5000), row('N3', 'x', -10)));
    expect(result).toMatchObject({ newestEventTimeMs: NOW_MS - 1000, sourceTime: 'RECORDED' });
    expect(await timeOf('flights')).toBe(NOW_MS - 1000);
    await push(view, records(row('N4', 1, -9000)));
    expect(await timeOf('flights')).toBe(NOW_MS - 1000);
  });

  it('is what the push says, even without rows', async () => {
    await push(freshView({ source: 'weather' }), records(), { sourceTimeMs: NOW_MS - 7 });
    expect(await timeOf('weather')).toBe(NOW_MS - 7);
  });

  it('is not what the push says when rows were not written', async () => {
    const view = freshView({ source: 'orders' });
    const rows = records(row('N2', 'x'));
    await push(view, rows, { sourceTimeMs: NOW_MS, allOrNothing: true });
    expect(await timeOf('orders')).toBeUndefined();
  });

  it('may not be ahead of the clock', async () => {
    const far = push(freshView({ source: 'far' }), records(), { sourceTimeMs: NOW_MS + 600_000 });
    await expect(far).rejects.toMatchObject({ code: 'EVENT_TIME_REFUSED' });
  });
});

describe('delete', () => {
  const remove = (view: View, keys: unknown[], eventTimeMs?: number) =>
    deleteRows({
      ...{ ...stores, view, namespace: NAMESPACE, clock: CLOCK, records: records(...keys) },
      eventTimeMs,
    });

  it('holds against a late older value, and against one of the same moment', async () => {
    const view = freshView();
    await push(view, records(row('N1', 1, -10)));
    expect(await remove(view, [{ tailnum: 'N1' }])).toMatchObject({ accepted: 1, kept: 0 });
    expect(await stores.value(view, 'N1')).toBe('deleted');
    for (const aheadMs of [-5, -20, 0]) {
      expect(await push(view, records(row('N1', 2, aheadMs)))).toMatchObject({ accepted: 1, kept: 1 });
      expect(await stores.value(view, 'N1')).toBe('deleted');
    }
    await push(view, records(row('N1', 3, 1)));
    expect(await stores.value(view, 'N1')).toMatchObject({ seats: '3' });
  });

  it('deletes as of a time, and keeps what is newer', async () => {
    const view = freshView();
    await push(view, records(row('N1', 1, -10), row('N2', 1, -30)));
    const keys = [{ tailnum: 'N1' }, { tailnum: 'N2' }];
    expect(await remove(view, keys, NOW_MS - 20)).toMatchObject({ accepted: 2, kept: 1 });
    expect(await stores.value(view, 'N1')).toMatchObject({ seats: '1' });
    expect(await stores.value(view, 'N2')).toBe('deleted');
    await remove(view, [{ tailnum: 'N1', eventTime: '2013-06-01T11:59:59.995Z', revision: 0 }]);
    const tombstone = (await stores.row(view, 'N1')) as Uint8Array;
    expect(readRowHeader(tombstone)).toMatchObject({ tombstone: true, eventTimeMs: NOW_MS - 5, revision: 0 });
  });

  it('takes keys alone, and tells what is none', async () => {
    const view = freshView({ joinKeys: [TAIL, { name: 'day', type: scalar('Int') }] });
    const result = await remove(view, [
      keyRecordOf(view, ['N,1', '7']),
      keyRecordOf(view, ['N1', 'x']),
      keyRecordOf(view, ['N1']),
      keyRecordOf(view, ['N1', '7', 'more']),
      { tailnum: 'N1', day: 7, seats: 4 },
    ]);
    expect(result).toMatchObject({ accepted: 1, rejected: 4 });
    expect(await stores.value(view, 'N%2C1,7')).toBe('deleted');
  });
});
