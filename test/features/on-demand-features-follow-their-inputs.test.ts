/** Status, value and failure of on-demand features, from the worst of their inputs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OnlineStore } from '../../src/stores/online-store.ts';
import { createContext, type Fixture, HOUR_MS, openFixture } from './fixtures/open-fixture.ts';
import { readFields } from './fixtures/read-fields.ts';
import { anything } from './fixtures/schema/depot.ts';

let fixture: Fixture;
let failing = false;

function failable(store: OnlineStore): OnlineStore {
  return {
    ...{ writeMany: store.writeMany.bind(store), eraseMany: store.eraseMany.bind(store) },
    ...{ check: store.check.bind(store), close: store.close.bind(store) },
    readMany: async (reads, options) =>
      failing
        ? reads.map(() => ({ failed: 'TIMEOUT' as const, detail: 'as the test wants it' }))
        : store.readMany(reads, options),
  };
}

beforeAll(async () => {
  fixture = await openFixture(failable);
  await fixture.write('truck_facts', ['full'], { seats: 4, builtYear: 2000 });
  await fixture.write('truck_usage', ['full'], { trips: 8 });
  await fixture.write('truck_load', ['full'], { tonnes: 16 });
  await fixture.write('truck_facts', ['zero'], { seats: 0, builtYear: null });
  await fixture.write('truck_usage', ['zero'], { trips: 8 });
  await fixture.write('truck_facts', ['old'], { seats: 4 });
  await fixture.write('truck_usage', ['old'], { trips: 8 }, { ageMs: 25 * HOUR_MS });
});
afterAll(() => fixture.close());

const read = (key: string, fields: readonly string[], options = {}) =>
  readFields(fixture, createContext(options), [key], fields);

test('all inputs PRESENT: computed, at the moment of the request, also over other on-demand features', async () => {
  expect(await read('full', ['ageYears', 'tripsPerSeat', 'tripsPerSeatTwice'])).toEqual({
    ageYears: { value: 24, status: 'PRESENT' },
    tripsPerSeat: { value: 2, status: 'PRESENT' },
    tripsPerSeatTwice: { value: 4, status: 'PRESENT' },
  });
});

test('arguments are request data; those not given are null', async () => {
  const withArgs = (args: object) =>
    readFields(fixture, createContext(), ['full'], ['tonnesWith'], { args: { ...args } });
  expect((await withArgs({ more: 2, times: 3 })).tonnesWith).toEqual({ value: 22, status: 'PRESENT' });
  expect((await withArgs({ more: 2 })).tonnesWith).toEqual({ value: 18, status: 'PRESENT' });
});

test('an input stored as null is given as null, and the status says so', async () => {
  expect((await read('zero', ['ageYears'])).ageYears).toEqual({ value: null, status: 'NULL_VALUE' });
});

describe('an input that is NOT_FOUND or OUTSIDE_MAX_AGE', () => {
  test('is given as its default, and the worst status stays', async () => {
    expect((await read('old', ['tripsPerSeat'])).tripsPerSeat).toEqual({
      value: 0,
      status: 'OUTSIDE_MAX_AGE',
    });
    expect((await read('nobody', ['tonnesPerTrip'])).tonnesPerTrip).toEqual({
      value: 0,
      status: 'NOT_FOUND',
    });
  });
  test('without a default is given as null; where that gives null, the default of the result stands in', async () => {
    expect(await read('nobody', ['ageYears', 'tripsPerSeat', 'tripsPerSeatTwice'])).toEqual({
      ageYears: { value: null, status: 'NOT_FOUND' },
      tripsPerSeat: { value: -1, status: 'NOT_FOUND' },
      tripsPerSeatTwice: { value: -2, status: 'NOT_FOUND' },
    });
  });
  test('no default stands in where the request alone refused the input', async () => {
    const refusing = {
      maxAgeMs: { truck_usage: 0, truck_facts: 0 },
      requestTimeMs: createContext().requestTimeMs + 1,
    };
    expect(await read('full', ['tripsPerSeat'], refusing)).toEqual({
      tripsPerSeat: { value: null, status: 'OUTSIDE_MAX_AGE' },
    });
  });
});

test('over a stale source it is computed from what is stored, and is SOURCE_STALE without a default', async () => {
  await fixture.setSourceLag(HOUR_MS);
  expect((await read('full', ['tripsPerSeat'])).tripsPerSeat).toEqual({ value: 2, status: 'SOURCE_STALE' });
  expect((await read('nobody', ['tripsPerSeat'])).tripsPerSeat).toEqual({
    value: null,
    status: 'SOURCE_STALE',
  });
  await fixture.setSourceLag(0);
});

test('over a failed input it is not computed and repeats that failure', async () => {
  failing = true;
  const failed = { value: 'error: STORE_TIMEOUT', status: 'STORE_TIMEOUT' };
  expect(await read('full', ['ageYears', 'tripsPerSeat'])).toEqual({
    ageYears: failed,
    tripsPerSeat: failed,
  });
  failing = false;
  expect((await read('', ['ageYears'])).ageYears?.value).toBe('error: INVALID_KEY');
});

test('a transform that throws is TRANSFORM_FAILED; its message goes to the log and nowhere else', async () => {
  fixture.transformErrors.length = 0;
  const { reader } = fixture;
  const reads = reader.reads(createContext());
  const truck = reader.classOf('depot', 'Truck').find(reads, ['zero']);
  await reader.load(reads, [truck], (entityClass) => entityClass.needsOf('tripsPerSeatTwice'));
  const value = (truck as unknown as { tripsPerSeatTwice: unknown }).tripsPerSeatTwice as Error;
  expect(value).toMatchObject({ extensions: { code: 'TRANSFORM_FAILED', transform: 'ratio' } });
  expect(value.message).not.toContain('secret-cause');
  expect(truck.$class.statusOf(truck, 'tripsPerSeatTwice', {})).toBe('TRANSFORM_FAILED');
  expect(fixture.transformErrors).toEqual([
    { message: expect.stringContaining('secret-cause'), transform: 'ratio' },
  ]);
});

test.each([
  ['nothing', undefined],
  ['a text', 'four'],
  ['not a number', Number.NaN],
  ['a promise', Promise.resolve(1)],
])('a transform that answers %s is TRANSFORM_FAILED', async (_what, answer) => {
  anything.answer = answer;
  expect(await read('full', ['anything'])).toEqual({
    anything: { value: 'error: TRANSFORM_FAILED', status: 'TRANSFORM_FAILED' },
  });
});

test('a null is an answer', async () => {
  anything.answer = null;
  expect(await read('full', ['anything'])).toEqual({ anything: { value: null, status: 'NULL_VALUE' } });
});

describe("an input of another domain comes in the representation, with its owner's status", () => {
  beforeAll(() => fixture.write('truck_crew', ['full'], { crew: 1 }));
  const freeSeats = async (representation: Record<string, unknown>, letters?: Record<string, string>) => {
    const options = { domain: 'people', representation, ...(letters === undefined ? {} : { letters }) };
    return (await readFields(fixture, createContext(), ['full'], ['freeSeats'], options)).freeSeats;
  };

  test('without statuses: PRESENT, or NULL_VALUE where it is null', async () => {
    expect(await freeSeats({ seats: 4 })).toEqual({ value: 3, status: 'PRESENT' });
    expect(await freeSeats({ seats: null })).toEqual({ value: null, status: 'NULL_VALUE' });
  });
  test('with statuses: the worst of all inputs', async () => {
    expect(await freeSeats({ seats: 4 }, { seats: 'A' })).toEqual({ value: 3, status: 'OUTSIDE_MAX_AGE' });
    expect(await freeSeats({ seats: null }, { seats: 'T' })).toEqual({
      value: 'error: STORE_TIMEOUT',
      status: 'STORE_TIMEOUT',
    });
  });
  test('a null whose status nobody knows is a failure, not a null', async () => {
    expect(await freeSeats({ seats: null }, { seats: '-' })).toEqual({
      value: 'error: STORE_UNAVAILABLE',
      status: 'STORE_UNAVAILABLE',
    });
  });
  test('one of a wrong type is INVALID_KEY', async () => {
    expect((await freeSeats({ seats: 'four' }))?.status).toBe('INVALID_KEY');
  });
});
