/** `_entities`: one batch, in order, and one representation that is no entity spoils no other. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';
import { ask, openSubgraphs, plain, requestOf, type Subgraphs } from './open-subgraphs.ts';

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Truck { plate crew freeSeats } ... on Driver { practiceYears } }
}`;

let subgraphs: Subgraphs;
let people: SubgraphClient;
beforeAll(async () => {
  subgraphs = await openSubgraphs();
  people = subgraphs.client('people');
  await subgraphs.fixture.write('truck_crew', ['a'], { crew: 1 });
  await subgraphs.fixture.write('driver_facts', ['d'], { practiceYears: 9 });
});
afterAll(() => subgraphs.fixture.close());
beforeEach(() => subgraphs.fixture.store.reset());

test('a thousand representations of two types are one call of the store', async () => {
  const representations = Array.from({ length: 1000 }, (_, i) =>
    i % 2 === 0 ? { __typename: 'Truck', plate: `t-${i}` } : { __typename: 'Driver', badge: `d-${i}` },
  );
  const { data, errors } = await ask(people, ENTITIES, { representations });
  expect(errors).toEqual([]);
  expect(data?._entities).toHaveLength(1000);
  expect(subgraphs.fixture.store.calls.map((call) => call.length)).toEqual([1000]);
});

test('values of other domains come with each representation, also where keys repeat', async () => {
  const { data } = await ask(people, ENTITIES, {
    representations: [
      { __typename: 'Truck', plate: 'a', seats: 4 },
      { __typename: 'Driver', badge: 'd' },
      { __typename: 'Truck', plate: 'a', seats: 9 },
    ],
  });
  expect(plain(data)).toEqual({
    _entities: [
      { plate: 'a', crew: 1, freeSeats: 3 },
      { practiceYears: 9 },
      { plate: 'a', crew: 1, freeSeats: 8 },
    ],
  });
  expect(subgraphs.fixture.store.calls.map((call) => call.length)).toEqual([2]);
});

test('what cannot be an entity fails alone', async () => {
  const { data, errors } = await ask(people, ENTITIES, {
    representations: [
      { __typename: 'Truck', plate: 'a' },
      { __typename: 'Truck', plate: '' },
      { __typename: 'Truck' },
      { __typename: 'Ship', name: 'x' },
      'nonsense',
      { __typename: 'Driver', badge: 'd' },
    ],
  });
  expect(plain(data)).toEqual({
    _entities: [
      { plate: 'a', crew: 1, freeSeats: null },
      { plate: '', crew: null, freeSeats: null },
      null, // its key is asked for, and there is none
      null,
      null,
      { practiceYears: 9 },
    ],
  });
  expect(errors.every(({ extensions }) => extensions?.code === 'INVALID_KEY')).toBe(true);
  expect(subgraphs.fixture.store.calls.map((call) => call.length)).toEqual([2]);
});

test("statuses of inputs come by variable, and make the dependent feature's", async () => {
  const { data, errors, statuses } = await people.execute(
    requestOf(
      ENTITIES,
      {
        representations: [
          { __typename: 'Truck', plate: 'a', seats: 4 },
          { __typename: 'Truck', plate: 'a', seats: null },
        ],
      },
      { statuses: true, inputStatuses: { representations: { seats: 'AU' } } },
    ),
  );
  expect(plain(data)).toEqual({
    _entities: [
      { plate: 'a', crew: 1, freeSeats: 3 },
      { plate: 'a', crew: 1, freeSeats: null },
    ],
  });
  expect(errors).toMatchObject([
    { path: ['_entities', 1, 'freeSeats'], extensions: { code: 'STORE_UNAVAILABLE' } },
  ]);
  expect(statuses).toEqual({ '_entities.crew': 'PP', '_entities.freeSeats': 'AU' });
});

test('where types share a path and of one alone it is a feature, the other has a dash', async () => {
  const { statuses } = await people.execute(
    requestOf(
      `query ($r: [_Any!]!) {
         _entities(representations: $r) { ... on Truck { x: plate } ... on Driver { x: badge years: practiceYears } ... on Truck { years: crew } }
       }`,
      {
        r: [
          { __typename: 'Truck', plate: 'b' },
          { __typename: 'Driver', badge: 'd' },
          { __typename: 'Truck', plate: 'a' },
        ],
      },
      { statuses: true },
    ),
  );
  expect(statuses).toEqual({ '_entities.years': 'FPP' });
  const mixed = await people.execute(
    requestOf(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Truck { x: seats } ... on Driver { x: practiceYears } } }',
      {
        r: [
          { __typename: 'Truck', plate: 'b', seats: 1 },
          { __typename: 'Driver', badge: 'd' },
        ],
      },
      { statuses: true },
    ),
  );
  expect(mixed.statuses).toEqual({ '_entities.x': '-P' });
});

test('what a plain router asks is answered: the SDL of the subgraph', async () => {
  const { data } = await ask(people, '{ _service { sdl } }');
  expect(plain(data)).toEqual({
    _service: {
      sdl: expect.stringContaining('practiceYears: Int @feature(view: "driver_facts", default: 0)'),
    },
  });
});
