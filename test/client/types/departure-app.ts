/**
 * What an application may write, and what its editor must refuse: `tsc` checks each line that expects an error, and a
 * test takes the expectations out. Nothing here is run.
 */
import {
  AircraftFeaturesDocument,
  DepartureFeaturesDocument,
} from '../../../examples/delay-client/generated/graphql.ts';
import { createClient } from '../../../src/client/index.ts';

const client = createClient({ url: 'http://localhost:4000/graphql' });
const departure = { tailnum: 'N14228', carrier: 'UA', origin: 'EWR', dest: 'IAH' };

export async function selected(): Promise<(number | null)[]> {
  const answer = await client.query(DepartureFeaturesDocument, departure);
  if (!answer.ok) throw answer.error;
  const { aircraft, carrier, route } = answer.data;
  if (aircraft === null || carrier === null || route === null) return [];
  return [
    aircraft.seats,
    aircraft.ageYears,
    carrier.onTimeRate7d,
    route.originAirport?.wind?.gustMph ?? null,
  ];
}

export async function notSelected(): Promise<void> {
  const answer = await client.query(DepartureFeaturesDocument, departure);
  // @ts-expect-error TS18047 a refusal has no data
  answer.data.aircraft;
  if (!answer.ok) return;
  // @ts-expect-error TS18047 an aircraft may be missing
  answer.data.aircraft.seats;
  // @ts-expect-error TS2339 a feature that exists, and that the document does not select
  answer.data.aircraft?.engines;
  // @ts-expect-error TS2339 a lookup that the document does not select
  answer.data.airport;
  // @ts-expect-error TS2322 a feature may have no value
  const seats: number = answer.data.aircraft?.seats;
  // @ts-expect-error TS2339 statuses were not asked for
  answer.withStatus;
  return void seats;
}

export async function statuses(): Promise<void> {
  const answer = await client.query(DepartureFeaturesDocument, departure, { status: 'VALUES' });
  if (!answer.ok || answer.data.aircraft === null) return;
  const aircraft = answer.withStatus(answer.data.aircraft);
  const seats: number | null = aircraft.seats.value;
  const status: 'PRESENT' | 'NOT_FOUND' | null =
    aircraft.seats.status === 'PRESENT' || aircraft.seats.status === 'NOT_FOUND'
      ? aircraft.seats.status
      : null;
  // @ts-expect-error TS2339 not selected, so it has no status either
  aircraft.engines;
  // @ts-expect-error TS2345 the same by name
  answer.statusOf(answer.data.aircraft, 'engines');
  // @ts-expect-error TS2367 no status has this name
  if (aircraft.seats.status === 'MISSING') return;
  return void [seats, status];
}

export async function variables(): Promise<void> {
  // @ts-expect-error TS2554 the document has variables
  await client.query(DepartureFeaturesDocument);
  // @ts-expect-error TS2741 one of them is missing
  await client.query(DepartureFeaturesDocument, { tailnum: 'N14228', carrier: 'UA', origin: 'EWR' });
  // @ts-expect-error TS2322 a tail number is a string
  await client.query(DepartureFeaturesDocument, { ...departure, tailnum: 14_228 });
  // @ts-expect-error TS2353 no option has this name
  await client.query(DepartureFeaturesDocument, departure, { timeout: 5 });
  // @ts-expect-error TS2322 statuses are asked for by VALUES
  await client.query(DepartureFeaturesDocument, departure, { status: 'ALL' });
  await client.query('{ __typename }');
}

export async function errors(): Promise<number | null> {
  const { error } = await client.query(DepartureFeaturesDocument, departure);
  // @ts-expect-error TS18047 there may be none
  error.kind;
  // @ts-expect-error TS2339 only some kinds can be retried later
  error?.retryAfterMs;
  if (error?.kind === 'partial') return error.failures[0]?.indexes.length ?? 0;
  // @ts-expect-error TS2367 no kind has this name
  if (error?.kind === 'boom') return 0;
  return error?.kind === 'rateLimited' ? error.retryAfterMs : null;
}

export async function batched(): Promise<number | null> {
  const lookup = client.batched(AircraftFeaturesDocument, { keys: 'tailnums', status: 'VALUES' });
  const aircraft = await lookup('N14228');
  if (!aircraft.ok) throw aircraft.error;
  // @ts-expect-error TS2339 not selected
  aircraft.data.engines;
  // @ts-expect-error TS2345 a key is a string
  await lookup(1);
  // @ts-expect-error TS2322 no variable has this name
  client.batched(AircraftFeaturesDocument, { keys: 'tailnum' });
  // @ts-expect-error TS2322 a variable that takes no list
  client.batched(DepartureFeaturesDocument, { keys: 'tailnum' });
  return aircraft.withStatus(aircraft.data).legs24h.value;
}
