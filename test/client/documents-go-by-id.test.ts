import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AircraftFeaturesDocument,
  DepartureFeaturesDocument,
} from '../../examples/delay-client/generated/graphql.ts';
import manifest from '../../examples/delay-client/generated/persisted-documents.json' with { type: 'json' };
import { createClient } from '../../src/client/index.ts';
import { openExample, type RunningExample } from '../app/open-example.ts';
import { answerJson, errorBody, openRudeServer, type RudeServer } from './rude-server.ts';

const VIEWS = ['aircraft_facts', 'aircraft_legs_24h'];
const ID = AircraftFeaturesDocument.__meta__?.hash as string;
const VARIABLES = { tailnums: ['N14228'] };

let folder: string;
let example: RunningExample;
/** The same graph, given no manifest that has the client's documents. */
let stranger: RunningExample;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-'));
  const other = path.join(folder, 'other.json');
  await writeFile(
    other,
    JSON.stringify({ good: '{ aircraft(tailnum: "N14228") { seats } }', stale: '{ gone }', broken: '{' }),
  );
  example = await openExample({}, VIEWS);
  stranger = await openExample({ documents: { manifest: other } }, VIEWS);
}, 60_000);
afterAll(async () => {
  await example?.close();
  await stranger?.close();
  await rm(folder, { recursive: true });
});

/** A client that goes through a proxy of ours, so that what it sends can be seen. */
async function watchedClient(target: RunningExample) {
  const proxy: RudeServer = await openRudeServer((response, _number, { body }) => {
    void target.ask(body).then((answer) => answerJson(response, answer.status, answer.body));
  });
  return { client: createClient({ url: proxy.url, deadlineMs: 10_000 }), proxy };
}

describe('a client', () => {
  it('sends the id alone where the server knows it', async () => {
    const { client, proxy } = await watchedClient(example);
    const answer = await client.query(AircraftFeaturesDocument, VARIABLES);
    expect(answer.data?.aircraftList).toEqual([
      { tailnum: 'N14228', seats: 149, legs24h: 1, recentArrivalDelaysMin: null },
    ]);
    expect(proxy.requests.map(({ body }) => Object.keys(body))).toEqual([
      ['documentId', 'variables', 'extensions'],
    ]);
    expect(proxy.requests[0]?.body.documentId).toBe(ID);
    await proxy.close();
  });

  it('sends the text once more where the server does not, and from then on at once', async () => {
    const { client, proxy } = await watchedClient(stranger);
    for (let i = 0; i < 3; i += 1) {
      const answer = await client.query(AircraftFeaturesDocument, VARIABLES);
      expect(answer.data?.aircraftList?.[0]?.seats).toBe(149);
    }
    expect(proxy.requests.map(({ body }) => 'query' in body)).toEqual([false, true, true, true]);
    // What is unknown is one document, not all.
    await client.query(DepartureFeaturesDocument, {
      tailnum: 'N14228',
      carrier: 'UA',
      origin: 'EWR',
      dest: 'IAH',
    });
    expect(proxy.requests.slice(4).map(({ body }) => 'query' in body)).toEqual([false, true]);
    await proxy.close();
  });

  it('asks no third time when the text is refused as unknown too, and has no text to send in a bare build', async () => {
    const proxy = await openRudeServer((response) =>
      answerJson(response, 404, errorBody('PERSISTED_QUERY_NOT_FOUND')),
    );
    const client = createClient({ url: proxy.url });
    const { error } = await client.query(AircraftFeaturesDocument, VARIABLES);
    expect(error).toMatchObject({ kind: 'badRequest', code: 'PERSISTED_QUERY_NOT_FOUND', attempts: 2 });
    const bare = { __meta__: { hash: 'abc' }, toString: () => '' };
    expect((await client.query(bare, {})).error).toMatchObject({ kind: 'badRequest', attempts: 1 });
    await proxy.close();
  });
});

describe('a server', () => {
  it('answers a document by its id as by its text', async () => {
    for (const [id, query] of Object.entries(manifest)) {
      const variables = {
        tailnum: 'N14228',
        carrier: 'UA',
        origin: 'EWR',
        dest: 'IAH',
        tailnums: ['N14228', 'NONE'],
        carriers: ['UA'],
        routes: [{ origin: 'EWR', dest: 'IAH' }],
      };
      const extensions = { featuregraph: { status: 'VALUES' } };
      const byId = await example.ask({ documentId: id, variables, extensions });
      expect(byId.status).toBe(200);
      expect(byId.text).toBe((await example.ask({ query, variables, extensions })).text);
      expect(byId.body.data).not.toBeNull();
    }
  });

  it('has prepared all of its documents before the first request', async () => {
    expect(Object.keys(manifest)).toHaveLength(3);
    const fresh = await openExample({}, []);
    expect(fresh.app.engine.preparedCount).toBe(3);
    const [id] = Object.keys(manifest);
    await fresh.ask({ documentId: id, variables: VARIABLES });
    expect(fresh.app.engine.preparedCount).toBe(3);
    await fresh.close();
  });

  it('says that it does not know an id, or that it is none', async () => {
    const unknown = await example.ask({ documentId: 'sha256:0000' });
    expect(unknown.status).toBe(404);
    expect(unknown.headers.get('featuregraph-outcome')).toBe('failed');
    expect(unknown.body.errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    for (const documentId of [1, {}, ['a'], true]) {
      const wrong = await example.ask({ documentId });
      expect([wrong.status, wrong.body.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
    }
    // What every object has is no document.
    for (const documentId of ['__proto__', 'constructor', ''])
      expect((await example.ask({ documentId })).status).toBe(404);
  });

  it('lets a known id decide, and takes the text beside an unknown one', async () => {
    const text = '{ aircraft(tailnum: "N14228") { engines } }';
    const known = await example.ask({ documentId: ID, query: text, variables: VARIABLES });
    expect(known.body.data.aircraftList).toHaveLength(1);
    const unknown = await example.ask({ documentId: 'sha256:0000', query: text });
    expect(unknown.body).toEqual({ data: { aircraft: { engines: 2 } } });
    const none = await example.ask({ documentId: null, query: text });
    expect(none.body).toEqual(unknown.body);
  });

  it('serves the good documents of a manifest, and says of the others what is wrong with them', async () => {
    expect((await stranger.ask({ documentId: 'good' })).body).toEqual({ data: { aircraft: { seats: 149 } } });
    const stale = await stranger.ask({ documentId: 'stale' });
    expect(stale.body.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    const broken = await stranger.ask({ documentId: 'broken' });
    expect(broken.body.errors[0].extensions.code).toBe('GRAPHQL_PARSE_FAILED');
  });

  it.each([
    ['is not there', null, 'cannot be read'],
    ['is not JSON', 'query Q', 'is not a manifest of documents'],
    ['is a list', '[]', 'is not a manifest of documents'],
    ['has another format', '{"format":"apollo","operations":[]}', 'got object as the text of operations'],
    ['has an empty id', '{"":"{ a }"}', 'an id of 0 characters'],
  ])('does not start with a manifest that %s', async (_what, text, problem) => {
    const file = path.join(folder, 'wrong.json');
    await rm(file, { force: true });
    if (text !== null) await writeFile(file, text);
    await expect(openExample({ documents: { manifest: file } }, [])).rejects.toThrow(problem);
  });
});
