/**
 * GraphQL over HTTP as its specification has it, and the same through both fronts: what was prepared before goes past
 * Apollo's pipeline, and nobody can tell by status, headers or body.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { serverAudits } from 'graphql-http';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { KnownDocuments } from '../../gateway/http/known-documents.ts';
import { type HttpAnswer, openExample, type RunningExample } from '../app/open-example.ts';

const MANIFEST = path.resolve(
  import.meta.dirname,
  '../../examples/delay-client/generated/persisted-documents.json',
);

let example: RunningExample;
beforeAll(async () => {
  const flags = { documents: { manifest: MANIFEST }, deadlineMs: 10_000 };
  example = await openExample(flags, ['aircraft_facts', 'aircraft_legs_24h', 'carrier_facts']);
}, 60_000);
afterAll(() => example.close());
afterEach(() => {
  vi.restoreAllMocks();
});

const key = () => ({ authorization: `Bearer ${example.apiKey}` });

/** With everything unknown, so that Apollo's pipeline tells every answer. */
const throughApollo = () => vi.spyOn(KnownDocuments.prototype, 'recognize').mockReturnValue(null);
const counted = () => vi.spyOn(KnownDocuments.prototype, 'execute');

describe.each(['Apollo', 'known documents'])('the audits of graphql-http, by %s', (front) => {
  const audits = serverAudits({
    url: () => `${example.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), ...key() } }),
  });

  test('are 61', () => expect(audits).toHaveLength(61));

  test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s %s',
    async (_id, _name, audit) => {
      if (front === 'Apollo') throughApollo();
      else await audit.fn(); // what can be known is known from here on
      expect(await audit.fn()).toMatchObject({ status: 'ok' });
    },
  );
});

const LIST = 'query L($tails: [ID!]!) { aircraftList(tailnums: $tails) { tailnum seats model } }';
const variables = { tails: ['N10156', 'N14228', 'none'] };
const [ID] = Object.keys(JSON.parse(readFileSync(MANIFEST, 'utf8'))) as [string];
const json = { 'content-type': 'application/json' };
const get = (params: Record<string, string>, at = '/graphql') => ({
  ...{ method: 'GET', at: `${at}?${new URLSearchParams(params)}`, headers: {} },
});
const post = (body: unknown, headers: Record<string, string> = {}, at = '/graphql') => ({
  ...{ method: 'POST', at, headers: { ...json, ...headers } },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

interface Sent {
  readonly method: string;
  readonly at: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

const GRAPHQL = 'application/graphql-response+json';
const SERVED: [string, number, Sent][] = [
  ['a query', 200, post({ query: LIST, variables })],
  ['its operation by name', 200, post({ query: LIST, variables, operationName: 'L' })],
  ['GraphQL’s media type', 200, post({ query: LIST, variables }, { accept: GRAPHQL })],
  ['JSON', 200, post({ query: LIST, variables }, { accept: 'application/json' })],
  ['any type', 200, post({ query: LIST, variables }, { accept: '*/*' })],
  ['a charset', 200, post({ query: LIST, variables }, { 'content-type': 'application/json; charset=utf-8' })],
  ['read options', 200, post({ query: LIST, variables, extensions: { featuregraph: { status: 'VALUES' } } })],
  ['GET', 200, get({ query: LIST, variables: JSON.stringify(variables) })],
  ['an id', 200, post({ documentId: ID, variables: { tailnums: ['N14228'] } })],
  ['an id in the address', 200, post({ variables: { tailnums: ['N14228'] } }, {}, `/graphql/${ID}`)],
  ['GET of an id', 200, get({ variables: JSON.stringify({ tailnums: ['N14228'] }) }, `/graphql/${ID}`)],
];
const TOLD: [string, number, Sent][] = [
  ['a variable of a wrong type', 400, post({ query: LIST, variables: { tails: [{}] } }, { accept: GRAPHQL })],
  [
    'the same as plain JSON',
    200,
    post({ query: LIST, variables: { tails: [{}] } }, { accept: 'application/json' }),
  ],
  ['a missing variable', 400, post({ query: LIST })],
  ['a missing variable of an id', 400, post({ documentId: ID })],
  ['an unknown name', 400, post({ query: LIST, variables, operationName: 'X' })],
  ['keys that are none', 200, post({ query: LIST, variables: { tails: ['', 'N14228'] } })],
  ['more keys than there may be', 400, post({ query: LIST, variables: { tails: Array(1001).fill('N1') } })],
  ['an unknown read option', 400, post({ query: LIST, variables, extensions: { featuregraph: { x: 1 } } })],
  ['a media type that is not served', 406, post({ query: LIST, variables }, { accept: 'text/html' })],
  ['variables as a list', 400, post({ query: LIST, variables: [] })],
  ['variables as text by GET', 400, get({ query: LIST, variables: '"x"' })],
  ['a parameter twice', 400, { ...get({ query: LIST }), at: '/graphql?query={a}&query={b}' }],
  ['a GET with a body’s type', 415, { ...get({ query: LIST }), headers: { 'content-type': 'text/plain' } }],
  ['another charset', 415, post({ query: LIST }, { 'content-type': 'application/json; charset=utf-7' })],
  ['a mutation by GET', 405, get({ query: 'mutation { __typename }' })],
  ['an unknown field', 400, post({ query: '{ aircraft(tailnum: "N1") { seatz } }' }, { accept: GRAPHQL })],
  ['a syntax error', 400, post({ query: '{ aircraft(' }, { accept: GRAPHQL })],
  ['introspection', 200, post({ query: '{ __type(name: "Aircraft") { name } }' })],
  ['a list of operations', 400, post([{ query: LIST, variables }])],
  ['JSON that is none', 400, post('{"query"')],
  ['another method', 405, { ...post({ query: LIST }), method: 'DELETE' }],
  ['an unknown id', 404, post({ documentId: 'none' })],
];

async function send({ method, at, headers, body }: Sent): Promise<HttpAnswer> {
  return await example.send(method, at, body, { ...headers, ...key() });
}

/** All of an answer but what differs between any two. */
function visible({ status, headers, text }: HttpAnswer): object {
  const kept = [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id');
  return {
    status,
    headers: kept.toSorted(),
    text: text.replaceAll(/"requestId":"[^"]*"/g, '"requestId":""'),
  };
}

describe('both fronts answer alike', () => {
  test.each([...SERVED, ...TOLD])('%s: %d', async (_what, status, sent) => {
    const alone = throughApollo();
    const apollo = await send(sent);
    alone.mockRestore();
    await send(sent);
    const known = await send(sent);
    expect(known.status).toBe(status);
    expect(visible(known)).toEqual(visible(apollo));
  });

  test.each(SERVED)('%s goes past Apollo', async (_what, _status, sent) => {
    await send(sent);
    const executed = counted();
    await send(sent);
    expect(executed).toHaveBeenCalledOnce();
  });

  test('what a GET answers may be kept by who asked alone, and an error by nobody', async () => {
    const served = await send(get({ query: LIST, variables: JSON.stringify(variables) }));
    expect(served.headers.get('cache-control')).toBe('private');
    expect(served.headers.get('vary')).toBe('accept, authorization');
    const refused = await send(get({ query: LIST }));
    expect(refused.headers.get('cache-control')).toBe('no-store');
    expect((await send(post({ query: LIST, variables }))).headers.get('cache-control')).toBeNull();
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])(
    '405 tells what is allowed instead of %s',
    async (method) => {
      for (const at of ['/graphql', `/graphql/${ID}`])
        expect((await send({ method, at, headers: {} })).headers.get('allow')).toBe('GET, POST');
      const health = await send({ method, at: '/health/ready', headers: {} });
      expect([health.status, health.headers.get('allow')]).toEqual([405, 'GET']);
      const mutation = await send(get({ query: 'mutation { __typename }' }));
      expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST']);
    },
  );
});
