/** One request reads each block of each entity once, all of a tick in one call, and never beyond its deadline. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { RequestContext } from '../../src/core/request-context.ts';
import type { EntityClass } from '../../src/features/entity-class.ts';
import type { OnlineStore } from '../../src/stores/online-store.ts';
import { createContext, type Fixture, NAMESPACE, openFixture } from './fixtures/open-fixture.ts';
import { readFields } from './fixtures/read-fields.ts';

let fixture: Fixture;
let delayMs = 0;

/** A store that takes its time: what a real one does under load. */
function slow(store: OnlineStore): OnlineStore {
  return {
    ...{ writeMany: store.writeMany.bind(store), eraseMany: store.eraseMany.bind(store) },
    ...{ check: store.check.bind(store), close: store.close.bind(store) },
    async readMany(reads, options) {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      return store.readMany(reads, options);
    },
  };
}

beforeAll(async () => {
  fixture = await openFixture(slow);
  await fixture.write('truck_facts', ['a'], { seats: 4, homeDepotCode: 'x' });
  await fixture.write('truck_notes', ['a'], { note: 'loud' });
});
afterAll(() => fixture.close());
beforeEach(() => {
  delayMs = 0;
  fixture.store.reset();
});

const viewId = (name: string) => fixture.registry.views.get(name)?.id as number;
const needs =
  (...fields: string[]) =>
  (entityClass: EntityClass) =>
    fields.flatMap((field) => entityClass.needsOf(field));
const trucks = (context: RequestContext, ...plates: string[]) =>
  plates.map((plate) =>
    fixture.reader.classOf('depot', 'Truck').find(fixture.reader.reads(context), [plate]),
  );

test('keys that repeat are one read; blocks without a wanted view are none; only wanted views are asked for', async () => {
  const context = createContext();
  const reads = fixture.reader.reads(context);
  await fixture.reader.load(reads, trucks(context, 'a', 'b', 'a', 'b'), needs('seats', 'trips', 'builtYear'));
  const read = { namespace: NAMESPACE, block: 'depot.Truck' };
  const views = [viewId('truck_facts'), viewId('truck_usage')];
  expect(fixture.store.calls).toEqual([
    [
      { ...read, entityKey: 'a', views },
      { ...read, entityKey: 'b', views },
    ],
  ]);
  // What is there is not waited for.
  expect(fixture.reader.load(reads, trucks(context, 'a'), needs('seats'))).toBeNull();
});

test('loads of one tick, of whichever domain, are one call', async () => {
  const context = createContext();
  await Promise.all([
    readFields(fixture, context, ['a'], ['seats', 'note']),
    readFields(fixture, context, ['b'], ['seats']),
    readFields(fixture, context, ['a'], ['crew'], { domain: 'people' }),
  ]);
  expect(
    fixture.store.calls.map((call) => call.map(({ block, entityKey }) => `${block} ${entityKey}`)),
  ).toEqual([['depot.Truck a', 'depot.Truck.notes a', 'depot.Truck b', 'people.Truck a']]);
});

test('views announced before the first read are part of it; those announced later are read alone', async () => {
  const context = createContext();
  const reads = fixture.reader.reads(context);
  const truckClass = fixture.reader.classOf('depot', 'Truck');
  reads.want(truckClass.needsOf('tonnes'));
  await readFields(fixture, context, ['a'], ['seats']);
  expect(await readFields(fixture, context, ['a'], ['tonnes', 'trips', 'seats'])).toMatchObject({
    seats: { value: 4, status: 'PRESENT' },
    tonnes: { value: 1.5, status: 'NOT_FOUND' },
    trips: { value: 0, status: 'NOT_FOUND' },
  });
  expect(fixture.store.calls.map((call) => call.map(({ views }) => views))).toEqual([
    [[viewId('truck_load'), viewId('truck_facts')]],
    [[viewId('truck_usage')]],
  ]);
});

test('what two requests read is not shared', async () => {
  await readFields(fixture, createContext(), ['a'], ['seats']);
  await readFields(fixture, createContext(), ['a'], ['seats']);
  expect(fixture.store.calls.length).toBe(2);
});

test('the answer is TIMEOUT at the deadline, however long the store takes', async () => {
  delayMs = 400;
  const startedMs = systemClock.monotonicMs();
  const { seats } = await readFields(fixture, createContext({ deadlineMs: 40 }), ['a'], ['seats']);
  const tookMs = systemClock.monotonicMs() - startedMs;
  expect(seats).toEqual({ value: 'error: STORE_TIMEOUT', status: 'STORE_TIMEOUT' });
  expect(tookMs).toBeGreaterThanOrEqual(35);
  expect(tookMs).toBeLessThan(300);
});

test('nothing is started after the deadline, nor once the client is gone', async () => {
  const late = { ...createContext(), deadlineAtMs: systemClock.monotonicMs() - 1 };
  expect((await readFields(fixture, late, ['a'], ['seats'])).seats?.status).toBe('STORE_TIMEOUT');
  const gone = { ...createContext(), signal: AbortSignal.abort() };
  expect((await readFields(fixture, gone, ['a'], ['seats'])).seats?.status).toBe('STORE_TIMEOUT');
  expect(fixture.store.calls).toEqual([]);
});

test('a view that was not announced is a fault that is told, never a wrong value', async () => {
  const context = createContext();
  const [truck] = trucks(context, 'a');
  expect(() => (truck as unknown as { seats: unknown }).seats).toThrow('not announced');
});

test('a reference to an entity shares its block, and leads nowhere where its key is null', async () => {
  const context = createContext();
  const reads = fixture.reader.reads(context);
  const [a, b] = trucks(context, 'a', 'b') as unknown as { homeDepot: { code: string } | null }[];
  await fixture.reader.load(reads, trucks(context, 'a', 'b'), needs('homeDepot'));
  expect(a?.homeDepot?.code).toBe('x');
  expect(a?.homeDepot).toBe(fixture.reader.classOf('depot', 'Depot').find(reads, ['x']));
  expect(b?.homeDepot).toBeNull();
});
