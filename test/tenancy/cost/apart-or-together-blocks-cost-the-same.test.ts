/** A domain in a process of its own tells what it read: only the requests to it come on top of the price. */
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpSubgraphClient } from '../../../gateway/remote/http-subgraph-client.ts';
import { createRequestUsage, type RequestUsage } from '../../../src/core/request-usage.ts';
import { type CostedGraph, type Flights, openFlights, prepareText } from './flights.ts';

const QUERY = `query ($t: [ID!]!) {
  aircraftList(tailnums: $t) {
    ageYears
    lastCarrier { name onTimeRate7d }
    lastDestAirport { name crosswindMph(headingDeg: 40) }
    longestRoute30dSeatMiles
  }
}`;
const VARIABLES = { t: ['N14228', 'N102UW', 'N10156', 'N14228', 'NONE'] };

let flights: Flights;
beforeAll(async () => {
  flights = await openFlights();
}, 60_000);
afterAll(() => flights.close());

async function usageOf(graph: CostedGraph, toBytes: boolean): Promise<RequestUsage> {
  const context = flights.contextOf(['fleet', 'weather']);
  const prepared = prepareText(graph, QUERY);
  if (!toBytes) await prepared.execute(VARIABLES, context);
  else {
    const answer = await prepared.executeToBytes(VARIABLES, context);
    if ('release' in answer) answer.release();
  }
  return context.usage;
}

test('blocks and transforms are the same, and requests are counted', async () => {
  const together = await usageOf(flights.together, false);
  const apart = await usageOf(flights.apart, false);
  expect(together.blocks).toBeGreaterThan(6);
  expect(together.transforms).toBeGreaterThan(3);
  expect(together.remoteFetches).toBe(0);
  expect(apart).toEqual({ ...together, remoteFetches: apart.remoteFetches });
  expect(apart.remoteFetches).toBeGreaterThanOrEqual(4);
});

test.each([
  ['in one process', () => flights.together],
  ['apart', () => flights.apart],
])('the compiled way uses what the interpreted way does, %s', async (_where, graph) => {
  expect(await usageOf(graph(), true)).toEqual(await usageOf(graph(), false));
});

test.each([
  ['one of ours', true, 0],
  ['another one, with its entities', false, 2],
])('a request that nobody answers is counted all the same: %s', async (_which, own, foreignEntities) => {
  const client = createHttpSubgraphClient({
    ...{ name: 'away', url: 'http://127.0.0.1:1/graphql', own, responseMaxBytes: 1_000 },
  });
  const context = flights.contextOf([]);
  const text = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
  const { errors } = await client.execute({
    document: { text, document: parse(text), operationKind: 'query' },
    variables: { r: ['A', 'B{"__typename":"C"}'].map((id) => ({ __typename: 'Item', id })) },
    ...{ context, statuses: false },
  });
  await client.close();
  expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['SUBGRAPH_UNAVAILABLE']);
  expect(context.usage).toEqual({ ...createRequestUsage(), remoteFetches: 1, foreignEntities });
});
