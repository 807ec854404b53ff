/** What a body, an address and a header may be: H5–H9, H31, H32. */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Answer, bearer, type HostileRow, parseOrNull, postText, send } from '../row.ts';
import type { Target } from '../target.ts';

const BODY = '{"query":"{ __typename }"}';
const nested = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
const body = (id: string, input: string, expected: string, text: string): HostileRow => ({
  ...{ id, input, expected },
  send: (target) => postText(target, text),
});
const type = (input: string, text: string, contentType: string): HostileRow => ({
  ...{ id: 'H6', input, expected: '415 UNSUPPORTED_MEDIA_TYPE' },
  send: (target) => postText(target, text, { 'content-type': contentType }),
});

/** Sends bytes as they are. @returns what came back until the server closed. */
function raw(target: Target, ...pieces: string[]): Promise<Answer> {
  const { hostname, port } = new URL(target.url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(pieces.join('')));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    const end = (): void => {
      const [head = '', said = ''] = text.split('\r\n\r\n', 2);
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
        headers: new Map(),
        ...{ text, body: parseOrNull(said) },
      });
    };
    socket.on('close', end);
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? end() : reject(error),
    );
  });
}

const wire = (input: string, expected: string, lines: readonly string[], text = BODY): HostileRow => ({
  ...{ id: 'H31', input, expected: `${expected} BAD_REQUEST`, tenant: null },
  send: (target) => {
    const { authorization } = bearer(target.keys.reader);
    const head = ['POST /graphql HTTP/1.1', 'Host: x', `Authorization: ${authorization}`];
    return raw(target, [...head, 'Content-Type: application/json', ...lines, '', ''].join('\r\n'), text);
  },
});

const origin = (from: string): HostileRow => ({
  ...{ id: 'H32', input: `Origin: ${from}`, expected: 'nothing is granted', cpuMaxMs: null },
  send: async (target) => {
    const headers = { origin: from, 'access-control-request-method': 'POST', ...bearer(target.keys.reader) };
    await send(`${target.url}/graphql`, 'OPTIONS', undefined, headers);
    return postText(target, BODY, headers);
  },
  see: ({ headers }) =>
    [...headers.keys()].some((name) => /^access-control|^set-cookie/.test(name))
      ? 'granted'
      : 'nothing is granted',
});

export const bodyRows: readonly HostileRow[] = [
  {
    ...body(
      'H5',
      'a body of more than 1 MiB',
      '413 PAYLOAD_TOO_LARGE',
      JSON.stringify({ query: 'x'.repeat(2 ** 20) }),
    ),
  },
  {
    ...{ id: 'H5', input: '50 MB packed into 50 KB', expected: '415 UNSUPPORTED_MEDIA_TYPE' },
    send: (target) =>
      postText(target, Buffer.from(gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '))), {
        'content-encoding': 'gzip',
      }),
  },
  {
    ...wire('a body that never comes whole', '408', ['Content-Length: 1000'], '{"query"'),
    ...{ id: 'H5', once: true },
  },
  type('text/plain', '{ __typename }', 'text/plain'),
  type('a form', 'query=x', 'application/x-www-form-urlencoded'),
  type('a form of parts', '--x--', 'multipart/form-data; boundary=x'),
  type('another charset', BODY, 'application/json; charset=utf-16'),
  {
    ...{ id: 'H7', input: 'a mutation by PUT', expected: '405 METHOD_NOT_ALLOWED' },
    send: ({ url, keys }) =>
      send(
        `${url}/graphql?query=${encodeURIComponent('mutation { __typename }')}`,
        'PUT',
        undefined,
        bearer(keys.reader),
      ),
  },
  body('H8', 'JSON that breaks off', '400 BAD_REQUEST', '{"query": "{ __typename }"'),
  body(
    'H8',
    'nesting of 10,000',
    '400 BAD_REQUEST',
    `{"query":"{ __typename }","variables":{"a":${nested}}}`,
  ),
  body('H8', 'the same key twice', '400 BAD_REQUEST', '{"query":"{ __typename }","query":"{ a }"}'),
  body(
    'H8',
    'the same key twice, written otherwise',
    '400 BAD_REQUEST',
    '{"query":"{ __typename }","\\u0071uery":"{ a }"}',
  ),
  body(
    'H8',
    'the same variable twice',
    '400 BAD_REQUEST',
    '{"query":"{ __typename }","variables":{"a":1,"a":2}}',
  ),
  body(
    'H8',
    '__proto__ in variables',
    '400 BAD_REQUEST',
    '{"query":"{ __typename }","variables":{"__proto__":{"x":1}}}',
  ),
  body(
    'H8',
    '__proto__, written otherwise',
    '400 BAD_REQUEST',
    '{"query":"{ __typename }","variables":{"\\u005f_proto__":{"x":1}}}',
  ),
  body('H9', 'a list of operations', '400 BATCHING_DISABLED', `[${Array(10).fill(BODY).join()}]`),
  wire('two lengths', '400', [`Content-Length: ${BODY.length}`, 'Content-Length: 5']),
  wire('a length and chunks', '400', [`Content-Length: ${BODY.length}`, 'Transfer-Encoding: chunked']),
  wire('a line break inside a header', '400', ['X-Request-Id: a\rb: c', `Content-Length: ${BODY.length}`]),
  wire('a header of 64 KB', '431', [`X-Long: ${'x'.repeat(64 * 1024)}`]),
  {
    ...{ id: 'H31', input: 'a request id that is not plain', expected: 'another id', cpuMaxMs: null },
    send: (target) => postText(target, BODY, { 'x-request-id': 'a b"c' }),
    see: ({ headers }) =>
      /^[0-9a-f-]{36}$/.test(headers.get('x-request-id') ?? '') ? 'another id' : 'the same id',
  },
  ...['null', 'https://evil.example', 'http://localhost:3000'].map(origin),
  {
    ...{ id: 'H32', input: 'a good key in a cookie', expected: '401 UNAUTHENTICATED', tenant: null },
    send: ({ url, keys }) =>
      send(`${url}/graphql`, 'POST', BODY, {
        'content-type': 'application/json',
        cookie: `session=${keys.reader}; authorization=Bearer ${keys.reader}`,
      }),
  },
];
