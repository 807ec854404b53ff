import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import departures from '../../examples/delay-client/departures.json' with { type: 'json' };
import {
  AircraftFeaturesDocument,
  DepartureFeaturesDocument,
  ManyDeparturesFeaturesDocument,
} from '../../examples/delay-client/generated/graphql.ts';
import { type Client, createClient } from '../../src/client/index.ts';
import { openExample, type RunningExample } from '../app/open-example.ts';

const DEPARTURE = { tailnum: 'N14228', carrier: 'UA', origin: 'EWR', dest: 'IAH' };

let example: RunningExample;
let client: Client;
beforeAll(async () => {
  example = await openExample();
  client = createClient({ url: `${example.url}/graphql`, apiKey: example.apiKey, deadlineMs: 10_000 });
}, 60_000);
afterAll(() => example?.close());

describe('a client of the real graph', () => {
  it('gets the features of one departure, each with its status', async () => {
    const answer = await client.query(DepartureFeaturesDocument, DEPARTURE, { status: 'VALUES' });
    if (!answer.ok || answer.data.aircraft === null || answer.data.route?.originAirport == null)
      throw new Error('no answer', { cause: answer.error });
    expect(answer.error).toBeNull();
    expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.withStatus(answer.data.aircraft)).toMatchObject({
      tailnum: { value: 'N14228', status: null },
      seats: { value: 149, status: 'PRESENT' },
      legs24h: { value: 1, status: 'PRESENT' },
      ageYears: { value: expect.closeTo(14.25, 1), status: 'PRESENT' },
    });
    const { originAirport } = answer.data.route;
    // A struct is one feature: it has a status, and its fields have none.
    expect(answer.withStatus(originAirport).wind).toEqual({
      value: { speedMph: expect.any(Number), gustMph: null },
      status: 'PRESENT',
    });
    expect(answer.statusOf(originAirport, 'wind')).toBe('PRESENT');
    expect(answer.withStatus(answer.data.route).originAirport).toEqual({
      value: originAirport,
      status: null,
    });
  });

  it('gets the features of a hundred, told apart from those that nobody knows', async () => {
    const tailnums = [...new Set(departures.map(({ tailnum }) => tailnum))];
    const answer = await client.query(
      ManyDeparturesFeaturesDocument,
      { tailnums, carriers: ['UA', 'XX'], routes: [{ origin: 'EWR', dest: 'IAH' }] },
      { status: 'VALUES' },
    );
    if (!answer.ok) throw answer.error;
    const { aircraftList, carrierList } = answer.data;
    expect(departures).toHaveLength(100);
    expect(aircraftList?.map(({ tailnum }) => tailnum)).toEqual(tailnums);
    const seats = aircraftList?.map((aircraft) => answer.withStatus(aircraft).seats) ?? [];
    const counts = Object.groupBy(seats, ({ status }) => status ?? 'none');
    expect(Object.keys(counts).toSorted()).toEqual(['NOT_FOUND', 'PRESENT']);
    for (const { value, status } of seats) expect(value === null).toBe(status === 'NOT_FOUND');
    expect(carrierList?.map((carrier) => answer.statusOf(carrier, 'onTimeRate7d'))).toEqual([
      'PRESENT',
      'NOT_FOUND',
    ]);
  });

  it('has no statuses where it asked for none', async () => {
    const answer = await client.query(DepartureFeaturesDocument, DEPARTURE);
    expect(answer).toMatchObject({ ok: true, data: { aircraft: { seats: 149 } } });
    expect(answer).not.toHaveProperty('withStatus');
  });

  it('can refuse values that are too old for it', async () => {
    const options = { status: 'VALUES', maxAgeMs: { aircraft_facts: 0, aircraft_legs_24h: 1e12 } } as const;
    const answer = await client.query(DepartureFeaturesDocument, DEPARTURE, options);
    if (!answer.ok || answer.data.aircraft === null) throw answer.error;
    const { seats, legs24h } = answer.withStatus(answer.data.aircraft);
    expect(seats).toEqual({ value: null, status: 'OUTSIDE_MAX_AGE' });
    expect(legs24h).toEqual({ value: 1, status: 'PRESENT' });
  });

  it('gets what could be read, and an error that says what could not', async () => {
    const tailnums = ['N14228', '', 'N125UW', ''];
    const answer = await client.query(AircraftFeaturesDocument, { tailnums }, { status: 'VALUES' });
    expect(answer.data?.aircraftList?.map(({ seats }) => seats)).toEqual([
      149,
      null,
      expect.any(Number),
      null,
    ]);
    expect(answer.error).toMatchObject({
      kind: 'partial',
      code: 'INVALID_KEY',
      httpStatus: 200,
      attempts: 1,
    });
    if (!answer.ok || answer.error === null) throw new Error('expected a partial answer');
    expect(answer.error.failures).toHaveLength(1);
    expect(answer.error.failures[0]).toMatchObject({ code: 'INVALID_KEY', indexes: [1, 3] });
    const [, invalid] = answer.data.aircraftList ?? [];
    expect(answer.statusOf(invalid as object, 'seats' as never)).toBe('INVALID_KEY');
  });

  it('is told what is wrong with its key, its variables and its options', async () => {
    const url = `${example.url}/graphql`;
    const stranger = await createClient({ url, apiKey: 'fgk_wrong' }).query(
      DepartureFeaturesDocument,
      DEPARTURE,
    );
    expect(stranger.error).toMatchObject({
      kind: 'unauthenticated',
      code: 'UNAUTHENTICATED',
      httpStatus: 401,
    });
    const wrong = await client.query(DepartureFeaturesDocument, { ...DEPARTURE, tailnum: null } as never);
    expect(wrong.error).toMatchObject({ kind: 'badRequest', code: 'BAD_USER_INPUT', httpStatus: 400 });
    const misspelt = await client.query(DepartureFeaturesDocument, DEPARTURE, {
      maxAgeMs: { aircraft_fact: 1 },
    });
    expect(misspelt.error).toMatchObject({ kind: 'badRequest', code: 'BAD_USER_INPUT' });
  });

  it('may take its headers from a function, asked at each request', async () => {
    let asked = 0;
    const renewing = createClient({
      url: `${example.url}/graphql`,
      apiKey: 'replaced by the header',
      deadlineMs: 10_000,
      headers: () => ({ authorization: `Bearer ${example.apiKey}`, 'x-request-id': `mine-${++asked}` }),
    });
    for (const id of ['mine-1', 'mine-2'])
      expect(await renewing.query(DepartureFeaturesDocument, DEPARTURE)).toMatchObject({
        ok: true,
        requestId: id,
      });
  });
});
