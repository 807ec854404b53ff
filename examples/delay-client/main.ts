/**
 * An app that asks by document id for the features behind one departure, then behind a hundred, and shows values
 * with their statuses. `FEATUREGRAPH_API_KEY=<key> node examples/delay-client/main.ts [<address of the graph>]`
 */
// In a project of its own: from 'featuregraph/client'.
import { type Client, createClient, type ValueWithStatus } from '../../src/client/index.ts';
import departures from './departures.json' with { type: 'json' };
import { DepartureFeaturesDocument, ManyDeparturesFeaturesDocument } from './generated/graphql.ts';
import { printTable } from './print-table.ts';

const { FEATUREGRAPH_API_KEY: apiKey } = process.env;
const client = createClient({
  url: process.argv[2] ?? 'http://127.0.0.1:4000/graphql',
  deadlineMs: 5000, // a first request may find the server cold
  ...(apiKey === undefined ? {} : { apiKey }),
});

await showOneDeparture(client);
await showManyDepartures(client);

async function showOneDeparture({ query }: Client): Promise<void> {
  const departure = { tailnum: 'N14228', carrier: 'UA', origin: 'EWR', dest: 'IAH' };
  const answer = await query(DepartureFeaturesDocument, departure, { status: 'VALUES' });
  if (!answer.ok) throw answer.error;
  const { aircraft, carrier, route } = answer.data;
  const rows: string[][] = [];
  const add = (entity: string, features: Readonly<Record<string, ValueWithStatus<unknown>>>): void => {
    for (const [feature, { value, status }] of Object.entries(features))
      if (status !== null) rows.push([`${entity}.${feature}`, JSON.stringify(value), status]);
  };
  if (aircraft !== null) add('aircraft', answer.withStatus(aircraft));
  if (carrier !== null) add('carrier', answer.withStatus(carrier));
  if (route !== null) add('route', answer.withStatus(route));
  if (route?.originAirport) add('originAirport', answer.withStatus(route.originAirport));
  printTable(
    `The departure of ${departure.tailnum} (${departure.carrier}) from ${departure.origin} to ${departure.dest}`,
    ['feature', 'value', 'status'],
    rows,
  );
}

async function showManyDepartures({ query }: Client): Promise<void> {
  // Entities are asked once each, however many departures share them.
  const routes = new Map(departures.map(({ origin, dest }) => [`${origin}-${dest}`, { origin, dest }]));
  const answer = await query(
    ManyDeparturesFeaturesDocument,
    {
      tailnums: [...new Set(departures.map(({ tailnum }) => tailnum))],
      carriers: [...new Set(departures.map(({ carrier }) => carrier))],
      routes: [...routes.values()],
    },
    { status: 'VALUES' },
  );
  if (!answer.ok) throw answer.error;
  const { withStatus, data } = answer;
  const aircraft = new Map(data.aircraftList?.map((one) => [one.tailnum, withStatus(one)]));
  const carriers = new Map(data.carrierList?.map((one) => [one.carrier, withStatus(one)]));
  const routeFeatures = new Map(data.routeList?.map((one) => [`${one.origin}-${one.dest}`, withStatus(one)]));
  const rows = departures.map(({ flight, tailnum, carrier, origin, dest }) => {
    const plane = aircraft.get(tailnum);
    const route = routeFeatures.get(`${origin}-${dest}`);
    return [
      flight,
      `${origin}-${dest}`,
      tailnum,
      show(plane?.seats),
      show(plane?.legs24h),
      show(plane?.lastArrivalDelayMin),
      show(carriers.get(carrier)?.onTimeRate7d),
      show(route?.arrivalDelay30dP90Min),
    ];
  });
  printTable(
    `${rows.length} departures`,
    ['flight', 'route', 'aircraft', 'seats', 'legs24h', 'lastArrivalDelayMin', 'onTimeRate7d', 'delayP90Min'],
    rows,
  );
}

/** A value that is there speaks for itself; of others the status tells why not. */
function show(feature: ValueWithStatus<number | null> | undefined): string {
  if (feature === undefined) return 'no answer';
  const { value, status } = feature;
  const text = value === null ? '' : `${Math.round(value * 1000) / 1000}`;
  return status === 'PRESENT' ? text : `${text} ${status}`.trim();
}
