/**
 * Which facts were known at a moment, in plain TypeScript: departures from the minute they happened, arrivals from
 * departure plus air time plus 45 minutes, cancellations from the scheduled departure.
 */
export interface Flight {
  readonly carrier: string;
  readonly flightNumber: number;
  readonly tailnum: string | null;
  readonly origin: string;
  readonly dest: string;
  readonly distanceMiles: number;
  readonly scheduledMs: number;
  readonly departedMs: number | null;
  readonly departureDelayMin: number | null;
  readonly arrivalDelayMin: number | null;
  readonly airTimeMin: number | null;
  readonly cancelled: boolean;
}

export type Row = Record<string, unknown>;

const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** Departure plus air time plus 45 minutes of taxiing. */
const TAXI_MS = 45 * MINUTE_MS;
export const REGISTERS_FROM_MS = Date.UTC(2013, 0, 1);

export function times(knownMs: number): Row {
  return { eventTime: iso(knownMs), createdTime: iso(knownMs) };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function arrivalMs(flight: Flight): number | null {
  if (flight.departedMs === null || flight.airTimeMin === null) return null;
  return flight.departedMs + flight.airTimeMin * MINUTE_MS + TAXI_MS;
}

/** Flights that had departed by the moment, and not before the window; newest first. */
export function departuresAt(
  flights: readonly Flight[],
  atMs: number,
  windowMs = Number.POSITIVE_INFINITY,
): Flight[] {
  return newestFirst(
    flights.filter(({ departedMs }) => departedMs !== null && isIn(departedMs, atMs, windowMs)),
    (flight) => flight.departedMs as number,
  );
}

/** Flights whose arrival was known by the moment, and not before the window; newest first. */
export function arrivalsAt(
  flights: readonly Flight[],
  atMs: number,
  windowMs = Number.POSITIVE_INFINITY,
): Flight[] {
  return newestFirst(
    flights.filter((flight) => {
      const knownMs = arrivalMs(flight);
      return knownMs !== null && isIn(knownMs, atMs, windowMs);
    }),
    (flight) => arrivalMs(flight) as number,
  );
}

export function cancellationsAt(flights: readonly Flight[], atMs: number, windowMs: number): Flight[] {
  return flights.filter((flight) => flight.cancelled && isIn(flight.scheduledMs, atMs, windowMs));
}

/** After the window's start, up to and with the moment. */
function isIn(ms: number, atMs: number, windowMs: number): boolean {
  return ms <= atMs && ms > atMs - windowMs;
}

/** Flights of one minute stand in the order of carrier, number, origin, schedule: any order, but always the same. */
export function newestFirst(flights: Flight[], whenMs: (flight: Flight) => number): Flight[] {
  return flights.sort(
    (a, b) =>
      whenMs(b) - whenMs(a) ||
      compare(a.carrier, b.carrier) ||
      a.flightNumber - b.flightNumber ||
      compare(a.origin, b.origin) ||
      a.scheduledMs - b.scheduledMs,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function mean(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : sum(numbers) / numbers.length;
}
