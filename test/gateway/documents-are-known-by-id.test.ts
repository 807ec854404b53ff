/** Documents by id, by hash and by text; from three tools' manifests; served beside others, or alone. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AutomaticDocuments } from '../../gateway/documents/automatic-documents.ts';
import { loadConfig } from '../../src/config.ts';
import { openExample, type RunningExample } from '../app/open-example.ts';
import { startGateway } from './start-gateway.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-documents-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hashOf = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');
const SEATS = 'query Seats($t: ID!) { aircraft(tailnum: $t) { seats } }';
const MODEL = 'query Model($t: ID!) { aircraft(tailnum: $t) { model } }';
const BOTH = `${SEATS} ${MODEL}`;
const OTHER = 'query Other($t: ID!) { aircraft(tailnum: $t) { engines } }';
const VARIABLES = { t: 'N10156' };
const SEATS_DATA = { data: { aircraft: { seats: 55 } } };

function manifestFile(name: string, manifest: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(manifest));
  return file;
}

/** As each tool writes it. */
const MANIFESTS = {
  codegen: { id: hashOf('sha1', SEATS), both: 'both', of: (id: string) => ({ [id]: SEATS, both: BOTH }) },
  apollo: {
    ...{ id: hashOf('sha256', SEATS), both: 'both' },
    of: (id: string) => ({
      ...{ format: 'apollo-persisted-query-manifest', version: 1 },
      operations: [
        { id, name: 'Seats', type: 'query', body: SEATS },
        { id: 'both', name: 'Both', type: 'query', body: BOTH },
      ],
    }),
  },
  relay: { id: hashOf('md5', SEATS), both: 'both', of: (id: string) => ({ [id]: SEATS, both: BOTH }) },
};

type Ask = (documentId: string, more?: object) => ReturnType<RunningExample['send']>;

/** Every way in which a client may tell an id. */
function waysToAsk(example: RunningExample): Record<string, Ask> {
  const key = { authorization: `Bearer ${example.apiKey}` };
  const params = (of: Record<string, unknown>) =>
    new URLSearchParams(
      Object.entries(of).map(([name, value]): [string, string] => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
  const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
  const post = (at: string, body: object) =>
    example.send('POST', at, JSON.stringify(body), { ...key, 'content-type': 'application/json' });
  const get = (at: string, of: Record<string, unknown>) =>
    example.send('GET', `${at}?${params(of)}`, undefined, key);
  return {
    documentId: (documentId, more) => post('/graphql', { documentId, variables: VARIABLES, ...more }),
    persistedQuery: (id, more) =>
      post('/graphql', { extensions: persisted(id), variables: VARIABLES, ...more }),
    'the address': (id, more) =>
      post(`/graphql/${encodeURIComponent(id)}`, { variables: VARIABLES, ...more }),
    'documentId by GET': (documentId, more) => get('/graphql', { documentId, variables: VARIABLES, ...more }),
    'persistedQuery by GET': (id, more) =>
      get('/graphql', { extensions: persisted(id), variables: VARIABLES, ...more }),
    'the address by GET': (id, more) =>
      get(`/graphql/${encodeURIComponent(id)}`, { variables: VARIABLES, ...more }),
  };
}
const WAYS = [
  'documentId',
  'persistedQuery',
  'the address',
  'documentId by GET',
  'persistedQuery by GET',
  'the address by GET',
];

describe.each(Object.entries(MANIFESTS))('the manifest of %s', (tool, { id, both, of }) => {
  let example: RunningExample;
  beforeAll(async () => {
    const manifest = manifestFile(`${tool}.json`, of(id));
    example = await openExample({ documents: { manifest } }, ['aircraft_facts']);
  }, 60_000);
  afterAll(() => example?.close());

  test('is prepared before anybody asks, each operation of a document', () => {
    expect(example.app.engine.preparedCount).toBe(3);
  });

  test.each(WAYS)('is asked by %s', async (way) => {
    const ask = waysToAsk(example)[way] as Ask;
    const answer = await ask(id);
    expect([answer.status, answer.body]).toEqual([200, SEATS_DATA]);
    const named = await ask(both, { operationName: 'Model' });
    expect(named.body).toEqual({ data: { aircraft: { model: 'EMB-145XR' } } });
    const unnamed = await ask(both);
    expect(unnamed.body.errors[0].extensions.code).toBe('OPERATION_RESOLUTION_FAILURE');
    const unknown = await ask('none');
    expect([unknown.status, unknown.body.errors[0].extensions.code]).toEqual([
      404,
      'PERSISTED_QUERY_NOT_FOUND',
    ]);
    expect(example.app.engine.preparedCount).toBe(3);
  });

  test('an id that is called what it is: a hash', async () => {
    const ask = waysToAsk(example).documentId as Ask;
    expect((await ask(`sha256:${id}`)).body).toEqual(SEATS_DATA);
  });

  test('ids that differ are refused', async () => {
    const body = { documentId: 'both', variables: VARIABLES };
    const ask = waysToAsk(example)['the address'] as Ask;
    const answer = await ask(id, body);
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
  });
});

test.each([
  ['another version of Apollo’s', { format: 'apollo-persisted-query-manifest', version: 2, operations: [] }],
  ['Apollo’s without operations', { format: 'apollo-persisted-query-manifest', version: 1 }],
  [
    'two texts of one id',
    {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [
        { id: 'a', body: SEATS },
        { id: 'a', body: MODEL },
      ],
    },
  ],
  [
    'an operation without a text',
    { format: 'apollo-persisted-query-manifest', version: 1, operations: [{ id: 'a' }] },
  ],
])('a manifest with %s is not started with', async (_what, manifest) => {
  const file = manifestFile('wrong.json', manifest);
  await expect(openExample({ documents: { manifest: file } }, [])).rejects.toThrow(
    /is not a manifest of documents/,
  );
});

describe('modes', () => {
  const manifest = () => manifestFile('modes.json', { seats: SEATS });

  test('ALLOW serves others too, and the log tells which they were', async () => {
    const dataFolder = mkdtempSync(path.join(folder, 'data-'));
    const gateway = await startGateway({ DOCUMENTS_MANIFEST: manifest(), DATA_FOLDER: dataFolder });
    const ask = async (body: object) => {
      const headers = { ...gateway.headers, 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify({ variables: VARIABLES, ...body }) };
      return (await fetch(`${gateway.url}/graphql`, init)).status;
    };
    expect(await ask({ query: OTHER })).toBe(200);
    expect(await ask({ documentId: 'seats' })).toBe(200);
    expect(await ask({ query: SEATS })).toBe(200);
    expect(await gateway.end()).toBe(0);
    const answered = gateway.log().filter(({ msg }) => msg === 'answered');
    expect(answered.map(({ operation, document }) => [operation, document])).toEqual([
      ['Other', 'text'],
      ['Seats', 'trusted'],
      ['Seats', 'trusted'],
    ]);
  });

  test('ONLY serves those of the manifest, by id or by their very text', async () => {
    const documents = { manifest: manifest(), mode: 'ONLY' as const };
    const example = await openExample({ documents }, ['aircraft_facts']);
    const refused: [object, number, string][] = [
      [{ query: OTHER, variables: VARIABLES }, 403, 'PERSISTED_ONLY'],
      [{ query: `${SEATS} `, variables: VARIABLES }, 403, 'PERSISTED_ONLY'],
      [{ query: '{ __typename }' }, 403, 'PERSISTED_ONLY'],
      [{ query: '{ nonsense' }, 403, 'PERSISTED_ONLY'],
      [{ documentId: 'none', query: OTHER }, 403, 'PERSISTED_ONLY'],
      [{ documentId: 'none' }, 404, 'PERSISTED_QUERY_NOT_FOUND'],
      [
        { query: OTHER, extensions: { persistedQuery: { version: 1, sha256Hash: hashOf('sha256', OTHER) } } },
        403,
        'PERSISTED_ONLY',
      ],
    ];
    for (const [body, status, code] of refused) {
      const answer = await example.ask(body);
      expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([status, code]);
    }
    expect((await example.ask({ documentId: 'seats', variables: VARIABLES })).body).toEqual(SEATS_DATA);
    expect((await example.ask({ query: SEATS, variables: VARIABLES })).body).toEqual(SEATS_DATA);
    await example.close();
  });

  test('ONLY without a manifest is not started with', async () => {
    const flags = { documents: { mode: 'ONLY' as const } };
    await expect(loadConfig({ cwd: folder, env: {}, flags })).rejects.toThrow(/documents\.mode: ONLY/);
  });
});

describe('a text that was sent under its hash', () => {
  let example: RunningExample;
  beforeAll(async () => {
    const automatic = { maxEntries: 2, maxBytes: 1_000 };
    example = await openExample({ documents: { automatic } }, ['aircraft_facts']);
  }, 60_000);
  afterAll(() => example?.close());

  const persisted = (text: string, sha256Hash = hashOf('sha256', text), version = 1) => ({
    ...{ variables: VARIABLES, extensions: { persistedQuery: { version, sha256Hash } } },
  });
  const byHash = (text: string) => example.ask(persisted(text));
  const withText = (text: string) => example.ask({ query: text, ...persisted(text) });

  test('is known by it from then on', async () => {
    const unknown = await byHash(SEATS);
    expect([unknown.status, unknown.body.errors[0].extensions.code]).toEqual([
      404,
      'PERSISTED_QUERY_NOT_FOUND',
    ]);
    expect((await withText(SEATS)).body).toEqual(SEATS_DATA);
    expect((await byHash(SEATS)).body).toEqual(SEATS_DATA);
    for (const ask of Object.values(waysToAsk(example)))
      expect((await ask(hashOf('sha256', SEATS))).body).toEqual(SEATS_DATA);
  });

  test('is refused under another hash, and in another version', async () => {
    const wrong = await example.ask({ query: MODEL, ...persisted(MODEL, hashOf('sha256', OTHER)) });
    expect([wrong.status, wrong.body.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
    expect((await byHash(OTHER)).status).toBe(404);
    const version = await example.ask(persisted(SEATS, hashOf('sha256', SEATS), 2));
    expect([version.status, version.body.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
  });

  test('is not remembered when it cannot be served', async () => {
    const broken = '{ aircraft(tailnum: "N1") { seatz } }';
    expect((await withText(broken)).body.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await byHash(broken)).status).toBe(404);
  });

  test('is forgotten when there are too many, the one used longest ago first', async () => {
    for (const text of [SEATS, MODEL, OTHER]) await withText(text);
    expect((await byHash(SEATS)).status).toBe(404);
    expect((await byHash(MODEL)).status).toBe(200);
    expect((await byHash(OTHER)).status).toBe(200);
  });

  test('is not remembered when it is larger than all may be', async () => {
    const long = `${SEATS} #${'x'.repeat(1_000)}`;
    expect((await withText(long)).body).toEqual(SEATS_DATA);
    expect((await byHash(long)).status).toBe(404);
  });
});

test('texts under their hashes are bounded in bytes, not in characters', () => {
  const automatic = new AutomaticDocuments({ maxEntries: 100, maxBytes: 30 });
  automatic.remember('a', '✓'.repeat(5));
  automatic.remember('b', '✓'.repeat(5));
  expect(automatic.size).toBe(2);
  automatic.remember('c', 'x');
  expect([automatic.get('a'), automatic.get('b'), automatic.get('c')]).toEqual([undefined, '✓✓✓✓✓', 'x']);
  const none = new AutomaticDocuments({ maxEntries: 0, maxBytes: 30 });
  none.remember('a', 'x');
  expect(none.size).toBe(0);
});
