/** What a subgraph answers: lookups, references, on-demand features, a team's resolvers, errors in their places. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';
import { createContext } from '../features/fixtures/open-fixture.ts';
import { ask, openSubgraphs, plain, type Subgraphs } from './open-subgraphs.ts';

let subgraphs: Subgraphs;
let depot: SubgraphClient;
beforeAll(async () => {
  subgraphs = await openSubgraphs();
  depot = subgraphs.client('depot');
  const { fixture } = subgraphs;
  await fixture.write('truck_facts', ['a'], {
    ...{ seats: 4, builtYear: 2000, kind: 'TANK', homeDepotCode: 'x' },
  });
  await fixture.write('truck_facts', ['zero'], { seats: 0 });
  await fixture.write('truck_usage', ['a'], { trips: 8, metres: '9007199254740993', driverBadge: 'd-1' });
  await fixture.write('truck_usage', ['zero'], { trips: 8 });
  await fixture.write('truck_load', ['a'], {
    ...{ tonnes: 2, loadedAt: '2024-06-01T00:00:00.000Z', cargo: { name: 'sand', pieces: 3 } },
  });
  await fixture.write('depot_facts', ['x'], { town: 'Ghent', truckPlate: 'a' });
  await fixture.write('lane_facts', ['x', 'y'], { km: 9 });
  await fixture.write('truck_facts', ['x-2'], { seats: 2 });
});
afterAll(() => subgraphs.fixture.close());
beforeEach(() => subgraphs.fixture.store.reset());

test('every kind of value, as its type writes it', async () => {
  const { data, errors } = await ask(
    depot,
    `{ truck(plate: "a") { __typename plate seats kind metres towns tonnes loadedAt cargo { name pieces }
       ageYears more: tonnesWith(more: 2) much: tonnesWith(more: 2, times: 4) usageRead { status ageMs } } }`,
  );
  expect(errors).toEqual([]);
  expect(plain(data)).toEqual({
    truck: {
      ...{ __typename: 'Truck', plate: 'a', seats: 4, kind: 'TANK', metres: '9007199254740993', towns: [] },
      ...{ tonnes: 2, loadedAt: '2024-06-01T00:00:00.000Z', cargo: { name: 'sand', pieces: 3 } },
      ...{ ageYears: 24, more: 4, much: 10, usageRead: { status: 'PRESENT', ageMs: '0' } },
    },
  });
});

test('lists keep the order asked, and a key may repeat', async () => {
  const { data } = await ask(depot, '{ trucks(plates: ["x-2", "a", "b", "a"]) { plate seats } }');
  expect(plain(data)).toEqual({
    trucks: [
      { plate: 'x-2', seats: 2 },
      { plate: 'a', seats: 4 },
      { plate: 'b', seats: null },
      { plate: 'a', seats: 4 },
    ],
  });
});

test('composite keys: arguments for one, inputs for many', async () => {
  const { data } = await ask(
    depot,
    `query ($keys: [LaneKey!]!) { lane(from: "x", to: "y") { km } lanes(keys: $keys) { from to km } }`,
    {
      keys: [
        { to: 'y', from: 'x' },
        { from: 'y', to: 'x' },
      ],
    },
  );
  expect(plain(data)).toEqual({
    lane: { km: 9 },
    lanes: [
      { from: 'x', to: 'y', km: 9 },
      { from: 'y', to: 'x', km: null },
    ],
  });
});

describe('references', () => {
  test('in the domain they are read, in another they are the key alone; by argument they are free', async () => {
    const { data } = await ask(
      depot,
      `{ truck(plate: "a") { lastDriver { badge } homeDepot { code town truck { plate seats } } depotOf(code: "y") { code town } } }`,
    );
    expect(plain(data)).toEqual({
      truck: {
        lastDriver: { badge: 'd-1' },
        homeDepot: { code: 'x', town: 'Ghent', truck: { plate: 'a', seats: 4 } },
        depotOf: { code: 'y', town: null },
      },
    });
  });
  test('whose key alone is selected, nothing is read of it', async () => {
    const { data } = await ask(depot, '{ truck(plate: "a") { homeDepot { code __typename } } }');
    expect(plain(data)).toEqual({ truck: { homeDepot: { code: 'x', __typename: 'Depot' } } });
    expect(subgraphs.fixture.store.calls.flat().map(({ block }) => block)).toEqual(['depot.Truck']);
  });
  test('whose key is null are null', async () => {
    const { data, errors } = await ask(
      depot,
      '{ truck(plate: "zero") { homeDepot { town } lastDriver { badge } } }',
    );
    expect(plain(data)).toEqual({ truck: { homeDepot: null, lastDriver: null } });
    expect(errors).toEqual([]);
  });
});

describe("a team's own resolvers", () => {
  test('read what they say and nothing for the key alone', async () => {
    const { data } = await ask(depot, '{ truck(plate: "a") { yardName } }');
    expect(plain(data)).toEqual({ truck: { yardName: 'Old a' } });
    expect(subgraphs.fixture.store.calls).toEqual([]);
  });
  test('may return entities, of which what is selected is read in one batch', async () => {
    const { data } = await ask(depot, '{ truck(plate: "a") { neighbours { plate seats } } }');
    expect(plain(data)).toEqual({
      truck: {
        neighbours: [
          { plate: 'x-1', seats: null },
          { plate: 'x-2', seats: 2 },
        ],
      },
    });
    expect(subgraphs.fixture.store.calls.map((call) => call.length)).toEqual([1, 2]);
  });
});

describe('errors', () => {
  test('one for each failed value, with its path and cause, and no internals', async () => {
    const { data, errors } = await ask(
      depot,
      '{ trucks(plates: ["a", "zero", ""]) { plate tripsPerSeat seats } }',
    );
    expect(plain(data)).toEqual({
      trucks: [
        { plate: 'a', tripsPerSeat: 2, seats: 4 },
        { plate: 'zero', tripsPerSeat: null, seats: 0 },
        { plate: '', tripsPerSeat: null, seats: null },
      ],
    });
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions])).toEqual([
      ['trucks.1.tripsPerSeat', { code: 'TRANSFORM_FAILED', transform: 'ratio' }],
      ['trucks.2.tripsPerSeat', { code: 'INVALID_KEY', entity: 'Truck' }],
      ['trucks.2.seats', { code: 'INVALID_KEY', entity: 'Truck' }],
    ]);
    expect(JSON.stringify(errors)).not.toContain('secret-cause');
  });
  test('too many keys refuse the request as a whole, before anything of it is read', async () => {
    const plates = Array.from({ length: 1001 }, (_, i) => `p-${i}`);
    const { data, errors } = await ask(
      depot,
      'query ($plates: [ID!]!) { trucks(plates: $plates) { seats } }',
      { plates },
    );
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'LIST_LIMIT', maxKeys: 1000 } }]);
    expect(subgraphs.fixture.store.calls).toEqual([]);
  });
  test('variables of a wrong type are BAD_USER_INPUT', async () => {
    const { data, errors } = await ask(depot, 'query ($plate: ID!) { truck(plate: $plate) { seats } }', {
      plate: { a: 1 },
    });
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
  test('a fault of ours is told to the log, and to the client without its message', async () => {
    await subgraphs.fixture.write('truck_facts', ['broken'], { seats: 'not a number' });
    const { data, errors } = await ask(depot, '{ truck(plate: "broken") { plate seats } }');
    expect(plain(data)).toEqual({ truck: { plate: 'broken', seats: null } });
    expect(errors).toEqual([
      {
        message: expect.not.stringContaining('number'),
        path: ['truck', 'seats'],
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ]);
    expect(String(subgraphs.internalErrors.at(-1))).toContain('not a number');
  });
  test('a store that times out is told by view, and the rest of the answer stands', async () => {
    const late = { ...createContext(), deadlineAtMs: 0 };
    const { data, errors } = await ask(
      depot,
      '{ truck(plate: "a") { plate seats usageRead { status } } }',
      {},
      late,
    );
    expect(plain(data)).toEqual({
      truck: { plate: 'a', seats: null, usageRead: { status: 'STORE_TIMEOUT' } },
    });
    expect(errors).toMatchObject([
      { path: ['truck', 'seats'], extensions: { code: 'STORE_TIMEOUT', view: 'truck_facts' } },
    ]);
  });
});
