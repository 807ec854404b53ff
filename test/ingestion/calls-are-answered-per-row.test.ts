import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpAnswer, PushAnswer } from '../../src/ingestion/http-answer.ts';
import { BODY_ROWS_MAX } from '../../src/ingestion/http-body.ts';
import { type HttpWriteCall, handleDelete, handlePush } from '../../src/ingestion/http-push.ts';
import { CLOCK, NAMESPACE, NOW_MS, openStores, type Stores } from './open-stores.ts';
import { Folder } from './read-all.ts';
import { registryOf, sampleView, scalar } from './sample-view.ts';

const types = { seats: scalar('Int'), model: scalar('String') };
const VIEW = sampleView(types);
const JOIN_KEYS = ['origin', 'dest'].map((name) => ({ name, type: scalar('ID') }));
const ROUTES = sampleView(
  { legs: scalar('Int') },
  { name: 'route_usage', joinKeys: JOIN_KEYS, source: 'flights' },
);
const THEIRS = sampleView(types, { name: 'theirs', external: 'warehouse' });
const REGISTRY = registryOf(VIEW, ROUTES, THEIRS);

const folder = new Folder();
let stores: Stores;
beforeAll(async () => {
  stores = await openStores(folder.file('data'));
});
afterAll(async () => {
  await stores.close();
  folder.remove();
});

/** Of a call here; a server's is `limits.pushBodyBytes`. */
const BODY_MAX_BYTES = 1024 * 1024;

function call(body: string | Uint8Array | unknown[], change: Partial<HttpWriteCall> = {}): HttpWriteCall {
  const isArray = Array.isArray(body);
  return {
    ...{ store: stores.store, layouts: stores.layouts, sources: stores.sources },
    ...{ registry: REGISTRY, viewName: VIEW.name, namespace: NAMESPACE, clock: CLOCK },
    query: new URLSearchParams(),
    bodyMaxBytes: BODY_MAX_BYTES,
    contentType: isArray ? 'application/json' : 'application/x-ndjson',
    body: Readable.from([Buffer.from(isArray ? JSON.stringify(body) : (body as string))]),
    ...change,
  };
}

const query = (text: string) => ({ query: new URLSearchParams(text) });
const LATIN = { contentType: 'application/json; charset=latin1' };
const results = ({ body }: HttpAnswer) => (body as PushAnswer).results;
const row = (tailnum: string, seats: unknown) => ({
  tailnum,
  seats,
  model: 'C172',
  eventTimeMs: NOW_MS - 10,
});

describe('POST /push/<view>', () => {
  it('answers each row of an array with its index, key, outcome and problems', async () => {
    const { status, body } = await handlePush(call([row('N1', 1), row('N2', 'x'), 7]));
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ accepted: 1, kept: 0, rejected: 2, nulled: 0 },
      results: [
        { index: 0, key: 'N1', outcome: 'WRITTEN' },
        {
          ...{ index: 1, key: 'N2', outcome: 'REFUSED' },
          problems: [
            { code: 'ROW_INVALID', column: 'seats', expected: 'Int (32 bits)', received: '"x"', mend: null },
          ],
        },
        { index: 2, key: null, outcome: 'REFUSED', problems: [expect.objectContaining({ column: null })] },
      ],
    });
    expect(await stores.value(VIEW, 'N1')).toMatchObject({ seats: '1' });
  });

  it('answers each line of NDJSON, a broken one too', async () => {
    const text = `\ufeff${JSON.stringify(row('N3', 3))}\r\n{"broken\n\n${JSON.stringify(row('N4', 4))}`;
    const answer = await handlePush(call(text, { contentType: 'Application/X-NDJSON; charset="UTF-8"' }));
    expect(results(answer).map(({ index, key, outcome }) => `${index} ${key} ${outcome}`)).toEqual([
      '0 N3 WRITTEN',
      '1 null REFUSED',
      '3 N4 WRITTEN',
    ]);
  });

  it('answers 400 and writes nothing when all or nothing is asked for and one row is bad', async () => {
    const answer = await handlePush(call([row('N5', 5), row('N6', 'x')], query('allOrNothing=true')));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      accepted: 0,
      rejected: 1,
      errors: [{ extensions: { code: 'ROW_INVALID', retryable: false } }],
    });
    expect(results(answer).map(({ outcome }) => outcome)).toEqual(['WITHHELD', 'REFUSED']);
    expect(await stores.value(VIEW, 'N5')).toBeUndefined();
    expect((await handlePush(call([row('N6', 'x')], query('allOrNothing=true')))).status).toBe(400);
    const good = await handlePush(call([row('N5', 5)], query('allOrNothing=true')));
    expect(good).toMatchObject({ status: 200, body: { accepted: 1 } });
  });

  it('leaves features absent where partial is asked for', async () => {
    const body = [{ tailnum: 'N7', seats: 7, eventTimeMs: NOW_MS }];
    expect((await handlePush(call(body, query('partial=false')))).body).toMatchObject({ rejected: 1 });
    expect((await handlePush(call(body, query('partial=true')))).body).toMatchObject({ accepted: 1 });
    expect(await stores.value(VIEW, 'N7')).toEqual({ seats: '7', model: 'absent' });
  });

  it('notes how far the source is', async () => {
    const answer = await handlePush(
      call([], { viewName: ROUTES.name, ...query('sourceTime=2013-06-01T11:59:00Z') }),
    );
    expect(answer.status).toBe(200);
    const quiet = call('', { viewName: ROUTES.name, ...query('sourceTime=2013-06-01T11:59:00Z') });
    expect(await handlePush(quiet)).toMatchObject({ status: 200, body: { accepted: 0 } });
    expect(await handlePush(call([]))).toMatchObject({ status: 200, body: { accepted: 0 } });
    expect((await stores.sources.readMany(NAMESPACE, ['flights'])).get('flights')).toBe(NOW_MS - 60_000);
  });

  it.each<[string, string | unknown[], Partial<HttpWriteCall>, number, string, RegExp]>([
    ['an unknown view', [], { viewName: 'nope' }, 404, 'VIEW_NOT_FOUND', /does not have/],
    ['an external view', [], { viewName: 'theirs' }, 400, 'BAD_REQUEST', /warehouse/],
    ['another content type', [], { contentType: 'text/csv' }, 415, 'UNSUPPORTED_MEDIA_TYPE', /x-ndjson/],
    ['no content type', [], { contentType: undefined }, 415, 'UNSUPPORTED_MEDIA_TYPE', /got nothing/],
    ['another charset', [], LATIN, 415, 'UNSUPPORTED_MEDIA_TYPE', /UTF-8/],
    [
      'broken JSON',
      '[{"a":1},',
      { contentType: 'application/json' },
      400,
      'BAD_REQUEST',
      /not JSON: it ends too early.*Nothing was written/,
    ],
    [
      'an empty body of JSON',
      '',
      { contentType: 'application/json' },
      400,
      'BAD_REQUEST',
      /got an empty body/,
    ],
    ['an empty body of NDJSON', ' \n', {}, 400, 'BAD_REQUEST', /got an empty body. Nothing.* sourceTime/],
    [
      'JSON that is no array',
      '{}',
      { contentType: 'application/json' },
      400,
      'BAD_REQUEST',
      /got an object. Put the rows in/,
    ],
    ['an unknown parameter', [], query('all=true'), 400, 'BAD_REQUEST', /got "all"/],
    ['a parameter twice', [], query('partial=true&partial=true'), 400, 'BAD_REQUEST', /once/],
    [
      'a parameter of another value',
      [],
      query('partial=yes'),
      400,
      'BAD_REQUEST',
      /true or false, got "yes"/,
    ],
    ['a source time without a zone', [], query('sourceTime=2013-06-01T11:59:00'), 400, 'BAD_REQUEST', /zone/],
    [
      'too large a body',
      ' '.repeat(BODY_MAX_BYTES + 1),
      {},
      413,
      'PAYLOAD_TOO_LARGE',
      /at most 1048576 bytes.*Split it/,
    ],
    ['too many lines', '{}\n'.repeat(BODY_ROWS_MAX + 1), {}, 413, 'PAYLOAD_TOO_LARGE', /at most 10000 rows/],
    [
      'too many elements',
      Array(BODY_ROWS_MAX + 1).fill(0),
      {},
      413,
      'PAYLOAD_TOO_LARGE',
      /at most 10000 rows/,
    ],
  ])('refuses %s', async (_, body, change, status, code, says) => {
    const answer = await handlePush(call(body, change));
    expect(answer).toMatchObject({ status, body: { errors: [{ extensions: { code } }] } });
    expect(answer.body.errors?.[0].message).toMatch(says);
  });

  it('writes nothing of a call that is cut off', async () => {
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${JSON.stringify(row('CUT', 1))}\n`);
      throw new Error('aborted');
    }
    await expect(handlePush(call('', { body: cut() }))).rejects.toThrow('aborted');
    expect(await stores.value(VIEW, 'CUT')).toBeUndefined();
  });

  it('answers 503 with the time to wait when the store took none of the rows', async () => {
    const closed = await openStores(folder.file('closed'));
    await closed.store.close();
    const rows = Array.from({ length: 9000 }, (_, i) => row(`N${i}`, i));
    const answer = await handlePush(call(rows, { store: closed.store }));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(answer.body.errors?.[0].extensions).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(results(answer)).toHaveLength(9000);
    expect(new Set(results(answer).map(({ outcome }) => outcome))).toEqual(new Set(['FAILED']));
    await closed.close();
  });
});

describe('POST /delete/<view>', () => {
  it('writes tombstones for keys, single and composite, and tells what is no key', async () => {
    const key = { origin: 'JFK', dest: 'LAX' };
    await handlePush(call([{ ...key, legs: 3, eventTimeMs: NOW_MS - 10 }], { viewName: ROUTES.name }));
    expect(await stores.value(ROUTES, 'JFK,LAX')).toEqual({ legs: '3' });
    const answer = await handleDelete(call([key, { origin: 'JFK' }], { viewName: ROUTES.name }));
    expect(answer.status).toBe(200);
    expect(results(answer).map(({ outcome }) => outcome)).toEqual(['WRITTEN', 'REFUSED']);
    expect(await stores.value(ROUTES, 'JFK,LAX')).toBe('deleted');
  });

  it('takes an event time per key, and NDJSON', async () => {
    await handlePush(call([row('N8', 8)]));
    const before = { tailnum: 'N8', eventTime: '2013-06-01T11:00:00Z' };
    expect(results(await handleDelete(call(JSON.stringify(before))))[0]?.outcome).toBe('KEPT');
    expect(await stores.value(VIEW, 'N8')).toMatchObject({ seats: '8' });
  });

  it('knows only its own parameters', async () => {
    expect((await handleDelete(call([], query('partial=true')))).status).toBe(400);
    expect((await handleDelete(call([{}], query('allOrNothing=true')))).status).toBe(400);
  });
});
