/** `readEntity` tells every feature of one entity, of all domains, with where it comes from and how old it is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEntity } from '../../src/features/read-entity.ts';
import { createContext, type Fixture, MINUTE_MS, NOW_MS, openFixture } from './fixtures/open-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
  await fixture.write('truck_facts', ['a'], { seats: 0, builtYear: 2000, kind: 'BOX' }, { ageMs: MINUTE_MS });
  await fixture.write('truck_crew', ['a'], { crew: 2 });
  await fixture.write('lane_facts', ['x', 'y'], { km: 9 });
});
afterAll(() => fixture.close());

test('features of all domains, stored and computed, read in one call', async () => {
  fixture.store.reset();
  const readings = await readEntity(fixture.reader, createContext(), 'Truck', ['a']);
  const byField = Object.fromEntries(readings.map((reading) => [reading.field, reading]));
  const at = { eventTimeMs: NOW_MS - MINUTE_MS, ageMs: MINUTE_MS, error: null };
  expect(byField.kind).toEqual({
    ...{ domain: 'depot', field: 'kind', view: 'truck_facts', status: 'PRESENT', value: 'BOX' },
    ...at,
  });
  expect(byField.crew).toMatchObject({ domain: 'people', view: 'truck_crew', value: 2, ageMs: 0 });
  expect(byField.trips).toMatchObject({ status: 'NOT_FOUND', value: 0, eventTimeMs: null, ageMs: null });
  expect(byField.ageYears).toMatchObject({ view: null, status: 'PRESENT', value: 24 });
  expect(byField.tripsPerSeat).toMatchObject({
    status: 'TRANSFORM_FAILED',
    value: null,
    error: expect.stringContaining('ratio'),
  });
  // What needs arguments, or another domain, cannot be told.
  expect(byField.tonnesWith ?? byField.freeSeats).toBeUndefined();
  expect(fixture.store.calls.length).toBe(1);
});

test('a composite key is given by its parts; an entity that nobody has features of is empty', async () => {
  const [km] = await readEntity(fixture.reader, createContext(), 'Lane', ['x', 'y']);
  expect(km).toMatchObject({ field: 'km', value: 9 });
  expect(await readEntity(fixture.reader, createContext(), 'Ship', ['x'])).toEqual([]);
});

test('a key that cannot be one is told for each feature', async () => {
  const readings = await readEntity(fixture.reader, createContext(), 'Lane', ['x']);
  expect(readings).toMatchObject([{ field: 'km', status: 'INVALID_KEY', value: null }]);
});
