/** The table of statuses in the schema's contract, row by row, on a real store. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OnlineStore } from '../../src/stores/online-store.ts';
import { createContext, type Fixture, HOUR_MS, MINUTE_MS, openFixture } from './fixtures/open-fixture.ts';
import { readFields } from './fixtures/read-fields.ts';

let fixture: Fixture;
/** What the store answers instead of reading. */
let failing: 'TIMEOUT' | 'UNAVAILABLE' | 'CORRUPT' | null = null;

function failable(store: OnlineStore): OnlineStore {
  return {
    readMany: async (reads, options) =>
      failing === null
        ? store.readMany(reads, options)
        : reads.map(() => ({ failed: failing ?? 'UNAVAILABLE', detail: 'as the test wants it' })),
    writeMany: (writes, options) => store.writeMany(writes, options),
    eraseMany: (keys) => store.eraseMany(keys),
    check: () => store.check(),
    close: () => store.close(),
  };
}

beforeAll(async () => {
  fixture = await openFixture(failable);
  await fixture.write('truck_usage', ['fresh'], { trips: 7, metres: null, towns: ['Ghent'] });
  await fixture.write('truck_usage', ['at-ttl'], { trips: 7 }, { ageMs: 24 * HOUR_MS });
  await fixture.write('truck_usage', ['old'], { trips: 7, metres: '5' }, { ageMs: 24 * HOUR_MS + 1 });
  await fixture.write('truck_usage', ['gone'], { trips: 7 }, { ageMs: 2 });
  await fixture.write('truck_usage', ['gone'], {}, { ageMs: 1, tombstone: true });
  await fixture.write(
    'truck_load',
    ['fresh'],
    { cargo: { name: 'sand', pieces: null } },
    { ageMs: 50 * MINUTE_MS },
  );
});
afterAll(() => fixture.close());

const read = (key: string, fields: readonly string[], options = {}) =>
  readFields(fixture, createContext(options), [key], fields);

describe('with a source that is on time', () => {
  test('PRESENT: the stored value; NULL_VALUE: stored as null, and no default for it', async () => {
    expect(await read('fresh', ['trips', 'metres', 'towns', 'cargo'])).toEqual({
      trips: { value: 7, status: 'PRESENT' },
      metres: { value: null, status: 'NULL_VALUE' },
      towns: { value: ['Ghent'], status: 'PRESENT' },
      cargo: { value: { name: 'sand', pieces: null }, status: 'PRESENT' },
    });
  });
  test('NOT_FOUND: never written, deleted, or absent in the row; the default stands in where there is one', async () => {
    const absent = { trips: { value: 0, status: 'NOT_FOUND' }, metres: { value: null, status: 'NOT_FOUND' } };
    expect(await read('unknown', ['trips', 'metres'])).toEqual(absent);
    expect(await read('gone', ['trips', 'metres'])).toEqual(absent);
    expect(await read('fresh', ['driverBadge', 'tonnes'])).toEqual({
      driverBadge: { value: null, status: 'NOT_FOUND' },
      tonnes: { value: 1.5, status: 'NOT_FOUND' },
    });
  });
  test('OUTSIDE_MAX_AGE: older than the TTL, and at its very end not yet', async () => {
    expect(await read('at-ttl', ['trips'])).toEqual({ trips: { value: 7, status: 'PRESENT' } });
    expect(await read('old', ['trips', 'metres'])).toEqual({
      trips: { value: 0, status: 'OUTSIDE_MAX_AGE' },
      metres: { value: null, status: 'OUTSIDE_MAX_AGE' },
    });
  });
  test('OUTSIDE_MAX_AGE by the request alone: null, never the default', async () => {
    const refusing = { maxAgeMs: { truck_load: 49 * MINUTE_MS } };
    expect(await read('fresh', ['tonnes', 'cargo'], refusing)).toEqual({
      tonnes: { value: null, status: 'OUTSIDE_MAX_AGE' },
      cargo: { value: null, status: 'OUTSIDE_MAX_AGE' },
    });
    expect((await read('fresh', ['cargo'], { maxAgeMs: { truck_load: 50 * MINUTE_MS } })).cargo?.status).toBe(
      'PRESENT',
    );
  });
  test("a wider maxAgeMs does not widen the view's TTL", async () => {
    const wide = { maxAgeMs: { truck_usage: 99 * HOUR_MS } };
    expect(await read('old', ['trips'], wide)).toEqual({ trips: { value: 0, status: 'OUTSIDE_MAX_AGE' } });
  });
});

describe('with a source that is behind', () => {
  beforeAll(() => fixture.setSourceLag(10 * MINUTE_MS + 1));
  afterAll(() => fixture.setSourceLag(0));

  test('SOURCE_STALE: the stored value, never a default, also where there is no row', async () => {
    expect(await read('fresh', ['trips', 'metres', 'driverBadge', 'tonnes'])).toEqual({
      trips: { value: 7, status: 'SOURCE_STALE' },
      metres: { value: null, status: 'SOURCE_STALE' },
      driverBadge: { value: null, status: 'SOURCE_STALE' },
      tonnes: { value: 1.5, status: 'NOT_FOUND' }, // its view has no source
    });
    expect(await read('unknown', ['trips'])).toEqual({ trips: { value: null, status: 'SOURCE_STALE' } });
    expect(await read('gone', ['trips'])).toEqual({ trips: { value: null, status: 'SOURCE_STALE' } });
  });
  test('OUTSIDE_MAX_AGE wins over it, with null and not the default', async () => {
    expect(await read('old', ['trips'])).toEqual({ trips: { value: null, status: 'OUTSIDE_MAX_AGE' } });
  });
  test('a lag of just what is allowed is not behind; a source never heard of is', async () => {
    await fixture.setSourceLag(10 * MINUTE_MS);
    expect((await read('fresh', ['trips'])).trips?.status).toBe('PRESENT');
    await fixture.setSourceLag(null);
    expect((await read('fresh', ['trips'])).trips?.status).toBe('SOURCE_STALE');
  });
});

describe('with a store that fails', () => {
  test.each([
    ['TIMEOUT', 'STORE_TIMEOUT'],
    ['UNAVAILABLE', 'STORE_UNAVAILABLE'],
    ['CORRUPT', 'STORE_UNAVAILABLE'],
  ] as const)('%s is %s: null and an error, and no default', async (reason, status) => {
    failing = reason;
    try {
      const failed = { value: `error: ${status}`, status };
      expect(await read('unknown', ['trips', 'note'])).toEqual({ trips: failed, note: failed });
    } finally {
      failing = null;
    }
  });
});

describe('with a key that cannot be one', () => {
  test('INVALID_KEY: null and an error, and nothing is asked of the store', async () => {
    fixture.store.reset();
    const invalid = { value: 'error: INVALID_KEY', status: 'INVALID_KEY' };
    expect(await read('', ['trips', 'note'])).toEqual({ trips: invalid, note: invalid });
    expect(await readFields(fixture, createContext(), [{ a: 1 }], ['trips'])).toEqual({ trips: invalid });
    expect(await readFields(fixture, createContext(), [null], ['trips'])).toEqual({ trips: invalid });
    expect(await read('x'.repeat(513), ['trips'])).toEqual({
      trips: { value: 'error: ENTITY_KEY_TOO_LONG', status: 'INVALID_KEY' },
    });
    expect(fixture.store.calls).toEqual([]);
  });
});

test('a ViewRead tells status and times of the read, and failures as data', async () => {
  const { usageRead, loadRead } = await read('fresh', ['usageRead', 'loadRead']);
  expect(usageRead?.value).toEqual({
    status: 'PRESENT',
    eventTime: '2024-06-01T12:00:00.000Z',
    createdTime: '2024-06-01T12:00:00.001Z',
    ageMs: '0',
  });
  expect(loadRead?.value).toMatchObject({ status: 'PRESENT', ageMs: String(50 * MINUTE_MS) });
  expect((await read('old', ['usageRead'])).usageRead?.value).toMatchObject({ status: 'OUTSIDE_MAX_AGE' });
  const nothing = { eventTime: null, createdTime: null, ageMs: null };
  expect((await read('gone', ['usageRead'])).usageRead?.value).toEqual({ status: 'NOT_FOUND', ...nothing });
  expect((await read('', ['usageRead'])).usageRead?.value).toEqual({ status: 'INVALID_KEY', ...nothing });
});
