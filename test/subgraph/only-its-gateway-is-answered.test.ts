/** A subgraph served over HTTP: the wire, who may use it, and what it says of itself. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { type RunningSubgraph, startSubgraphServer } from '../../src/subgraph/subgraph-server.ts';
import {
  createContextSigner,
  createContextVerifier,
  createSigningKeys,
  SIGNED_CONTEXT_HEADER,
} from '../../src/tenancy/signed-context.ts';
import { createContext } from '../features/fixtures/open-fixture.ts';
import { openSubgraphs, type Subgraphs } from './open-subgraphs.ts';

const keys = createSigningKeys();
const signer = createContextSigner(keys.privateKeyPem, systemClock);
const TRUCK = '{ truck(plate: "a") { seats tripsPerSeat } }';

let subgraphs: Subgraphs;
let server: RunningSubgraph;
const refused: string[] = [];
beforeAll(async () => {
  subgraphs = await openSubgraphs();
  const verifier = createContextVerifier(keys.publicKeyPem, 'depot', systemClock, systemClock);
  server = await startSubgraphServer({
    subgraph: subgraphs.build('depot'),
    host: '127.0.0.1',
    port: 0,
    authenticate: (headers, body) =>
      verifier.verify(headers[SIGNED_CONTEXT_HEADER] as string | undefined, body),
    checkStore: () => subgraphs.fixture.store.check(),
    onInternalError: (error) => subgraphs.internalErrors.push(error),
    onRefused: (refusal) => refused.push(refusal.reason),
  });
  await subgraphs.fixture.write('truck_facts', ['a'], { seats: 0 });
  await subgraphs.fixture.write('truck_usage', ['a'], { trips: 3 });
});
afterAll(async () => {
  await server.close();
  await subgraphs.fixture.close();
});
beforeEach(() => subgraphs.fixture.store.reset());

async function post(body: object, signedBody = JSON.stringify(body)) {
  const text = JSON.stringify(body);
  const signed = await signer.sign(createContext(), 'depot', signedBody);
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signed },
    body: text,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('a signed request is answered with data, errors and, when asked for, statuses', async () => {
  const { status, body } = await post({ query: TRUCK, extensions: { featuregraph: { statuses: true } } });
  expect(status).toBe(200);
  expect(body).toEqual({
    data: { truck: { seats: 0, tripsPerSeat: null } },
    errors: [
      {
        message: expect.not.stringContaining('secret-cause'),
        path: ['truck', 'tripsPerSeat'],
        extensions: { code: 'TRANSFORM_FAILED', transform: 'ratio' },
      },
    ],
    extensions: { featuregraph: { statuses: { 'truck.seats': 'P', 'truck.tripsPerSeat': 'X' } } },
  });
  expect(await post({ query: TRUCK })).not.toHaveProperty('body.extensions');
});

test('variables, several operations and the SDL are as everywhere', async () => {
  const query = 'query A($p: ID!) { truck(plate: $p) { plate } } query B { _service { sdl } }';
  expect((await post({ query, operationName: 'A', variables: { p: 'x' } })).body).toEqual({
    data: { truck: { plate: 'x' } },
  });
  const { body } = await post({ query, operationName: 'B' });
  expect(JSON.stringify(body)).toContain('type Truck');
});

describe('who is not its gateway', () => {
  test('is refused before anything is read: no context, or one of another body', async () => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: TRUCK }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const other = await post({ query: TRUCK }, JSON.stringify({ query: '{ __typename }' }));
    expect(other.status).toBe(401);
    expect(refused).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect(subgraphs.fixture.store.calls).toEqual([]);
  });
  test('sees its health and nothing else', async () => {
    const { origin } = new URL(server.url);
    expect((await fetch(`${origin}/health/live`)).status).toBe(200);
    const ready = await fetch(`${origin}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', store: { ok: true, detail: expect.any(String) } },
    ]);
    expect((await fetch(`${origin}/elsewhere`)).status).toBe(404);
    const get = await fetch(server.url);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('what is no request', () => {
  test.each([
    ['a syntax error', { query: '{ truck(' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ truck(plate: "a") { wings } }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['the probe', { query: '{ truck(plate: "a") { $entity } }' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['a wrong variable', { query: 'query ($p: ID!) { truck(plate: $p) { plate } }' }, 200, 'BAD_USER_INPUT'],
  ])('%s is refused', async (_what, body, httpStatus, code) => {
    const answer = await post(body);
    expect(answer.body).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(answer.status).toBe(httpStatus);
    expect(JSON.stringify(answer.body)).not.toContain('Did you mean');
  });
  test('broken JSON is refused as such, once its sender is known', async () => {
    const body = '{"query":';
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await signer.sign(createContext(), 'depot', body)) },
      body,
    });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    ]);
  });
});

test('too many keys are LIST_LIMIT', async () => {
  const plates = Array.from({ length: 1001 }, (_, i) => `p-${i}`);
  const { body } = await post({
    query: 'query ($p: [ID!]!) { trucks(plates: $p) { seats } }',
    variables: { p: plates },
  });
  expect(body).toMatchObject({ data: null, errors: [{ extensions: { code: 'LIST_LIMIT' } }] });
});
