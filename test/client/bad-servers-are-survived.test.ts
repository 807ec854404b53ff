import { afterEach, describe, expect, it } from 'vitest';
import { type ClientOptions, createClient } from '../../src/client/index.ts';
import { type Answering, answerJson, errorBody, openRudeServer, type RudeServer } from './rude-server.ts';

const GOOD = { data: { aircraft: { seats: 149 } } };
const QUERY = 'query Q { aircraft(tailnum: "N14228") { seats } }';

let server: RudeServer;
afterEach(() => server.close());

async function clientOf(answer: Answering, options: Partial<ClientOptions> = {}) {
  server = await openRudeServer(answer);
  return createClient({ url: server.url, deadlineMs: 2000, random: () => 0, ...options });
}

describe('what is safe to repeat is repeated', () => {
  it.each([502, 503, 504])('after HTTP status %i, with a proxy’s page', async (status) => {
    const client = await clientOf((response, number) =>
      number < 3 ? response.writeHead(status).end('<html>no</html>') : answerJson(response, 200, GOOD),
    );
    expect(await client.query(QUERY)).toMatchObject({ ok: true, data: GOOD.data, error: null });
    expect(server.requests).toHaveLength(3);
  });

  it('after a broken connection, before the answer and in it', async () => {
    const client = await clientOf((response, number) => {
      if (number === 1) response.destroy();
      else if (number === 2) {
        response.writeHead(200, { 'content-length': '1000' }).write('{"data":');
        setTimeout(() => response.destroy(), 20);
      } else answerJson(response, 200, GOOD);
    });
    expect(await client.query(QUERY)).toMatchObject({ ok: true, data: GOOD.data });
    expect(server.requests).toHaveLength(3);
  });

  it('not sooner than Retry-After says', async () => {
    const client = await clientOf((response, number) =>
      number === 1
        ? answerJson(response, 429, errorBody('RATE_LIMITED'), { 'retry-after': '1' })
        : answerJson(response, 200, GOOD),
    );
    expect(await client.query(QUERY)).toMatchObject({ ok: true });
    const [first, second] = server.requests;
    // A timer may fire a millisecond early.
    expect((second?.atMs as number) - (first?.atMs as number)).toBeGreaterThanOrEqual(998);
  });

  it('not when Retry-After is later than the deadline: the answer is told at once', async () => {
    const client = await clientOf((response) =>
      answerJson(response, 429, errorBody('RATE_LIMITED'), { 'retry-after': '30' }),
    );
    const startedMs = performance.now();
    const { error } = await client.query(QUERY);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(error).toMatchObject({
      kind: 'rateLimited',
      code: 'RATE_LIMITED',
      retryAfterMs: 30_000,
      attempts: 1,
    });
  });

  it('Retry-After may be a moment by the server’s clock', async () => {
    const client = await clientOf((response) =>
      answerJson(response, 503, errorBody('OVERLOADED'), {
        date: 'Mon, 01 Apr 2013 04:00:00 GMT',
        'retry-after': 'Mon, 01 Apr 2013 04:01:00 GMT',
      }),
    );
    const { error } = await client.query(QUERY);
    expect(error).toMatchObject({ kind: 'overloaded', retryAfterMs: 60_000 });
  });

  it('as often as allowed and no more', async () => {
    const client = await clientOf((response) => response.writeHead(503).end(), { retries: 1 });
    expect((await client.query(QUERY)).error).toMatchObject({ kind: 'overloaded', attempts: 2, code: null });
    expect(server.requests).toHaveLength(2);
  });

  it('over connections that are kept', async () => {
    const client = await clientOf((response, number) =>
      number === 1 ? response.writeHead(503).end('busy') : answerJson(response, 200, GOOD),
    );
    for (let i = 0; i < 20; i += 1) expect((await client.query(QUERY)).ok).toBe(true);
    expect(server.requests).toHaveLength(21);
    // The platform may not have taken the first one back yet when the retry leaves.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it.each([
    'mutation M { push }',
    'fragment F on Mutation { push } mutation M { ...F }',
    '# query\n mutation { push }',
  ])('but never what writes: %s', async (document) => {
    const client = await clientOf((response) => response.destroy());
    expect((await client.query(document)).error).toMatchObject({ kind: 'network', attempts: 1 });
    expect(server.requests).toHaveLength(1);
  });

  it('and a word in a string or comment is no mutation', async () => {
    const client = await clientOf((response, number) =>
      number === 1 ? response.destroy() : answerJson(response, 200, GOOD),
    );
    const document = `# mutation\n query Q { aircraft(tailnum: "a \\" mutation") { seats } }`;
    expect((await client.query(document)).ok).toBe(true);
  });
});

describe('what will not get better is told at once', () => {
  it.each([
    [400, 'GRAPHQL_VALIDATION_FAILED', 'badRequest'],
    [200, 'BAD_USER_INPUT', 'badRequest'],
    [200, 'GRAPHQL_VALIDATION_FAILED', 'badRequest'],
    [401, 'UNAUTHENTICATED', 'unauthenticated'],
    [403, 'FORBIDDEN', 'forbidden'],
    [404, 'PERSISTED_QUERY_NOT_FOUND', 'badRequest'],
    [413, 'PAYLOAD_TOO_LARGE', 'badRequest'],
    [500, 'INTERNAL_SERVER_ERROR', 'failed'],
    [200, 'SUBGRAPH_UNAVAILABLE', 'failed'],
  ])('HTTP status %i with %s is %s', async (status, code, kind) => {
    const client = await clientOf((response) =>
      answerJson(response, status, errorBody(code), { 'x-request-id': 'r-1' }),
    );
    const result = await client.query(QUERY);
    expect(result).toMatchObject({ ok: false, data: null });
    expect(result.error).toBeInstanceOf(Error);
    expect(result.error).toMatchObject({ kind, code, httpStatus: status, requestId: 'r-1', attempts: 1 });
    expect(result.error?.message).toContain(`because of ${code}`);
  });

  it.each([
    ['half of a JSON text', 200, '{"data":{"aircraft":'],
    ['a page', 200, '<!doctype html><title>Welcome</title>'],
    ['nothing', 200, ''],
    ['no object', 200, '[1]'],
    ['neither data nor errors', 200, '{}'],
    ['data of another kind', 200, '{"data":"yes"}'],
    ['data null without a reason', 200, '{"data":null}'],
    ['errors that are no list', 200, '{"data":{"a":1},"errors":{"message":"x"}}'],
    ['errors without messages', 200, '{"data":{"a":1},"errors":[{"code":"X"}]}'],
    ['a page with status 404', 404, '<html>not here</html>'],
    ['a page with status 500', 500, 'oops'],
  ])('%s is a bad response, whose beginning is told', async (_what, status, text) => {
    const client = await clientOf((response) => response.writeHead(status).end(text));
    const { error } = await client.query(QUERY);
    expect(error).toMatchObject({ kind: 'badResponse', httpStatus: status, excerpt: text, attempts: 1 });
  });

  it.each([301, 302, 307, 308])('a redirect (%i) is not followed with the key', async (status) => {
    const other = await openRudeServer((response) => answerJson(response, 200, GOOD));
    const client = await clientOf((response) => response.writeHead(status, { location: other.url }).end(), {
      apiKey: 'secret',
    });
    expect((await client.query(QUERY)).error).toMatchObject({ kind: 'badResponse', httpStatus: status });
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it('statuses that do not fit the data are refused: none is better than a wrong one', async () => {
    const statusesOf = async (statuses: unknown) => {
      const client = await clientOf((response) =>
        answerJson(response, 200, { ...GOOD, extensions: { featuregraph: { statuses } } }),
      );
      const result = await client.query(QUERY, {}, { status: 'VALUES' });
      await server.close();
      return result;
    };
    for (const wrong of [
      undefined,
      'P',
      { 'aircraft.seats': 'PP' },
      { 'aircraft.seats': '?' },
      { 'aircraft.seats': 1 },
      { 'aircraft.engines': 'P' },
    ])
      expect((await statusesOf(wrong)).error).toMatchObject({ kind: 'badResponse' });
    expect(await statusesOf({ 'aircraft.seats': 'P' })).toMatchObject({ ok: true });
  });
});

describe('a deadline and a signal end everything', () => {
  it.each<[string, Answering]>([
    ['no answer', () => undefined],
    ['an answer that does not end', (response) => response.writeHead(200).write('{"data":')],
    ['retries without end', (response) => response.writeHead(503, { 'retry-after': '0' }).end()],
  ])('with %s', async (what, answer) => {
    const client = await clientOf(answer, { retries: 10, random: () => 0.999 });
    const startedMs = performance.now();
    const { error } = await client.query(QUERY, {}, { deadlineMs: 150 });
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeLessThan(1000);
    if (what === 'retries without end') expect(['overloaded', 'timeout']).toContain(error?.kind);
    else {
      expect(error).toMatchObject({ kind: 'timeout', deadlineMs: 150, attempts: 1 });
      expect(tookMs).toBeGreaterThanOrEqual(148);
    }
  });

  it('the server is told less than the client has, and less at each retry', async () => {
    const client = await clientOf((response, number) => {
      if (number === 1) setTimeout(() => response.writeHead(503).end(), 100);
      else answerJson(response, 200, GOOD);
    });
    await client.query(QUERY, {}, { deadlineMs: 1000 });
    const [first, second] = server.requests.map(({ body }) => body.extensions.featuregraph.deadlineMs);
    expect(first).toBeLessThanOrEqual(975);
    expect(first).toBeGreaterThan(900);
    expect(second).toBeLessThanOrEqual(first - 98);
  });

  it('a signal that is aborted already sends nothing; a later one ends the wait, whatever it waits for', async () => {
    const client = await clientOf((response, number) => {
      if (number > 1) answerJson(response, 429, errorBody('RATE_LIMITED'), { 'retry-after': '1' });
    });
    const before = await client.query(QUERY, {}, { signal: AbortSignal.abort('changed my mind') });
    expect(before.error).toMatchObject({ kind: 'aborted', reason: 'changed my mind', attempts: 0 });
    expect(server.requests).toEqual([]);
    for (const attempts of [1, 1]) {
      const ending = new AbortController();
      setTimeout(() => ending.abort('enough'), 50);
      const { error } = await client.query(QUERY, {}, { signal: ending.signal });
      expect(error).toMatchObject({ kind: 'aborted', reason: 'enough', attempts });
    }
    expect(server.requests).toHaveLength(2);
  });

  it('leaves no listener on a signal that lives longer', async () => {
    const client = await clientOf((response) => answerJson(response, 200, GOOD));
    const { signal } = new AbortController();
    let listeners = 0;
    const [add, remove] = [signal.addEventListener, signal.removeEventListener];
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1;
      add.apply(signal, given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners -= 1;
      remove.apply(signal, given);
    };
    for (let i = 0; i < 3; i += 1) await client.query(QUERY, {}, { signal });
    expect(listeners).toBe(0);
  });
});

describe('misuse is thrown', () => {
  it.each<[Partial<ClientOptions>, string]>([
    [{ url: 'nowhere' }, 'Expected url'],
    [{ url: 'localhost:4000/graphql' }, 'Expected url'],
    [{ apikey: 'x' } as never, 'createClient to be of url, apiKey, headers,'],
    [{ retries: -1 }, 'Expected retries'],
    [{ retries: 1.5 }, 'Expected retries'],
    [{ deadlineMs: 0 }, 'Expected deadlineMs'],
    [{ deadlineMs: 60_001 }, 'Expected deadlineMs'],
    [{ deadlineMs: Number.NaN }, 'Expected deadlineMs'],
  ])('%o', async (options, message) => {
    await expect(clientOf(() => undefined, options)).rejects.toThrow(message);
  });

  it('also of a single query', async () => {
    const client = await clientOf(() => undefined);
    await expect(client.query(QUERY, {}, { staus: 'VALUES' } as never)).rejects.toThrow(
      'Expected the options of a query to be of status, maxAgeMs, deadlineMs, signal, got staus.',
    );
    await expect(client.query(undefined as never)).rejects.toThrow('Expected a document: a text');
    const lookup = (options: object) => () =>
      client.batched('query Q($ids: [ID!]!) { a(ids: $ids) { b } }', options as never);
    expect(lookup({ keys: 'idz' })).toThrow('Expected keys to name a variable of the document, got idz.');
    expect(lookup({ key: 'ids' })).toThrow('got key.');
    await expect(client.query('')).rejects.toThrow('Expected a document');
    await expect(client.query(QUERY, {}, { deadlineMs: -1 })).rejects.toThrow('Expected deadlineMs');
    expect(server.requests).toEqual([]);
  });
});
