/** Which way an operation is executed is known when it is prepared, told at each execution, and seen in no answer. */
import { parse } from 'graphql';
import { beforeEach, expect, test } from 'vitest';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import { type Answer, Engine } from '../../src/engine/engine.ts';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';
import { bytesClient } from '../oracle/bytes-client.ts';
import { requestContext } from '../oracle/request-context.ts';
import { composeTravelGraph, travelClients } from '../oracle/travel-graph/build.ts';

const supergraph = composeTravelGraph();
const planner = createHivePlanner(supergraph.supergraphSdl);
const told: string[] = [];
beforeEach(() => {
  told.length = 0;
});

function engineOver(clients: ReadonlyMap<string, SubgraphClient>): Engine {
  const { apiSchema, isFeature } = supergraph;
  return new Engine({
    ...{ apiSchema, isFeature, planner, clients },
    listBounds: new Map(),
    onFault: (error) => {
      throw error;
    },
    onExecuted: (way) => told.push(way),
  });
}

const plain = travelClients({ text: '' });
const overBytes = engineOver(new Map([...plain].map(([name, client]) => [name, bytesClient(client)])));

async function run(engine: Engine, text: string, options = {}) {
  const prepared = engine.prepare(parse(text), text, null);
  const answer = await prepared.executeToBytes({}, requestContext(options));
  const body = 'bytes' in answer ? answer.bytes.toString() : JSON.stringify(answer);
  const read = JSON.parse(body) as Answer;
  return {
    way: prepared.wayOf({}),
    body,
    read,
    expected: await prepared.execute({}, requestContext(options)),
  };
}

test('compiled: the body as bytes, with the line feed that the other front has', async () => {
  const { way, body, expected } = await run(overBytes, '{ aircraft(tailnum: "A1") { label lease } }');
  expect([way, told]).toEqual(['COMPILED', ['COMPILED']]);
  expect(body).toBe(`${JSON.stringify(expected)}\n`);
});

test('an answer with errors is told as the interpreted way tells it', async () => {
  const { way, read, expected } = await run(overBytes, '{ aircraft(tailnum: "A2") { label usage strict } }');
  expect([way, told]).toEqual(['COMPILED', ['NOT_PLAIN']]);
  expect(read).toEqual(expected);
  expect(read.errors?.length).toBeGreaterThan(0);
});

test.each([
  ['{ vehicles { label } }', 'ABSTRACT_TYPE'],
  ['{ __type(name: "Query") { name } }', 'INTROSPECTION'],
  ['{ __typename }', 'NOTHING_FETCHED'],
])('%s is interpreted: %s', async (text, reason) => {
  const { way, read, expected } = await run(overBytes, text);
  expect([way, told]).toEqual([reason, [reason]]);
  expect(read).toEqual(expected);
});

test('a mutation is interpreted, and changes things once', async () => {
  const text = 'mutation { ping(text: "x") }';
  const prepared = overBytes.prepare(parse(text), text, null);
  expect(await prepared.executeToBytes({}, requestContext())).toEqual({ data: { ping: 1 } });
  expect([prepared.wayOf({}), told]).toEqual(['NOT_A_QUERY', ['NOT_A_QUERY']]);
});

test('where statuses are asked for, and where a subgraph runs in this process', async () => {
  const text = '{ aircraft(tailnum: "A1") { label } }';
  await run(overBytes, text, { status: 'VALUES' });
  expect(told).toEqual(['STATUSES']);
  expect((await run(engineOver(plain), text)).way).toBe('SUBGRAPH_HERE');
});
