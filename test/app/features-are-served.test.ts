import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExample, type RunningExample } from './open-example.ts';

let example: RunningExample;
beforeAll(async () => {
  example = await openExample();
}, 60_000);
afterAll(() => example.close());

const key = () => ({ authorization: `Bearer ${example.apiKey}` });

describe('one query', () => {
  it('serves features of four domains, through references and across them', async () => {
    const query = `query Q($tailnum: ID!) {
      plane: aircraft(tailnum: $tailnum) { seats ageYears lastCarrier { carrier name onTimeRate7d } longestRoute30dSeatMiles }
      route(origin: "EWR", dest: "IAH") { distanceMiles originAirport { airport wind { speedMph } } }
    }`;
    const answer = await example.ask({ query, variables: { tailnum: 'N14228' } });
    expect(answer.body.errors).toBeUndefined();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('featuregraph-outcome')).toBe('ok');
    expect(answer.body.data.plane).toMatchObject({
      seats: 149,
      lastCarrier: { carrier: 'UA', name: 'United Air Lines Inc.' },
    });
    expect(answer.body.data.plane.ageYears).toBeCloseTo(14.25, 1);
    expect(typeof answer.body.data.plane.longestRoute30dSeatMiles).toBe('string');
    expect(answer.body.data.route).toMatchObject({
      distanceMiles: 1400,
      originAirport: { airport: 'EWR', wind: { speedMph: expect.any(Number) } },
    });
  });

  it('also goes by GET', async () => {
    const query = encodeURIComponent('query Q($t: ID!) { aircraft(tailnum: $t) { seats } }');
    const answer = await example.send(
      'GET',
      `/graphql?query=${query}&variables=${encodeURIComponent('{"t":"N14228"}')}`,
      undefined,
      key(),
    );
    expect(answer.body).toEqual({ data: { aircraft: { seats: 149 } } });
  });

  it('tells the status of each value, and each view’s read inside the graph', async () => {
    const query = `{ aircraftList(tailnums: ["N14228", "NONE"]) { seats legs24h lastDepartureAt legs24hRead { status eventTime ageMs } } }`;
    const answer = await example.ask({ query, extensions: { featuregraph: { status: 'VALUES' } } });
    const statuses = answer.body.extensions.featuregraph.statuses;
    expect(statuses['aircraftList.seats']).toBe('PF');
    expect(statuses['aircraftList.legs24h']).toBe('PF');
    expect(answer.body.data.aircraftList[1]).toEqual({
      seats: null,
      legs24h: 0,
      lastDepartureAt: null,
      legs24hRead: { status: 'NOT_FOUND', eventTime: null, ageMs: null },
    });
    expect(answer.body.data.aircraftList[0].legs24hRead.status).toBe('PRESENT');
  });

  it('refuses values older than it asks for, with null and never the default', async () => {
    const query = '{ aircraft(tailnum: "N14228") { legs24h seats } }';
    const answer = await example.ask({
      query,
      extensions: { featuregraph: { status: 'VALUES', maxAgeMs: { aircraft_legs_24h: 1 } } },
    });
    expect(answer.body.data.aircraft).toEqual({ legs24h: null, seats: 149 });
    expect(answer.body.extensions.featuregraph.statuses).toEqual({
      'aircraft.legs24h': 'A',
      'aircraft.seats': 'P',
    });
  });

  it('takes introspection beside features', async () => {
    const answer = await example.ask({
      query:
        '{ __typename __type(name: "Aircraft") { name } aircraft(tailnum: "N14228") { __typename seats } }',
    });
    expect(answer.body.data).toEqual({
      __typename: 'Query',
      __type: { name: 'Aircraft' },
      aircraft: { __typename: 'Aircraft', seats: 149 },
    });
  });

  it('hides our directives’ workings from clients', async () => {
    const answer = await example.ask({ query: '{ __schema { types { name } } }' });
    const names = answer.body.data.__schema.types.map((type: { name: string }) => type.name);
    expect(names.filter((name: string) => name.startsWith('_') && !name.startsWith('__'))).toEqual([]);
    expect(names.filter((name: string) => /^(join|link|federation)__/.test(name))).toEqual([]);
  });
});

describe('a row pushed over HTTP', () => {
  it('is served at once, newest event time wins, and a delete holds against a late older value', async () => {
    const push = (rows: object[]) =>
      example.send('POST', '/push/carrier_facts', rows.map((row) => JSON.stringify(row)).join('\n'), {
        ...key(),
        'content-type': 'application/x-ndjson',
      });
    const name = async () =>
      (await example.ask({ query: '{ carrier(carrier: "ZZ") { name } }' })).body.data.carrier.name;
    const first = await push([{ carrier: 'ZZ', name: 'First', eventTime: '2013-03-01T00:00:00Z' }]);
    expect([first.status, first.body.accepted]).toEqual([200, 1]);
    expect(await name()).toBe('First');
    await push([{ carrier: 'ZZ', name: 'Older', eventTime: '2013-02-01T00:00:00Z' }]);
    expect(await name()).toBe('First');
    await push([{ carrier: 'ZZ', name: 'Newer', eventTime: '2013-03-02T00:00:00Z' }]);
    expect(await name()).toBe('Newer');
    const deleted = await example.send('POST', '/delete/carrier_facts', JSON.stringify([{ carrier: 'ZZ' }]), {
      ...key(),
      'content-type': 'application/json',
    });
    expect(deleted.status).toBe(200);
    await push([{ carrier: 'ZZ', name: 'Late', eventTime: '2013-03-03T00:00:00Z' }]);
    expect(await name()).toBeNull();
  });

  it('that is bad is told by row, and the good ones are kept', async () => {
    const rows = [
      { carrier: 'Z1', name: 'Good', eventTime: '2013-03-01T00:00:00Z' },
      { carrier: 'Z2', name: 5, eventTime: '2013-03-01T00:00:00Z' },
      { carrier: 'Z3', name: 'Ahead', eventTime: '2014-03-01T00:00:00Z' },
    ];
    const answer = await example.send('POST', '/push/carrier_facts', JSON.stringify(rows), {
      ...key(),
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ accepted: 1, rejected: 2 });
    expect(answer.body.results.map((row: { index: number; key: string }) => [row.index, row.key])).toEqual([
      [0, 'Z1'],
      [1, 'Z2'],
      [2, 'Z3'],
    ]);
    const none = await example.send(
      'POST',
      '/push/carrier_facts?allOrNothing=true',
      JSON.stringify([{ ...rows[0], carrier: 'Z4' }, rows[1]]),
      { ...key(), 'content-type': 'application/json' },
    );
    expect(none.status).toBe(400);
    expect(
      (await example.ask({ query: '{ carrierList(carriers: ["Z1", "Z4"]) { name } }' })).body.data
        .carrierList,
    ).toEqual([{ name: 'Good' }, { name: null }]);
  });
});

describe('seen from outside', () => {
  it('health tells the process and, in its body, the stores', async () => {
    expect((await example.send('GET', '/health/live')).body).toEqual({ status: 'live' });
    for (const path of ['/health/ready', '/healthcheck']) {
      const answer = await example.send('GET', path);
      expect([answer.status, answer.body]).toEqual([
        200,
        { status: 'ready', stores: { lmdb: { ok: true, detail: expect.any(String) } } },
      ]);
    }
  });

  it('metrics count requests by operation and outcome, block reads and batches', async () => {
    await example.ask({
      query: 'query Counted { aircraftList(tailnums: ["N14228", "N102UW", "N14228"]) { seats } }',
    });
    const text = await (await fetch(`${example.adminUrl}/metrics`)).text();
    expect(text).toContain('featuregraph_requests_total{operation="Counted",outcome="ok"} 1');
    expect(text).toMatch(/featuregraph_block_reads_total\{store="lmdb",result="found"\} \d+/);
    expect(text).toMatch(/featuregraph_read_batch_blocks_bucket/);
    expect(text).toMatch(/nodejs_eventloop_lag_seconds/);
    expect(text).toMatch(/featuregraph_request_duration_seconds_bucket/);
  });

  it('the explorer is a page of this server alone, with the key filled in', async () => {
    const page = await example.send('GET', '/');
    expect(page.status).toBe(200);
    expect(page.text).toContain(example.apiKey);
    expect(page.text).not.toMatch(/https?:\/\//);
    for (const [, file] of page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      expect((await example.send('GET', file as string)).status).toBe(200);
    }
  });

  it('the explorer’s page has no key where others than this machine can open it', async () => {
    const open = await openExample({ host: '0.0.0.0' }, ['carrier_facts']);
    const port = new URL(open.url).port;
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    expect(page).toContain('featuregraph explorer');
    expect(page).not.toContain('fgk_');
    await open.close();
  });

  it('a caller’s request id is kept when it is plain, and replaced when it is not', async () => {
    const kept = await example.ask({ query: '{ __typename }' }, { ...key(), 'x-request-id': 'abc-1' });
    expect(kept.headers.get('x-request-id')).toBe('abc-1');
    const replaced = await example.ask({ query: '{ __typename }' }, { ...key(), 'x-request-id': 'a b"{}' });
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
