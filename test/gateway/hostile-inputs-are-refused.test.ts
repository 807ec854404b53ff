/** What nobody sends by mistake: refused with the right code, cheaply, and without a word about the inside. */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { assertWithinLimits } from '../../gateway/documents/document-limits.ts';
import { type HttpAnswer, openExample, type RunningExample } from '../app/open-example.ts';

let example: RunningExample;
beforeAll(async () => {
  const flags = { introspection: false, explorer: false, deadlineMs: 10_000 };
  example = await openExample(flags, ['aircraft_facts']);
}, 60_000);
afterAll(() => example.close());

const key = () => ({ authorization: `Bearer ${example.apiKey}` });
const json = () => ({ ...key(), 'content-type': 'application/json' });
const postText = (text: string, headers: Record<string, string> = json()) =>
  example.send('POST', '/graphql', text, headers);
const ask = (query: string, more: object = {}) => example.ask({ query, ...more });

function expectRefused(answer: HttpAnswer, status: number, code: string): void {
  expect([
    answer.status,
    answer.body?.errors?.map((one: { extensions: { code: string } }) => one.extensions.code),
  ]).toEqual([status, [code]]);
  expect(answer.body.data ?? null).toBeNull();
  expect(answer.text).not.toMatch(/Did you mean|stacktrace|node_modules|call stack|Apollo/);
}

describe('documents', () => {
  const repeat = (times: number, text: (i: number) => string) =>
    Array.from({ length: times }, (_, i) => text(i)).join(' ');
  const bomb = `{ ...F0 } ${repeat(30, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F30 on Query { __typename }`;
  const INTROSPECTION = '{ __schema { types { name } } }';
  const CASES: [string, string, string][] = [
    ['15,001 tokens', 'TOKEN_LIMIT', `{ ${'a '.repeat(15_001)}}`],
    ['8,000 nested braces', 'DEPTH_LIMIT', `${'{ a '.repeat(8_000)}${'}'.repeat(8_000)}`],
    [
      '8,000 nested brackets',
      'DEPTH_LIMIT',
      `{ aircraftList(tailnums: ${'['.repeat(8_000)}${']'.repeat(8_000)}) { seats } }`,
    ],
    ['21 levels', 'DEPTH_LIMIT', `${'{ a '.repeat(21)}${'}'.repeat(21)}`],
    [
      '21 levels by fragments',
      'DEPTH_LIMIT',
      `{ ...F0 } ${repeat(21, (i) => `fragment F${i} on Query { a { ...F${i + 1} } }`)} fragment F21 on Query { a }`,
    ],
    ['31 aliases', 'ALIAS_LIMIT', `{ ${repeat(31, (i) => `a${i}: aircraft(tailnum: "N1") { seats }`)} }`],
    ['101 aliases of __typename', 'ALIAS_LIMIT', `{ ${repeat(101, (i) => `a${i}: __typename`)} }`],
    ['500 times the same field', 'FIELD_LIMIT', `{ ${'__typename '.repeat(500)} }`],
    [
      '200 × 100 inline fragments',
      'FIELD_LIMIT',
      `{ ...F0 ${repeat(199, () => '...F0')} } fragment F0 on Query { ${repeat(100, () => '... on Query { __typename }')} }`,
    ],
    ['51 fields at the root', 'ROOT_FIELD_LIMIT', `{ ${repeat(51, (i) => `f${i}`)} }`],
    [
      '51 fields at the root by fragments',
      'ROOT_FIELD_LIMIT',
      `{ ...A ...B } fragment A on Query { ${repeat(26, (i) => `f${i}`)} } fragment B on Query { ${repeat(26, (i) => `g${i}`)} }`,
    ],
    ['10 directives at one place', 'DIRECTIVE_LIMIT', '{ __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }'],
    [
      '5 known directives at one place',
      'DIRECTIVE_LIMIT',
      `{ __typename ${'@include(if: true) '.repeat(5)} }`,
    ],
    ['10,000 directives', 'DIRECTIVE_LIMIT', `{ __typename ${'@a'.repeat(10_000)} }`],
    ['201 directives', 'DIRECTIVE_LIMIT', `{ ${repeat(201, (i) => `f${i} @a`)} }`],
    ['a fragment that stands for 2^30 fields', 'FIELD_LIMIT', bomb],
    [
      '1,000 unused fragments',
      'FRAGMENT_LIMIT',
      `{ __typename } ${repeat(1_000, (i) => `fragment F${i} on Query { __typename }`)}`,
    ],
    [
      'introspection that goes in circles',
      'DEPTH_LIMIT',
      `{ __schema { types { ${'fields { type { '.repeat(12)} name ${'} } '.repeat(12)} } } }`,
    ],
    ['introspection', 'INTROSPECTION_DISABLED', INTROSPECTION],
    ['introspection under an alias', 'INTROSPECTION_DISABLED', '{ x: __type(name: "Query") { name } }'],
    [
      'introspection by a fragment',
      'INTROSPECTION_DISABLED',
      '{ ...F } fragment F on Query { __schema { __typename } }',
    ],
    [
      'two operations and no name',
      'OPERATION_RESOLUTION_FAILURE',
      'query A { __typename } query B { __typename }',
    ],
    ['@include without if', 'GRAPHQL_VALIDATION_FAILED', '{ __typename @include }'],
    ['an undefined variable', 'GRAPHQL_VALIDATION_FAILED', '{ __typename @skip(if: $x) }'],
    ['a typo', 'GRAPHQL_VALIDATION_FAILED', '{ aircraft(tailnum: "N1") { seatz } }'],
    ['_service', 'GRAPHQL_VALIDATION_FAILED', '{ _service { sdl } }'],
    ['_entities', 'GRAPHQL_VALIDATION_FAILED', '{ _entities(representations: []) { __typename } }'],
  ];

  test.each(CASES)('%s: 400 %s', async (_what, code, query) => {
    expectRefused(await ask(query), 400, code);
  });

  test('fragments that go in circles: 400 GRAPHQL_VALIDATION_FAILED, however many', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `F${i}`);
    const spreads = names.map((name) => `...${name}`).join(' ');
    const query = `{ ...F0 } ${names.map((name) => `fragment ${name} on Query { ${spreads} }`).join(' ')}`;
    const answer = await ask(query);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.length).toBeLessThanOrEqual(20);
    expect(answer.body.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test.each([
    ['no operation of the name', 'query A { __typename }', 'B'],
    ['no name', '{ __typename }', 'A'],
  ])('a name that %s has: OPERATION_RESOLUTION_FAILURE', async (_what, query, operationName) => {
    expectRefused(await ask(query, { operationName }), 400, 'OPERATION_RESOLUTION_FAILURE');
  });

  test('what is wrong a thousand times is told twenty times', async () => {
    const query = `{ ${repeat(40, (i) => `nofield${i}`)} }`;
    expect((await ask(query)).body.errors).toHaveLength(20);
  });

  test.each(CASES.filter(([, code]) => /_LIMIT$/.test(code)))(
    '%s: refused within a few milliseconds of work',
    (_what, code, text) => {
      expect(() => assertWithinLimits(text)).toThrow(expect.objectContaining({ code }));
      const before = process.cpuUsage();
      expect(() => assertWithinLimits(text)).toThrow();
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(50);
    },
  );

  test('wide documents that people write are served', async () => {
    const fields = 'seats model engines airframe builtYear';
    const query = `query ($a: Boolean!) { ${repeat(29, (i) => `a${i}: aircraft(tailnum: "N${i}") { ...F }`)} } fragment F on Aircraft { ${fields.replaceAll(/(\w+)/g, '$1 @include(if: $a)')} }`;
    expect((await ask(query, { variables: { a: true } })).status).toBe(200);
  });
});

describe('bodies', () => {
  const nested = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const CASES: [string, number, string, () => Promise<HttpAnswer>][] = [
    [
      'more than 1 MiB',
      413,
      'PAYLOAD_TOO_LARGE',
      () => postText(JSON.stringify({ query: '{ a }', variables: { a: 'x'.repeat(2 ** 20) } })),
    ],
    [
      'text',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      () => postText('{ __typename }', { ...key(), 'content-type': 'text/plain' }),
    ],
    [
      'a form',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      () => postText('query=x', { ...key(), 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    [
      'a form of parts',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      () => postText('--x--', { ...key(), 'content-type': 'multipart/form-data; boundary=x' }),
    ],
    [
      'another charset',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      () =>
        postText('{"query":"{ __typename }"}', {
          ...key(),
          'content-type': 'application/json; charset=utf-16',
        }),
    ],
    ['broken JSON', 400, 'BAD_REQUEST', () => postText('{"query": "{ __typename }"')],
    [
      'nesting of 10,000',
      400,
      'BAD_REQUEST',
      () => postText(`{"query":"{ __typename }","variables":{"a":${nested}}}`),
    ],
    ['the same key twice', 400, 'BAD_REQUEST', () => postText('{"query":"{ __typename }","query":"{ a }"}')],
    [
      'the same key twice, written in two ways',
      400,
      'BAD_REQUEST',
      () => postText('{"query":"{ __typename }","\\u0071uery":"{ a }"}'),
    ],
    [
      'the same variable twice',
      400,
      'BAD_REQUEST',
      () => postText('{"query":"{ __typename }","variables":{"a":1,"a":2}}'),
    ],
    [
      'a prototype',
      400,
      'BAD_REQUEST',
      () => postText('{"query":"{ __typename }","variables":{"__proto__":{"polluted":1}}}'),
    ],
    [
      'a prototype, written another way',
      400,
      'BAD_REQUEST',
      () => postText('{"query":"{ __typename }","variables":{"\\u005f_proto__":{"polluted":1}}}'),
    ],
    [
      'a list of operations',
      400,
      'BATCHING_DISABLED',
      () => postText(`[${Array(10).fill('{"query":"{ __typename }"}').join()}]`),
    ],
  ];

  test.each(CASES)('%s: %d %s', async (_what, status, code, send) => {
    expectRefused(await send(), status, code);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('quotes, braces and escapes in texts are texts', async () => {
    const variables = { t: '\\"{[}]\\\\', u: '"a":1,"a":2', '\u2028': '\\' };
    const answer = await ask('query ($t: ID!) { aircraft(tailnum: $t) { seats } }', { variables });
    expect(answer.body).toEqual({ data: { aircraft: { seats: null } } });
  });

  test('a packed body is not unpacked: 415', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));
    const answer = await fetch(`${example.url}/graphql`, {
      method: 'POST',
      body: bomb,
      headers: { ...json(), 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(415);
  });

  test('keys: too many, the same many times, one of a megabyte, none', async () => {
    const query = 'query ($t: [ID!]!) { aircraftList(tailnums: $t) { seats } }';
    const keys = (t: unknown[]) => ask(query, { variables: { t } });
    expectRefused(await keys(Array.from({ length: 1_001 }, (_, i) => `N${i}`)), 400, 'LIST_LIMIT');
    const reads = vi.spyOn(example.workspace.store, 'readMany');
    const same = await keys(Array(1_000).fill('N10156'));
    expect(same.body.data.aircraftList).toEqual(Array(1_000).fill({ seats: 55 }));
    const ofAircraft = reads.mock.calls
      .flatMap(([asked]) => asked)
      .filter((read) => JSON.stringify(read).includes('N10156'));
    expect(ofAircraft).toHaveLength(1);
    const long = await keys(['x'.repeat(1_000_000), 'N10156']);
    expect(long.body.data.aircraftList).toEqual([{ seats: null }, { seats: 55 }]);
    expect(long.body.errors[0].extensions.code).toBe('ENTITY_KEY_TOO_LONG');
    expect((await keys([])).body).toEqual({ data: { aircraftList: [] } });
  });
});

describe('on the wire', () => {
  /** Sends text as it is. @returns all that came back until the server closed. */
  function raw(...pieces: string[]): Promise<string> {
    const { hostname, port } = new URL(example.url);
    return new Promise((resolve, reject) => {
      let received = '';
      const socket = connect(Number(port), hostname, () => socket.write(pieces.join('')));
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('close', () => resolve(received));
      socket.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' ? resolve(received) : reject(error),
      );
    });
  }
  const head = (...lines: string[]) =>
    `${['POST /graphql HTTP/1.1', 'Host: x', `Authorization: ${key().authorization}`, 'Content-Type: application/json', ...lines].join('\r\n')}\r\n\r\n`;
  const BODY = '{"query":"{ __typename }"}';

  test('two lengths: 400, and the connection ends', async () => {
    expect(await raw(head(`Content-Length: ${BODY.length}`, 'Content-Length: 5'), BODY)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });
  test('a length and chunks: 400, and the connection ends', async () => {
    expect(
      await raw(head(`Content-Length: ${BODY.length}`, 'Transfer-Encoding: chunked'), `${BODY}`),
    ).toMatch(/^HTTP\/1\.1 400 /);
  });
  test('a line break inside a header: 400, and the connection ends', async () => {
    expect(await raw(head('X-Request-Id: a\rb: c', `Content-Length: ${BODY.length}`), BODY)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });
  test('a header of 64 KB: 431, and the connection ends', async () => {
    expect(await raw(head(`X-Long: ${'x'.repeat(64 * 1024)}`))).toMatch(
      /^HTTP\/1\.1 431 [\s\S]*"code":"BAD_REQUEST"/,
    );
  });
  test('a request id that is not plain is not repeated', async () => {
    const answer = await example.ask({ query: '{ __typename }' }, { ...key(), 'x-request-id': 'a b"c' });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
  test('a body that comes too slowly: 408 within seconds', { timeout: 20_000 }, async () => {
    const startedMs = performance.now();
    const answer = await raw(head('Content-Length: 1000'), '{"query"');
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"BAD_REQUEST"/);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  });
});

describe('browsers', () => {
  test.each(['null', 'https://evil.example', 'http://localhost:3000'])(
    'the origin %s is granted nothing',
    async (origin) => {
      for (const method of ['POST', 'GET', 'OPTIONS']) {
        const body = method === 'POST' ? '{"query":"{ __typename }"}' : undefined;
        const headers = { ...json(), origin, 'access-control-request-method': 'POST' };
        const answer = await example.send(method, '/graphql?query={__typename}', body, headers);
        expect([...answer.headers.keys()].filter((name) => /^access-control|^set-cookie/.test(name))).toEqual(
          [],
        );
      }
    },
  );

  test('a cookie lets nobody in', async () => {
    const cookie = `session=${example.apiKey}; authorization=Bearer ${example.apiKey}`;
    const answer = await postText('{"query":"{ __typename }"}', {
      'content-type': 'application/json',
      cookie,
    });
    expectRefused(answer, 401, 'UNAUTHENTICATED');
  });
});
