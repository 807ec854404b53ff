import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExample, type RunningExample } from './open-example.ts';

let example: RunningExample;
beforeAll(async () => {
  example = await openExample({}, ['aircraft_facts', 'carrier_facts']);
}, 60_000);
afterAll(() => example.close());

const key = () => ({ authorization: `Bearer ${example.apiKey}` });
const json = () => ({ ...key(), 'content-type': 'application/json' });
const FACTS = '{ aircraft(tailnum: "N10156") { seats } }';

describe('credentials', () => {
  it.each([
    ['none', {}],
    ['an empty one', { authorization: '' }],
    ['another scheme', { authorization: 'Basic abc' }],
    ['a made-up key', { authorization: `Bearer fgk_${'0'.repeat(12)}_${'0'.repeat(64)}_00000000` }],
    ['a tenant header alone', { 'x-tenant': 'demo' }],
  ] as [string, Record<string, string>][])('%s is 401 UNAUTHENTICATED', async (_name, headers) => {
    const answer = await example.ask({ query: FACTS }, headers);
    expect(answer.status).toBe(401);
    expect(answer.body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect(answer.body.data).toBeUndefined();
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('in the address is no credential', async () => {
    const answer = await example.send(
      'GET',
      `/graphql?query=${encodeURIComponent(FACTS)}&apiKey=${example.apiKey}`,
    );
    expect(answer.status).toBe(401);
  });

  it('are needed to push and to delete too', async () => {
    for (const path of ['/push/aircraft_facts', '/delete/aircraft_facts', '/push/none', '/nothing']) {
      expect((await example.send('POST', path, '[]', { 'content-type': 'application/json' })).status).toBe(
        401,
      );
    }
  });
});

describe('a request that is not one', () => {
  const cases: [string, number, string, () => ReturnType<RunningExample['send']>][] = [
    ['broken JSON', 400, 'BAD_REQUEST', () => example.send('POST', '/graphql', '{"query": ', json())],
    ['JSON that is no object', 400, 'BAD_REQUEST', () => example.send('POST', '/graphql', '5', json())],
    ['no body', 400, 'BAD_REQUEST', () => example.send('POST', '/graphql', '', json())],
    ['an array of operations', 400, 'BATCHING_DISABLED', () => example.ask([{ query: FACTS }])],
    ['no query', 400, 'BAD_REQUEST', () => example.ask({})],
    ['a query that is no text', 400, 'BAD_REQUEST', () => example.ask({ query: 5 })],
    [
      'plain text',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      () => example.send('POST', '/graphql', FACTS, { ...key(), 'content-type': 'text/plain' }),
    ],
    [
      'a form',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      () =>
        example.send('POST', '/graphql', 'query=x', {
          ...key(),
          'content-type': 'application/x-www-form-urlencoded',
        }),
    ],
    [
      'a compressed body',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      () => example.send('POST', '/graphql', '{}', { ...json(), 'content-encoding': 'gzip' }),
    ],
    [
      'a body above the limit',
      413,
      'PAYLOAD_TOO_LARGE',
      () => example.ask({ query: FACTS, variables: { a: 'x'.repeat(2 ** 20) } }),
    ],
    [
      'a prototype in the variables',
      400,
      'BAD_REQUEST',
      () =>
        example.send(
          'POST',
          '/graphql',
          `{"query": "{ __typename }", "variables": {"__proto__": {"a": 1}}}`,
          json(),
        ),
    ],
    ['another method', 405, 'METHOD_NOT_ALLOWED', () => example.send('PUT', '/graphql', '{}', json())],
    ['an unknown path', 404, 'NOT_FOUND', () => example.send('GET', '/graphq', undefined, key())],
    [
      'GET of a push',
      405,
      'METHOD_NOT_ALLOWED',
      () => example.send('GET', '/push/aircraft_facts', undefined, key()),
    ],
  ];
  it.each<[what: string, type: string, body: string, told: string]>([
    ['an empty body', 'application/json', '', 'The body is empty; expected a JSON object with "query"'],
    ['a body that is cut', 'application/json', '{"query": ', 'The body is not JSON: it ends too early'],
    [
      'a line break',
      'application/json',
      '{"query": "{a\nb}"}',
      'at character 14 a line break, tab or other control',
    ],
    [
      'single quotes',
      'application/json',
      "{'query': 'x'}",
      'at character 2 a name in double quotes is expected',
    ],
    [
      'a quote inside',
      'application/json',
      '{"query": "{ a(b: "c") }"}',
      'write a quote inside of a text as \\"',
    ],
    ['a form', 'application/json', 'query=x', 'it begins as no JSON does'],
    ['a text', 'application/json', '"{a}"', 'to be {"query": "…", "variables": {…}}, got a text.'],
    [
      'a query in parts',
      'application/json',
      '{"query": ["a"]}',
      'Expected "query" to be a text, got a list.',
    ],
    [
      'another type',
      'text/plain',
      '{}',
      'The content type "text/plain" is not read here; expected application/json.',
    ],
    [
      'another charset',
      'application/json; charset=latin1',
      '{}',
      '"application/json; charset=latin1" is not read',
    ],
  ])('tells of %s what came', async (_what, type, body, told) => {
    const headers = { ...key(), 'content-type': type };
    const answer = await example.send('POST', '/graphql', body, headers);
    expect(answer.body.errors[0].message).toContain(told);
    expect(answer.text).not.toContain('query=x');
  });

  it.each(cases)('%s is %i %s', async (_name, status, code, send) => {
    const answer = await send();
    expect([answer.status, answer.body?.errors?.[0]?.extensions?.code]).toEqual([status, code]);
    expect(answer.headers.get('featuregraph-outcome')).toBe('failed');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a document that does not fit', () => {
  const cases: [string, number, string, object][] = [
    ['a syntax error', 400, 'GRAPHQL_PARSE_FAILED', { query: '{ aircraft(' }],
    [
      'an unknown field',
      400,
      'GRAPHQL_VALIDATION_FAILED',
      { query: '{ aircraft(tailnum: "N1") { seatz } }' },
    ],
    [
      '_entities at the gateway',
      400,
      'GRAPHQL_VALIDATION_FAILED',
      { query: '{ _entities(representations: []) { __typename } }' },
    ],
    ['_service at the gateway', 400, 'GRAPHQL_VALIDATION_FAILED', { query: '{ _service { sdl } }' }],
    [
      'a missing variable',
      400,
      'BAD_USER_INPUT',
      { query: 'query Q($t: ID!) { aircraft(tailnum: $t) { seats } }' },
    ],
    [
      'a variable of another type',
      400,
      'BAD_USER_INPUT',
      { query: 'query Q($t: [ID!]!) { aircraftList(tailnums: $t) { seats } }', variables: { t: [{ a: 1 }] } },
    ],
    [
      'two operations and no name',
      400,
      'OPERATION_RESOLUTION_FAILURE',
      { query: 'query A { __typename } query B { __typename }' },
    ],
    [
      'an unknown operation name',
      400,
      'OPERATION_RESOLUTION_FAILURE',
      { query: 'query A { __typename }', operationName: 'B' },
    ],
    [
      'more keys than maxKeys',
      400,
      'LIST_LIMIT',
      {
        query: 'query Q($t: [ID!]!) { aircraftList(tailnums: $t) { seats } }',
        variables: { t: Array.from({ length: 1001 }, (_, i) => `N${i}`) },
      },
    ],
    [
      'an unknown read option',
      400,
      'BAD_USER_INPUT',
      { query: FACTS, extensions: { featuregraph: { staus: 'VALUES' } } },
    ],
    [
      'an unknown view in maxAgeMs',
      400,
      'BAD_USER_INPUT',
      { query: FACTS, extensions: { featuregraph: { maxAgeMs: { none: 1 } } } },
    ],
  ];
  it.each(cases)('%s is %i %s', async (_name, status, code, body) => {
    const answer = await example.ask(body);
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([status, code]);
    expect(answer.body.data ?? null).toBeNull();
    expect(answer.text).not.toMatch(/Did you mean|stacktrace/);
    expect(answer.headers.get('featuregraph-outcome')).toBe('failed');
  });

  it('a mutation by GET is refused', async () => {
    const answer = await example.send(
      'GET',
      `/graphql?query=${encodeURIComponent('mutation { a }')}`,
      undefined,
      key(),
    );
    expect([400, 405]).toContain(answer.status);
  });
});

describe('a null, by a variable that may be null, for an argument that may not', () => {
  const cases: [string, string, object][] = [
    [
      'a list',
      'query Q($t: [ID!] = ["N10156"]) { aircraftList(tailnums: $t) { seats } }',
      { aircraftList: null },
    ],
    ['a key', 'query Q($t: ID = "N10156") { aircraft(tailnum: $t) { seats } }', { aircraft: null }],
  ];
  it.each(cases)('%s is told at its field, also where the document is known', async (_name, query, data) => {
    // Known by now, and well served: the second answer is of the front for such.
    for (let i = 0; i < 2; i += 1) expect((await example.ask({ query })).body.errors).toBeUndefined();
    for (let i = 0; i < 2; i += 1) {
      const { status, body } = await example.ask({ query, variables: { t: null } });
      expect(status).toBe(200);
      expect(body.data).toEqual(data);
      const [error, ...others] = body.errors;
      expect(others).toEqual([]);
      expect(error).toMatchObject({ path: Object.keys(data), extensions: { code: 'BAD_USER_INPUT' } });
      expect(error.message).toContain('must not be null');
    }
  });
});

describe('a key that cannot be one', () => {
  it('is told once, and its neighbours are served', async () => {
    const query = 'query Q($t: [ID!]!) { aircraftList(tailnums: $t) { tailnum seats builtYear } }';
    const variables = { t: ['N10156', '', 'x'.repeat(600), 'N102UW'] };
    const answer = await example.ask({
      query,
      variables,
      extensions: { featuregraph: { status: 'VALUES' } },
    });
    expect(answer.status).toBe(200);
    expect(answer.body.data.aircraftList.map((one: { seats: unknown }) => one.seats)).toEqual([
      55,
      null,
      null,
      182,
    ]);
    expect(answer.body.extensions.featuregraph.statuses['aircraftList.seats']).toBe('PKKP');
    const codes = answer.body.errors.map((error: { extensions: { code: string } }) => error.extensions.code);
    expect(codes).toEqual(['INVALID_KEY', 'ENTITY_KEY_TOO_LONG']);
    expect(answer.body.errors[0].extensions).toMatchObject({ count: 2, indexes: [1] });
    expect(answer.headers.get('featuregraph-outcome')).toBe('partial');
  });
});

describe('without introspection, and open to everybody', () => {
  let open: RunningExample;
  beforeAll(async () => {
    open = await openExample({ introspection: false, identity: { anonymous: true } }, ['aircraft_facts']);
  }, 60_000);
  afterAll(() => open.close());

  const nested = `${'{ a '.repeat(8000)}${'}'.repeat(8000)}`;
  const cases: [string, number, string, object][] = [
    ['introspection', 400, 'INTROSPECTION_DISABLED', { query: '{ __schema { types { name } } }' }],
    [
      'introspection under an alias',
      400,
      'INTROSPECTION_DISABLED',
      { query: '{ x: __type(name: "Query") { name } }' },
    ],
    ['a subscription', 400, 'OPERATION_NOT_SUPPORTED', { query: 'subscription { aircraft }' }],
    ['@defer', 400, 'OPERATION_NOT_SUPPORTED', { query: '{ ... @defer { __typename } }' }],
    ['8,000 levels', 400, 'DEPTH_LIMIT', { query: nested }],
    ['15,001 tokens', 400, 'TOKEN_LIMIT', { query: `{ ${'__typename '.repeat(15_001)}}` }],
    ['@include without if', 400, 'GRAPHQL_VALIDATION_FAILED', { query: '{ __typename @include }' }],
    ['an unknown document id', 404, 'PERSISTED_QUERY_NOT_FOUND', { documentId: 'nope' }],
  ];
  it.each(cases)('%s is %i %s', async (_name, status, code, body) => {
    const answer = await open.ask(body, {});
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([status, code]);
    expect(answer.text).not.toMatch(/Apollo|call stack/);
  });

  it('a GET that a foreign page could send is refused, one that it could not is served', async () => {
    const path = `/graphql?query=${encodeURIComponent('{ __typename }')}`;
    const blocked = await open.send('GET', path);
    expect([blocked.status, blocked.body.errors[0].extensions.code]).toEqual([400, 'CSRF_BLOCKED']);
    expect((await open.send('GET', path, undefined, { 'apollo-require-preflight': '1' })).body).toEqual({
      data: { __typename: 'Query' },
    });
    expect((await open.ask({ query: '{ __typename }' }, {})).status).toBe(200);
    expect((await open.ask({ query: '{ __typename }' }, { authorization: 'Bearer wrong' })).status).toBe(401);
  });

  it('a deadline that has passed is told, and nothing waits for it', async () => {
    const body = {
      query: '{ aircraft(tailnum: "N10156") { seats } }',
      extensions: { featuregraph: { deadlineMs: 1 } },
    };
    const answer = await open.ask(body, {});
    expect(answer.status).toBe(200);
    // Within a millisecond either way is right; nothing else is.
    if (answer.body.errors === undefined) expect(answer.body.data.aircraft.seats).toBe(55);
    else expect(['SUBGRAPH_TIMEOUT', 'STORE_TIMEOUT']).toContain(answer.body.errors[0].extensions.code);
  });
});
