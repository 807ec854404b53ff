/** When asked for, the status of every feature of an answer: by path without indexes, a letter for each object. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';
import { openSubgraphs, plain, requestOf, type Subgraphs } from './open-subgraphs.ts';

let subgraphs: Subgraphs;
let depot: SubgraphClient;
beforeAll(async () => {
  subgraphs = await openSubgraphs();
  depot = subgraphs.client('depot');
  const { fixture } = subgraphs;
  await fixture.write('truck_facts', ['a'], { seats: 4, builtYear: null, homeDepotCode: 'x' });
  await fixture.write('truck_facts', ['b'], { seats: null, homeDepotCode: 'x' });
  await fixture.write('truck_facts', ['x-2'], { seats: 2, homeDepotCode: 'y' });
  await fixture.write('depot_facts', ['x'], { town: 'Ghent', truckPlate: 'a' });
});
afterAll(() => subgraphs.fixture.close());

const statusesOf = async (text: string, variables: Record<string, unknown> = {}) =>
  depot.execute(requestOf(text, variables, { statuses: true }));

test('aliases, fragments, references and repeated keys stand where the answer has them', async () => {
  const { statuses, data } = await statusesOf(
    `query ($no: Boolean!) {
       trucks(plates: ["b", "a", "nobody", "", "a"]) {
         plate s: seats ...Age homeDepot { town truck { seats } }
         trips @include(if: $no)
         ... on Truck @skip(if: $no) { note }
       }
       one: truck(plate: "a") { seats }
     }
     fragment Age on Truck { ageYears tripsPerSeat }`,
    { no: false },
  );
  expect(statuses).toEqual({
    'trucks.s': 'NPFKP',
    'trucks.ageYears': 'FNFKN',
    'trucks.tripsPerSeat': 'FFFKF',
    'trucks.note': 'FFFKF',
    'trucks.homeDepot.town': 'PPP',
    'trucks.homeDepot.truck.seats': 'PPP',
    'one.seats': 'P',
  });
  // Nothing of how they are found is left in the answer.
  expect(JSON.stringify(data)).not.toContain('$');
  expect(Object.keys((data?.one ?? {}) as object)).toEqual(['seats']);
});

test("entities that a team's resolver returns have theirs; its own fields have none", async () => {
  const { statuses } = await statusesOf('{ truck(plate: "a") { yardName neighbours { seats } } }');
  expect(statuses).toEqual({ 'truck.neighbours.seats': 'FP' });
});

test('an on-demand feature with arguments has one, for each alias', async () => {
  const text = '{ truck(plate: "a") { x: tonnesWith(more: 1) y: tonnesWith(more: 2) usageRead { status } } }';
  expect((await statusesOf(text)).statuses).toEqual({ 'truck.x': 'F', 'truck.y': 'F' });
});

test('unasked there are none, and the answer is the same', async () => {
  const text = '{ trucks(plates: ["a", "b"]) { seats homeDepot { town } } }';
  const unasked = await depot.execute(requestOf(text));
  expect(unasked.statuses).toEqual({});
  expect(plain(unasked.data)).toEqual(plain((await statusesOf(text)).data));
});

test('introspection does not show what they are found by', async () => {
  const { data } = await statusesOf('{ __type(name: "Truck") { fields { name } } }');
  expect(JSON.stringify(data)).not.toContain('$');
});
