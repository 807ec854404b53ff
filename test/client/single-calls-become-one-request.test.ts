import { afterEach, describe, expect, it } from 'vitest';
import { AircraftFeaturesDocument } from '../../examples/delay-client/generated/graphql.ts';
import { createClient } from '../../src/client/index.ts';
import { type Answering, answerJson, openRudeServer, type RudeServer } from './rude-server.ts';

let server: RudeServer;
afterEach(() => server.close());

/** Seats are the digits of the tail number; those that start with X could not be read. */
const answerList: Answering = (response, _number, { body }) => {
  const tailnums: string[] = body.variables.tailnums;
  const aircraftList = tailnums.map((tailnum) => ({
    tailnum,
    seats: tailnum.startsWith('X') ? null : Number(tailnum.slice(1)),
    legs24h: 0,
    recentArrivalDelaysMin: [],
  }));
  const failed = tailnums.flatMap((tailnum, index) => (tailnum.startsWith('X') ? [index] : []));
  const extensions = { code: 'STORE_TIMEOUT', view: 'aircraft_facts', count: failed.length, indexes: failed };
  const error = { message: 'too slow', path: ['aircraftList', failed[0], 'seats'], extensions };
  const statuses = {
    'aircraftList.seats': tailnums.map((one) => (one.startsWith('X') ? 'T' : 'P')).join(''),
  };
  answerJson(response, 200, {
    data: { aircraftList },
    ...(failed.length === 0 ? {} : { errors: [error] }),
    extensions: { featuregraph: { statuses } },
  });
};

async function lookupOf(answer: Answering, options: { maxKeys?: number; deadlineMs?: number } = {}) {
  server = await openRudeServer(answer);
  const client = createClient({ url: server.url, deadlineMs: 5000, retries: 0 });
  return client.batched(AircraftFeaturesDocument, { keys: 'tailnums', status: 'VALUES', ...options });
}

const keysSent = (): string[][] => server.requests.map(({ body }) => body.variables.tailnums);

describe('calls of one tick', () => {
  it('are one request, with each key once, and each gets its own item', async () => {
    const lookup = await lookupOf(answerList);
    const results = await Promise.all(['N1', 'N2', 'N1', 'N3'].map((key) => lookup(key)));
    expect(keysSent()).toEqual([['N1', 'N2', 'N3']]);
    expect(results.map(({ data }) => data?.seats)).toEqual([1, 2, 1, 3]);
    for (const result of results) {
      if (!result.ok) throw result.error;
      expect(result.error).toBeNull();
      expect(result.withStatus(result.data).seats.status).toBe('PRESENT');
    }
  });

  it('include those of promises that were settled already', async () => {
    const lookup = await lookupOf(answerList);
    const deep = async (key: string, depth: number): Promise<unknown> => {
      for (let i = 0; i < depth; i += 1) await null;
      return lookup(key);
    };
    await Promise.all([deep('N1', 0), deep('N2', 3), deep('N3', 30)]);
    expect(keysSent()).toEqual([['N1', 'N2', 'N3']]);
  });

  it('of the next tick are another request', async () => {
    const lookup = await lookupOf(answerList);
    const first = lookup('N1');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all([first, lookup('N2')]);
    expect(keysSent()).toEqual([['N1'], ['N2']]);
  });

  it('are several requests beyond the most keys of one', async () => {
    const lookup = await lookupOf(answerList, { maxKeys: 2 });
    const results = await Promise.all(['N1', 'N2', 'N3', 'N4', 'N5'].map((key) => lookup(key)));
    expect(keysSent().toSorted()).toEqual([['N1', 'N2'], ['N3', 'N4'], ['N5']]);
    expect(results.map(({ data }) => data?.seats)).toEqual([1, 2, 3, 4, 5]);
  });

  it('learn of the failures that are theirs, and not of the others’', async () => {
    const lookup = await lookupOf(answerList);
    const [good, bad] = await Promise.all([lookup('N1'), lookup('X2')]);
    expect(good).toMatchObject({ ok: true, data: { seats: 1 }, error: null });
    expect(bad).toMatchObject({
      ok: true,
      data: { tailnum: 'X2', seats: null },
      error: {
        kind: 'partial',
        code: 'STORE_TIMEOUT',
        failures: [
          { cause: { kind: 'view', name: 'aircraft_facts' }, path: ['seats'], indexes: [], count: 1 },
        ],
      },
    });
    if (!bad.ok) throw bad.error;
    expect(bad.statusOf(bad.data, 'seats')).toBe('STORE_TIMEOUT');
  });

  it('all learn why there is no answer', async () => {
    const lookup = await lookupOf((response) => response.writeHead(503).end());
    const results = await Promise.all([lookup('N1'), lookup('N2')]);
    for (const { ok, error } of results) expect([ok, error?.kind]).toEqual([false, 'overloaded']);
  });

  it('learn that the whole list is missing, or has other items than they asked for', async () => {
    const error = {
      message: 'gone',
      path: ['aircraftList'],
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'fleet' },
    };
    const extensions = { featuregraph: { statuses: {} } };
    for (const [body, kind] of [
      [{ data: { aircraftList: null }, errors: [error] }, 'failed'],
      [{ data: { aircraftList: null } }, 'badResponse'],
      [{ data: { aircraftList: [{ seats: 1 }] } }, 'badResponse'],
    ] as const) {
      const lookup = await lookupOf((response) => answerJson(response, 200, { ...body, extensions }));
      const results = await Promise.all([lookup('N1'), lookup('N2')]);
      for (const result of results) expect([result.ok, result.error?.kind]).toEqual([false, kind]);
      await server.close();
    }
  });
});

describe('a call that is aborted', () => {
  it('leaves alone, and the others get their answer', async () => {
    let answerNow: () => void = () => undefined;
    const lookup = await lookupOf((response, number, request) => {
      answerNow = () => answerList(response, number, request);
    });
    const leaving = new AbortController();
    const left = lookup('N1', { signal: leaving.signal });
    const stays = lookup('N2');
    const sameKey = lookup('N1');
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    leaving.abort('bored');
    expect((await left).error).toMatchObject({ kind: 'aborted', reason: 'bored' });
    answerNow();
    expect((await stays).data?.seats).toBe(2);
    expect((await sameKey).data?.seats).toBe(1);
  });

  it('ends the request when it is the last', async () => {
    let closed = false;
    const lookup = await lookupOf((response) => {
      response.on('close', () => {
        closed = true;
      });
    });
    const leaving = new AbortController();
    const calls = ['N1', 'N2'].map((key) => lookup(key, { signal: leaving.signal }));
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    leaving.abort();
    for (const { error } of await Promise.all(calls)) expect(error?.kind).toBe('aborted');
    while (!closed) await new Promise((resolve) => setTimeout(resolve, 1));
  });

  it('before it is sent asks nothing', async () => {
    const lookup = await lookupOf(answerList);
    expect((await lookup('N1', { signal: AbortSignal.abort() })).error?.kind).toBe('aborted');
    const leaving = new AbortController();
    const call = lookup('N2', { signal: leaving.signal });
    leaving.abort();
    expect((await call).error?.kind).toBe('aborted');
    expect((await lookup('N3')).data?.seats).toBe(3);
    expect(keysSent()).toEqual([['N3']]);
  });
});

describe('misuse', () => {
  it('is thrown', async () => {
    await expect(lookupOf(answerList, { maxKeys: 0 })).rejects.toThrow('Expected maxKeys');
    await server.close();
    await expect(lookupOf(answerList, { deadlineMs: 0 })).rejects.toThrow('Expected deadlineMs');
    await server.close();
    const lookup = await lookupOf((response) =>
      answerJson(response, 200, { data: { a: [1], b: [1] }, extensions: { featuregraph: { statuses: {} } } }),
    );
    await expect(lookup('N1')).rejects.toThrow('one root field');
  });
});
