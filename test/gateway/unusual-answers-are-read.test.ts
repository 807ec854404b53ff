/** Answers that servers and proxies in wide use give, and no specification asks for, are read all the same. */
import { Writable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { watchSubgraph } from '../../gateway/remote/watch-subgraph.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { clientOf, closeAll, codeOf, json, MAX_BYTES, requestOf, serve } from './serve-subgraph.ts';
import { ask, compose, FEDERATION, scripted } from './small-graph.ts';

afterEach(closeAll);

const ANSWER = JSON.stringify({ data: { a: 1 } });

const encoded = (bytes: Buffer, encoding: string) =>
  serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
    response.end(bytes);
  });

describe('compressed, though nobody asked for that', () => {
  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (text: Buffer) => text],
  ] as const)('%s', async (encoding, compress) => {
    const url = await encoded(compress(Buffer.from(ANSWER)), encoding);
    expect(await clientOf(url).execute(requestOf())).toMatchObject({ data: { a: 1 }, errors: [] });
  });

  test.each([
    ['more than may be read, once unpacked', gzipSync(Buffer.alloc(MAX_BYTES + 1, 32)), 'gzip', /more than/],
    ['an encoding that is not known', Buffer.from(ANSWER), 'compress', /encoding/],
    ['bytes that are not of the encoding', Buffer.from(ANSWER), 'br', /encoding/],
  ])('%s is no answer', async (_, bytes, encoding, message) => {
    const result = await clientOf(await encoded(bytes, encoding)).execute(requestOf());
    expect(codeOf(result)).toBe('SUBGRAPH_BAD_RESPONSE');
    expect(result.errors[0]?.message).toMatch(message);
  });
});

test.each([
  ['errors that are null', JSON.stringify({ data: { a: 1 }, errors: null })],
  ['a byte order mark', `\ufeff${ANSWER}`],
])('%s', async (_, body) => {
  const url = await serve((__, response) => json(response, body));
  expect(await clientOf(url).execute(requestOf())).toMatchObject({ data: { a: 1 }, errors: [] });
});

test('an index that is a text leads to its place', async () => {
  const error = { message: 'gone', path: ['list', '1', 'a'], extensions: { code: 'GONE' } };
  const url = await serve((_, response) => json(response, { data: { list: [] }, errors: [error] }));
  const result = await clientOf(url).execute(requestOf('{ list { a } }'));
  expect(result.errors[0]?.path).toEqual(['list', 1, 'a']);
});

describe('an error without a path', () => {
  const supergraph = compose({
    things: `${FEDERATION} type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! }`,
    parts: `${FEDERATION} type Thing @key(fields: "id") { id: ID! size: Int weight: Int }`,
  });
  const asked = (entity: object, count = 1) =>
    ask({
      supergraph,
      text: '{ thing { size weight } }',
      clients: scripted({
        things: () => ({ data: { thing: { __typename: 'Thing', id: '1' } } }),
        parts: () => ({
          data: { _entities: [entity] },
          errors: Array.from({ length: count }, () => ({ message: 'odd', extensions: { code: 'ODD' } })),
        }),
      }),
    });

  test('is told where something is lacking', async () => {
    const { data, errors } = await asked({ size: 1 });
    expect(data).toEqual({ thing: { size: 1, weight: null } });
    expect(errors).toEqual([{ message: 'odd', path: ['thing', 'weight'], extensions: { code: 'ODD' } }]);
  });

  test('beside data that lacks nothing, is told without a place', async () => {
    const { data, errors } = await asked({ size: 1, weight: 2 });
    expect(data).toEqual({ thing: { size: 1, weight: 2 } });
    expect(errors).toEqual([{ message: 'odd', extensions: { code: 'ODD' } }]);
  });
});

test('why there is no answer stands in the log, with the cause that no caller sees: a line per kind, not per request', async () => {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _, done) {
      lines.push(...String(chunk).split('\n').filter(Boolean));
      done();
    },
  });
  const watch = watchSubgraph(createMetrics(), 'shop', createLogger('warn', destination));
  const url = await serve((request) => request.socket.destroy());
  const client = clientOf(url.replace('http:', 'https:'), { watch });
  for (let i = 0; i < 3; i += 1)
    expect(JSON.stringify(await client.execute(requestOf()))).not.toMatch(/SSL|EPROTO|ECONN/);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] as string)).toMatchObject({
    level: 'warn',
    ...{ subgraph: 'shop', code: 'SUBGRAPH_UNAVAILABLE', unlogged: 0 },
    err: { message: expect.stringMatching(/SSL|socket|EPROTO|ECONN/i) },
  });
});
