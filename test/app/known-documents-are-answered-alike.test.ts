/** A document that was asked before goes past Apollo Server's pipeline, and nobody can tell by the answer. */
import { ApolloServer } from '@apollo/server';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type HttpAnswer, openExample, type RunningExample } from './open-example.ts';

let example: RunningExample;
const throughApollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
beforeAll(async () => {
  example = await openExample({}, ['aircraft_facts', 'aircraft_legs_24h', 'carrier_facts']);
}, 60_000);
afterAll(() => example.close());
beforeEach(() => {
  throughApollo.mockClear();
});

type Headers = Record<string, string>;

async function ask(body: unknown, headers: Headers = {}): Promise<HttpAnswer> {
  return example.ask(body, { authorization: `Bearer ${example.apiKey}`, ...headers });
}

/** All of the answer but what differs between any two. */
function visible({ status, headers, text }: HttpAnswer): unknown {
  const kept = [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id');
  return { status, headers: kept.toSorted(), text };
}

/** Asks three times: for Apollo to prepare it, by the other front, and by Apollo again, which a comment achieves. */
async function askBothWays(body: Readonly<Record<string, unknown>>, headers: Headers = {}) {
  const first = await ask(body, headers);
  throughApollo.mockClear();
  const known = await ask(body, headers);
  const pastApollo = throughApollo.mock.calls.length === 0;
  const again = await ask({ ...body, query: `${body.query} # ${++comments}` }, headers);
  expect(throughApollo).toHaveBeenCalled();
  expect(visible(known)).toEqual(visible(first));
  expect(visible(known)).toEqual(visible(again));
  return { answer: known, pastApollo };
}
let comments = 0;

const LIST = 'query L($tails: [ID!]!) { aircraftList(tailnums: $tails) { tailnum seats airframe model } }';
const TAILS = { tails: ['N10156', 'N14228', 'none'] };

describe('past Apollo', () => {
  test.each([
    ['one entity', { query: '{ aircraft(tailnum: "N10156") { seats legs24h } }' }, {}],
    ['many', { query: LIST, variables: TAILS }, {}],
    ['by name', { query: `${LIST} query M { __typename }`, variables: TAILS, operationName: 'L' }, {}],
    ['any type', { query: LIST, variables: TAILS }, { accept: '*/*' }],
    ['JSON', { query: LIST, variables: TAILS }, { accept: 'application/json' }],
    ['GraphQL’s type', { query: LIST, variables: TAILS }, { accept: 'application/graphql-response+json' }],
    [
      'several types',
      { query: LIST, variables: TAILS },
      { accept: 'application/graphql-response+json, application/json;q=0.9' },
    ],
    ['statuses', { query: LIST, variables: TAILS, extensions: { featuregraph: { status: 'VALUES' } } }, {}],
    [
      'nulls for nothing',
      { query: '{ __typename }', variables: null, extensions: null, operationName: null },
      {},
    ],
  ] as [string, Record<string, unknown>, Headers][])('%s', async (_, body, headers) => {
    const { answer, pastApollo } = await askBothWays(body, headers);
    expect(pastApollo).toBe(true);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('featuregraph-outcome')).toBe('ok');
  });
});

describe('told by Apollo, though known', () => {
  const known = { query: LIST, variables: TAILS };
  test.each([
    ['a variable of a wrong type', { ...known, variables: { tails: { a: 1 } } }, 400],
    ['a variable that is missing', { ...known, variables: {} }, 400],
    ['too many keys', { ...known, variables: { tails: Array(1001).fill('N1') } }, 400],
    ['a read option that is none', { ...known, extensions: { featuregraph: { maxAge: 1 } } }, 400],
    ['a key that is none', { ...known, variables: { tails: ['', 'N14228'] } }, 200],
    ['introspection', { query: '{ __type(name: "Aircraft") { name } }' }, 200],
  ] as [string, Record<string, unknown>, number][])('%s', async (_, body, status) => {
    await ask(known);
    const { answer, pastApollo } = await askBothWays(body);
    expect(pastApollo).toBe(false);
    expect(answer.status).toBe(status);
  });

  test.each([
    ['variables as text', { ...known, variables: JSON.stringify(TAILS) }],
    ['variables as a list', { ...known, variables: [] }],
    ['extensions as a list', { ...known, extensions: [] }],
    ['a name that is no text', { ...known, operationName: 1 }],
    ['a name of none', { ...known, operationName: '' }],
    ['a name that no operation has', { ...known, operationName: 'X' }],
  ])('%s', async (_, body) => {
    await ask(known);
    throughApollo.mockClear();
    const answer = await ask(body);
    expect(throughApollo).toHaveBeenCalledOnce();
    expect(answer.status).toBe(400);
  });

  test('an answer of another type than can be accepted', async () => {
    await ask(known);
    expect((await ask(known, { accept: 'text/html' })).status).toBe(406);
    expect((await ask(known, { accept: 'text/html' })).status).toBe(406);
  });
});

test('nothing is executed twice', async () => {
  const body = { query: LIST, variables: { tails: ['', 'N14228'] } };
  await ask(body);
  const before = await blocksRead();
  await ask(body);
  expect((await blocksRead()) - before).toBe(1);
});

async function blocksRead(): Promise<number> {
  const text = await (await fetch(`${example.adminUrl}/metrics`)).text();
  const counts = text.matchAll(/^featuregraph_block_reads_total\{.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
