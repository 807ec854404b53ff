/** However often and through whatever an entity is reached, each of its blocks is read once, all in one call. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';
import { createContext } from '../features/fixtures/open-fixture.ts';
import { openSubgraphs, requestOf, type Subgraphs } from './open-subgraphs.ts';

const PLATES = Array.from({ length: 100 }, (_, i) => `t-${i}`);

let subgraphs: Subgraphs;
let depot: SubgraphClient;
let people: SubgraphClient;
beforeAll(async () => {
  subgraphs = await openSubgraphs();
  depot = subgraphs.client('depot');
  people = subgraphs.client('people');
  await subgraphs.fixture.write('truck_facts', ['t-0'], { homeDepotCode: 'x' });
  await subgraphs.fixture.write('truck_facts', ['t-1'], { homeDepotCode: 'x' });
  await subgraphs.fixture.write('depot_facts', ['x'], { town: 'Ghent', truckPlate: 't-5' });
});
afterAll(() => subgraphs.fixture.close());
beforeEach(() => subgraphs.fixture.store.reset());

const blocksOf = () =>
  subgraphs.fixture.store.calls.map((call) => call.map(({ block, entityKey }) => `${block} ${entityKey}`));

test('100 entities × 12 features in 3 views, with aliases, fragments and repeated keys: 100 blocks in one call', async () => {
  const text = `query ($plates: [ID!]!) {
    trucks(plates: $plates) { ...Facts ...Usage again: seats tonnes loadedAt cargo { name } destination }
    same: trucks(plates: $plates) { ...Usage ...Facts }
    one: truck(plate: "t-7") { seats }
  }
  fragment Facts on Truck { seats builtYear kind homeDepotCode }
  fragment Usage on Truck { trips metres towns driverBadge }`;
  const { errors } = await depot.execute(requestOf(text, { plates: [...PLATES, ...PLATES] }));
  expect(errors).toEqual([]);
  expect(blocksOf()).toEqual([PLATES.map((plate) => `depot.Truck ${plate}`)]);
  expect(subgraphs.fixture.store.calls[0]?.[0]?.views).toHaveLength(3);
});

test('references are a second wave, each target once, and what was read before is not read again', async () => {
  const text = `query ($plates: [ID!]!) {
    trucks(plates: $plates) { seats homeDepot { town truck { seats } } other: homeDepot { town } }
  }`;
  await depot.execute(requestOf(text, { plates: PLATES }));
  expect(blocksOf().slice(1)).toEqual([['depot.Depot x']]);
});

test('two subgraphs asked in one tick are one call, and know of each other through announcements', async () => {
  const context = createContext();
  const first = requestOf('{ truck(plate: "a") { seats } }', {}, { context });
  const second = requestOf('{ truck(plate: "a") { trips } }', {}, { context });
  const third = requestOf(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Truck { crew } } }',
    { r: [{ __typename: 'Truck', plate: 'a' }] },
    { context },
  );
  for (const { document, variables } of [first, second]) depot.announce?.(document, variables, context);
  await Promise.all([depot.execute(first), people.execute(third)]);
  await depot.execute(second);
  expect(blocksOf()).toEqual([['depot.Truck a', 'people.Truck a']]);
});

test('what a later wave wants of a block comes with the first', async () => {
  const text =
    '{ truck(plate: "t-0") { seats homeDepot { truck { trips } } } truck5: truck(plate: "t-5") { seats } }';
  await depot.execute(requestOf(text));
  expect(blocksOf()).toEqual([['depot.Truck t-0', 'depot.Truck t-5'], ['depot.Depot x']]);
  expect(subgraphs.fixture.store.calls[0]?.map(({ views }) => views.length)).toEqual([2, 2]);
});

test('@skip and @include decide what is read', async () => {
  const text = `query ($usage: Boolean = false, $note: Boolean!) {
    truck(plate: "a") { seats trips @include(if: $usage) ... @skip(if: $note) { note } tonnes @skip(if: true) ... @include(if: $usage) { ... @skip(if: $note) { tonnes } } }
  }`;
  await depot.execute(requestOf(text, { note: true }));
  await depot.execute(requestOf(text, { note: true, usage: true }));
  await depot.execute(requestOf(text, { note: false, usage: true }));
  expect(subgraphs.fixture.store.calls.map((call) => call.map(({ views }) => views.length))).toEqual([
    [1],
    [2],
    [3, 1],
  ]);
});
