/** What a subgraph was asked before it answers by a program, and nobody can tell: bytes, status and headers are the same. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Way } from '../../src/engine/compiled/compiled-operation.ts';
import { type RunningSubgraph, startSubgraphServer } from '../../src/subgraph/subgraph-server.ts';
import { createContext } from '../features/fixtures/open-fixture.ts';
import { openSubgraphs, type Subgraphs } from './open-subgraphs.ts';

let subgraphs: Subgraphs;
const servers = new Map<string, RunningSubgraph>();
const ways: Way[] = [];
beforeAll(async () => {
  subgraphs = await openSubgraphs();
  const { fixture } = subgraphs;
  await fixture.write('truck_facts', ['a'], { seats: 4, kind: 'BOX', homeDepotCode: 'N' });
  await fixture.write('truck_usage', ['a'], { trips: 8, metres: '12', towns: ['Ulm "A"', 'Bonn'] });
  await fixture.write('truck_load', ['a'], { tonnes: 2.5, cargo: { name: 'paint', pieces: null } });
  await fixture.write('truck_facts', ['b'], { seats: 0 });
  await fixture.write('depot_facts', ['N'], { town: 'Nürnberg', truckPlate: 'b' });
  await fixture.write('truck_crew', ['a'], { crew: 2 });
  for (const domain of ['depot', 'people'] as const)
    servers.set(
      domain,
      await startSubgraphServer({
        ...{ subgraph: subgraphs.build(domain), host: '127.0.0.1', port: 0 },
        authenticate: async () => createContext(),
        checkStore: () => fixture.store.check(),
        onInternalError: (error) => subgraphs.internalErrors.push(error),
        onRefused: () => {},
        onExecuted: (way) => ways.push(way),
      }),
    );
});
afterAll(async () => {
  for (const server of servers.values()) await server.close();
  await subgraphs.fixture.close();
});
beforeEach(() => {
  ways.length = 0;
  subgraphs.fixture.store.reset();
});

async function post(domain: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch((servers.get(domain) as RunningSubgraph).url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const told = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date'));
  return { status: response.status, headers: told, text: await response.text() };
}

/** Blocks that were read since the last call, in any order: nothing is read twice for two ways. */
function readsOf(): string[] {
  const reads = subgraphs.fixture.store.calls.flat().map((read) => JSON.stringify(read));
  subgraphs.fixture.store.reset();
  return reads.sort();
}

const TRUCKS = 'query Q($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Truck { ';
const STATUSES = { extensions: { featuregraph: { statuses: true } } };
const truck = (plate: unknown, more: object = {}) => ({ __typename: 'Truck', plate, ...more });

const CASES: readonly [what: string, domain: string, body: object, way: Way][] = [
  ['a lookup', 'depot', { query: '{ truck(plate: "a") { seats kind towns cargo { name } } }' }, 'COMPILED'],
  [
    'a list with references and statuses',
    'depot',
    {
      query: '{ x: trucks(plates: ["a", "c", "a"]) { t: trips homeDepot { town truck { seats } } } }',
      ...STATUSES,
    },
    'COMPILED',
  ],
  [
    'representations',
    'depot',
    {
      query: `${TRUCKS} plate tripsPerSeat metres usageRead { status } } } }`,
      variables: { r: [truck('a'), truck('c'), truck('a')] },
    },
    'COMPILED',
  ],
  [
    'representations of two types',
    'depot',
    {
      query: `${TRUCKS} seats } ... on Depot { town } } }`,
      variables: { r: [truck('a'), { __typename: 'Depot', code: 'N' }, truck('b')] },
      ...STATUSES,
    },
    'COMPILED',
  ],
  [
    'a feature of two types at one path, with its statuses',
    'depot',
    {
      query: `${TRUCKS} x: destination } ... on Depot { x: town } } }`,
      variables: { r: [truck('a'), { __typename: 'Depot', code: 'N' }, truck('c'), truck('a')] },
      ...STATUSES,
    },
    'COMPILED',
  ],
  [
    'a feature of one type where another has none, with its statuses',
    'depot',
    {
      query: `${TRUCKS} x: cargo { pieces } } ... on Depot { x: truck { seats } } } }`,
      variables: { r: [truck('a'), { __typename: 'Depot', code: 'N' }, truck('c')] },
      ...STATUSES,
    },
    'STATUSES',
  ],
  [
    'features over what representations bring along, with its statuses',
    'people',
    {
      query: `${TRUCKS} crew freeSeats } } }`,
      variables: { r: [truck('a', { seats: 4 }), truck('a', { seats: null }), truck('a', { seats: 9 })] },
      extensions: { featuregraph: { statuses: true, inputStatuses: { r: { seats: 'PNO' } } } },
    },
    'COMPILED',
  ],
  [
    'a transform that fails among values',
    'depot',
    { query: `${TRUCKS} tripsPerSeat } } }`, variables: { r: [truck('a'), truck('b')] } },
    'NOT_PLAIN',
  ],
  [
    'a key that is none',
    'depot',
    { query: `${TRUCKS} seats } } }`, variables: { r: [truck('a'), truck(null)] } },
    'NOT_PLAIN',
  ],
  [
    'a type that is no entity',
    'depot',
    { query: `${TRUCKS} plate } } }`, variables: { r: [{ __typename: 'Ship' }] } },
    'NOT_PLAIN',
  ],
  [
    'variables that are wrong',
    'depot',
    { query: 'query ($p: ID!) { truck(plate: $p) { seats } }', variables: { p: {} } },
    'NOT_PLAIN',
  ],
  [
    'too many keys',
    'depot',
    { query: `{ lanes(keys: [${'{from: "a", to: "b"},'.repeat(101)}]) { km } }` },
    'NOT_PLAIN',
  ],
  ['a team’s own field', 'depot', { query: '{ truck(plate: "a") { yardName } }' }, 'TEAM_RESOLVER'],
  ['its name alone', 'depot', { query: '{ __typename }' }, 'NOTHING_FETCHED'],
];

test.each(CASES)('%s', async (_what, domain, body, way) => {
  const first = await post(domain, body);
  expect(ways).toEqual([]);
  const reads = readsOf();
  const again = await post(domain, body);
  expect(again).toEqual(first);
  expect(ways).toEqual([way]);
  expect(readsOf()).toEqual(reads);
  expect(await post(domain, body)).toEqual(first);
});

test('each choice of @skip and @include is one program, and is answered as it is', async () => {
  const query =
    'query Q($s: Boolean!, $i: Boolean!) { truck(plate: "a") { plate seats @skip(if: $s) ... @include(if: $i) { trips } } }';
  const choices = [
    [
      { s: true, i: true },
      { plate: 'a', trips: 8 },
    ],
    [
      { s: false, i: false },
      { plate: 'a', seats: 4 },
    ],
    [{ s: true, i: false }, { plate: 'a' }],
    [
      { s: false, i: true },
      { plate: 'a', seats: 4, trips: 8 },
    ],
  ];
  await post('depot', { query, variables: { s: true, i: true } });
  for (const [variables, seen] of choices)
    expect(JSON.parse((await post('depot', { query, variables })).text)).toEqual({ data: { truck: seen } });
  expect(ways).toEqual(['COMPILED', 'COMPILED', 'COMPILED', 'COMPILED']);
});

test('who asks for another media type is answered in it, also what is known', async () => {
  const body = { query: '{ truck(plate: "b") { seats trips } }' };
  const accepts = ['application/json', 'application/graphql-response+json', '*/*'];
  for (const accept of accepts) await post('depot', body, { accept });
  const types = await Promise.all(
    accepts.map(async (accept) => (await post('depot', body, { accept })).headers['content-type']),
  );
  expect(types).toEqual([
    'application/json; charset=utf-8',
    'application/graphql-response+json; charset=utf-8',
    'application/json; charset=utf-8',
  ]);
  expect(ways.slice(-3)).toEqual(['COMPILED', 'COMPILED', 'COMPILED']);
  // A form can be sent by any page; Apollo refuses it, known or not.
  const form = { accept: 'application/json', 'content-type': 'text/plain' };
  expect((await post('depot', body, form)).status).toBe(400);
  expect((await post('depot', body, form)).status).toBe(400);
});
