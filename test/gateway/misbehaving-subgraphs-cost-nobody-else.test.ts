/** Subgraphs over HTTP that are down, slow, broken or hostile, as real servers: each becomes one kind of error. */
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { RetryBudget } from '../../gateway/remote/retry-budget.ts';
import { systemClock } from '../../src/core/clock.ts';
import { requestContext } from '../oracle/request-context.ts';
import {
  clientOf,
  closeAll,
  codeOf,
  type Handler,
  json,
  listen,
  MAX_BYTES,
  requestOf,
  serve,
} from './serve-subgraph.ts';

afterEach(closeAll);

describe('answers', () => {
  test('data passes, and the subgraph got document, variables and signed headers, to its path', async () => {
    let seen: unknown;
    const url = await serve((request, response, body) => {
      seen = { url: request.url, auth: request.headers.authorization, body: JSON.parse(body) };
      json(response, { data: { a: 1 } });
    });
    const client = clientOf(url, { sign: async (body) => ({ authorization: `signed ${body.length}` }) });
    const result = await client.execute(requestOf());
    expect(result).toEqual({ data: { a: 1 }, errors: [], statuses: {} });
    const body = { query: '{ a }', variables: { x: 1 } };
    expect(seen).toEqual({ url: '/graphql?x=1', auth: `signed ${JSON.stringify(body).length}`, body });
  });

  test('our own subgraph is asked for statuses, and tells them', async () => {
    let seen: Record<string, unknown> = {};
    const url = await serve((_, response, body) => {
      seen = JSON.parse(body);
      json(response, { data: { a: 1 }, extensions: { featuregraph: { statuses: { a: 'P', b: 3 } } } });
    });
    const result = await clientOf(url, { own: true }).execute(requestOf());
    expect(result.statuses).toEqual({ a: 'P' });
    expect(seen.extensions).toEqual({
      featuregraph: { statuses: true, inputStatuses: { representations: { seats: 'PN' } } },
    });
  });

  test('connections are kept', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      json(response, { data: {} });
    });
    const client = clientOf(url);
    for (let i = 0; i < 10; i += 1) await client.execute(requestOf());
    expect(ports.size).toBeLessThanOrEqual(2); // the next request may come before the first is done with its own
  });
});

describe('answers that are none: SUBGRAPH_BAD_RESPONSE', () => {
  const BAD: readonly [string, Handler][] = [
    ['HTML', (_, response) => json(response, '<html>proxy says hi</html>', 200, 'text/html')],
    ['an error page', (_, response) => json(response, 'Not found', 404, 'text/plain')],
    ['a JSON text under another type', (_, response) => json(response, { data: {} }, 200, 'text/plain')],
    ['half of a JSON text', (_, response) => json(response, '{"data": {"a": ')],
    ['an empty body', (_, response) => json(response, '')],
    ['a list', (_, response) => json(response, [])],
    ['a number', (_, response) => json(response, '7')],
    ['neither data nor errors', (_, response) => json(response, {})],
    ['data that is a list', (_, response) => json(response, { data: [1] })],
    ['data that is a text', (_, response) => json(response, { data: 'a' })],
    ['errors that are no list', (_, response) => json(response, { data: {}, errors: {} })],
    ['a redirect', (_, response) => json(response, { data: {} }, 302)],
    ['that the gateway may not ask', (_, response) => json(response, { errors: [{ message: 'no' }] }, 401)],
    ['too much', (_, response) => json(response, { data: { a: 'x'.repeat(MAX_BYTES) } })],
  ];

  test.each(BAD)('%s', async (_, handler) => {
    const result = await clientOf(await serve(handler)).execute(requestOf());
    expect(result.data).toBeNull();
    expect(codeOf(result)).toBe('SUBGRAPH_BAD_RESPONSE');
    expect(result.errors[0]?.extensions?.subgraph).toBe('shop');
    expect(result.errors[0]?.message).not.toMatch(/proxy says hi|Not found/);
  });

  test('what is not HTTP', async () => {
    const url = await listen(
      createTcpServer((socket) => socket.on('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))),
    );
    expect(codeOf(await clientOf(url).execute(requestOf()))).toBe('SUBGRAPH_BAD_RESPONSE');
  });

  test('an endless body is given up at the limit, not read', async () => {
    let written = 0;
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const write = (): void => {
        while (!response.destroyed && response.write(' '.repeat(16 * 1024))) written += 16 * 1024;
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    expect(codeOf(await clientOf(url).execute(requestOf()))).toBe('SUBGRAPH_BAD_RESPONSE');
    expect(written).toBeLessThan(50 * 1024 * 1024);
  });
});

describe('a subgraph that is not there: SUBGRAPH_UNAVAILABLE', () => {
  test('nothing listens', async () => {
    const url = await serve(() => {});
    await closeAll();
    expect(codeOf(await clientOf(url).execute(requestOf()))).toBe('SUBGRAPH_UNAVAILABLE');
  });

  test.each([502, 503, 504])('status %d, tried again once', async (status) => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      json(response, 'upstream 10.0.0.7 is down', status, 'text/plain');
    });
    const result = await clientOf(url).execute(requestOf());
    expect(codeOf(result)).toBe('SUBGRAPH_UNAVAILABLE');
    expect(JSON.stringify(result)).not.toContain('10.0.0.7');
    expect(requests).toBe(2);
  });

  test('a connection that breaks is tried again, and the second answer counts', async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests += 1;
      if (requests === 1) request.socket.destroy();
      else json(response, { data: { a: 2 } });
    });
    expect(await clientOf(url).execute(requestOf())).toMatchObject({ data: { a: 2 }, errors: [] });
  });

  test('a mutation is never sent twice', async () => {
    let requests = 0;
    const url = await serve((request) => {
      requests += 1;
      request.socket.destroy();
    });
    expect(codeOf(await clientOf(url).execute(requestOf('mutation { a }')))).toBe('SUBGRAPH_UNAVAILABLE');
    expect(requests).toBe(1);
  });

  test('retries end where the budget does: a tenth of the requests, after the first few', async () => {
    let requests = 0;
    const url = await serve((_, response, body) => {
      requests += 1;
      // Too few failures for the subgraph to be left alone.
      const isDown = JSON.parse(body).variables.i % 3 === 0;
      json(response, { data: {} }, isDown ? 503 : 200);
    });
    const client = clientOf(url);
    for (let i = 0; i < 100; i += 1) await client.execute(requestOf('{ a }', requestContext(), { i }));
    expect(requests - 100).toBeGreaterThanOrEqual(10);
    expect(requests - 100).toBeLessThanOrEqual(20);
  });

  test('more in flight than allowed is refused at once', async () => {
    const url = await serve(() => {});
    const client = clientOf(url, { inFlightMax: 1 });
    const context = requestContext({ deadlineMs: 200 });
    const first = client.execute(requestOf('{ a }', context));
    expect(codeOf(await client.execute(requestOf()))).toBe('SUBGRAPH_UNAVAILABLE');
    expect(codeOf(await first)).toBe('SUBGRAPH_TIMEOUT');
  });
});

describe('a subgraph that is slow: SUBGRAPH_TIMEOUT', () => {
  const SLOW: readonly [string, Handler][] = [
    ['never answers', () => {}],
    [
      'stops in the middle',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"data"');
      },
    ],
  ];

  test.each(SLOW)('one that %s', async (_, handler) => {
    const startedAtMs = systemClock.monotonicMs();
    const client = clientOf(await serve(handler));
    const result = await client.execute(requestOf('{ a }', requestContext({ deadlineMs: 80 })));
    expect(codeOf(result)).toBe('SUBGRAPH_TIMEOUT');
    expect(systemClock.monotonicMs() - startedAtMs).toBeLessThan(2_000);
  });

  test('a client that goes away ends the request', async () => {
    const abort = new AbortController();
    const client = clientOf(await serve(() => {}));
    setTimeout(() => abort.abort(), 20);
    const result = await client.execute(requestOf('{ a }', { ...requestContext(), signal: abort.signal }));
    expect(codeOf(result)).toBe('SUBGRAPH_TIMEOUT');
  });
});

describe('messages', () => {
  const answering = async (error: unknown, own: boolean) => {
    const url = await serve((_, response) => json(response, { data: { a: null }, errors: [error] }));
    return (await clientOf(url, { own }).execute(requestOf())).errors[0];
  };
  const SECRET = 'select * from users where password = hunter2';

  test.each([
    ['without a code', { message: SECRET, path: ['a'] }],
    [
      'that was not meant',
      { message: SECRET, path: ['a'], extensions: { code: 'INTERNAL_SERVER_ERROR', stacktrace: [SECRET] } },
    ],
    ['with a code that is none', { message: SECRET, path: ['a'], extensions: { code: SECRET } }],
    ['that is not an error', SECRET],
  ])('an error %s is masked, and keeps its place', async (_, error) => {
    for (const own of [true, false]) {
      const masked = await answering(error, own);
      expect(masked?.extensions).toEqual({ code: 'SUBGRAPH_ERROR', subgraph: 'shop' });
      expect(JSON.stringify(masked)).not.toContain('hunter2');
      if (typeof error === 'object') expect(masked?.path).toEqual(['a']);
    }
  });

  test("another team's own code passes with its message, and nothing else of it", async () => {
    const extensions = { code: 'OUT_OF_STOCK', stacktrace: [SECRET], sql: SECRET };
    const passed = await answering({ message: 'none left', path: ['a', 0], extensions }, false);
    expect(passed).toEqual({
      message: 'none left',
      path: ['a', 0],
      extensions: { code: 'OUT_OF_STOCK', subgraph: 'shop' },
    });
  });

  test('our own errors pass as they are, save for their insides', async () => {
    const extensions = { code: 'STORE_TIMEOUT', view: 'facts' };
    const passed = await answering(
      { message: 'slow', path: ['a'], extensions: { ...extensions, stacktrace: [SECRET] } },
      true,
    );
    expect(passed).toEqual({ message: 'slow', path: ['a'], extensions });
    expect(
      (await answering({ message: SECRET, extensions: { code: 'MADE_UP' } }, true))?.message,
    ).not.toContain('hunter2');
  });

  test('an error status with a GraphQL body tells what the body says', async () => {
    const url = await serve((_, response) =>
      json(
        response,
        { errors: [{ message: 'no such field', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
        400,
        'application/graphql-response+json',
      ),
    );
    expect(codeOf(await clientOf(url).execute(requestOf()))).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

test('the budget saves up to ten retries, and earns one per ten requests', () => {
  const budget = new RetryBudget(0);
  expect(budget.spend()).toBe(false);
  for (let i = 0; i < 11; i += 1) budget.request();
  expect(budget.spend()).toBe(true);
  expect(budget.spend()).toBe(false);
  for (let i = 0; i < 1_000; i += 1) budget.request();
  expect(Array.from({ length: 12 }, () => budget.spend()).filter(Boolean)).toHaveLength(10);
});
