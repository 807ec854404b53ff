import {
  arrivalMs,
  arrivalsAt,
  cancellationsAt,
  DAY_MS,
  departuresAt,
  type Flight,
  HOUR_MS,
  iso,
  mean,
  newestFirst,
  REGISTERS_FROM_MS,
  type Row,
  sum,
  times,
} from './known-facts.ts';

/**
 * The example's features once more, as plainly as can be, from the raw rows: the other half of a comparison with
 * the SQL. It shares nothing with the SQL and knows the known-when rules by its own reading of the README.
 */
export interface RawData {
  readonly flights: readonly Flight[];
  /** By column name, as the files have them; `observed_at` in ms. */
  readonly weather: readonly Record<string, unknown>[];
  readonly aircraft: readonly Record<string, unknown>[];
  readonly airports: readonly Record<string, unknown>[];
  readonly carriers: readonly Record<string, unknown>[];
}

/** The row of one entity at a moment, from all facts about it; `undefined` where there is none. */
type Compute<Fact> = (facts: readonly Fact[], atMs: number) => Row | undefined;

export interface BruteForceView {
  /** Join keys. */
  readonly keys: readonly string[];
  /** Every row as known at the moment, by the values of its join keys, joined with `/`. */
  rowsAt(atMs: number): Map<string, Row>;
}

export function bruteForceViews(raw: RawData): Map<string, BruteForceView> {
  const byAircraft = groupBy(raw.flights, (flight) => flight.tailnum);
  const byOrigin = groupBy(raw.flights, (flight) => flight.origin);
  const byDest = groupBy(raw.flights, (flight) => flight.dest);
  const byCarrier = groupBy(raw.flights, (flight) => flight.carrier);
  const byRoute = groupBy(raw.flights, (flight) => `${flight.origin}/${flight.dest}`);
  const byStation = groupBy(raw.weather, (observation) => observation.airport as string);
  const seats = new Map(raw.aircraft.map((known) => [known.tailnum as string, known.seats as number]));
  const route = ['origin', 'dest'];
  return new Map([
    ['aircraft_facts', register('tailnum', raw.aircraft, aircraftFacts)],
    ['airport_facts', register('airport', raw.airports, airportFacts)],
    ['carrier_facts', register('carrier', raw.carriers, ({ name }) => ({ name }))],
    ['airport_weather', perEntity(['airport'], byStation, newestWeather)],
    ['route_facts', perEntity(route, byRoute, routeFacts)],
    ['aircraft_last_departure', perEntity(['tailnum'], byAircraft, aircraftLastDeparture)],
    ['airport_last_departure', perEntity(['airport'], byOrigin, airportLastDeparture)],
    ['carrier_last_departure', perEntity(['carrier'], byCarrier, carrierLastDeparture)],
    ['route_last_departure', perEntity(route, byRoute, routeLastDeparture)],
    ['aircraft_last_arrivals', perEntity(['tailnum'], byAircraft, aircraftLastArrivals)],
    ['aircraft_legs_24h', perEntity(['tailnum'], byAircraft, aircraftLegs24h)],
    ['aircraft_legs_30d', perEntity(['tailnum'], byAircraft, aircraftLegs30d(seats))],
    ['aircraft_routes_30d', perEntity(['tailnum'], byAircraft, aircraftRoutes30d)],
    ['airport_traffic_1h', perEntity(['airport'], byOrigin, airportTraffic1h)],
    ['airport_arrivals_24h', perEntity(['airport'], byDest, airportArrivals24h)],
    ['carrier_departures_7d', perEntity(['carrier'], byCarrier, carrierDepartures7d)],
    ['carrier_arrivals_7d', perEntity(['carrier'], byCarrier, carrierArrivals7d)],
    ['carrier_volume_30d', perEntity(['carrier'], byCarrier, carrierVolume30d(seats))],
    ['route_departures_7d', perEntity(route, byRoute, routeDepartures7d)],
    ['route_arrivals_30d', perEntity(route, byRoute, routeArrivals30d)],
  ]);
}

function perEntity<Fact>(
  keys: readonly string[],
  factsByKey: ReadonlyMap<string, readonly Fact[]>,
  compute: Compute<Fact>,
): BruteForceView {
  return {
    keys,
    rowsAt(atMs) {
      const rows = new Map<string, Row>();
      for (const [key, facts] of factsByKey) {
        const row = compute(facts, atMs);
        if (row === undefined) continue;
        const parts = key.split('/');
        rows.set(key, { ...Object.fromEntries(keys.map((name, i) => [name, parts[i]])), ...row });
      }
      return rows;
    },
  };
}

/** A table without times, known since the data begins. */
function register(key: string, table: readonly Row[], features: (entry: Row) => Row): BruteForceView {
  const byKey = groupBy(table, (entry) => entry[key] as string);
  return perEntity([key], byKey, ([entry], atMs) =>
    atMs < REGISTERS_FROM_MS ? undefined : { ...features(entry as Row), ...times(REGISTERS_FROM_MS) },
  );
}

function groupBy<Fact>(facts: readonly Fact[], keyOf: (fact: Fact) => string | null): Map<string, Fact[]> {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const key = keyOf(fact);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [fact]);
    else group.push(fact);
  }
  return groups;
}

const departureDelays = (flights: readonly Flight[]) =>
  flights.map((flight) => flight.departureDelayMin as number);
const arrivalDelays = (flights: readonly Flight[]) =>
  flights.map((flight) => flight.arrivalDelayMin as number);
const distances = (flights: readonly Flight[]) => flights.map((flight) => flight.distanceMiles);
const newestDeparture = (flights: readonly Flight[]) => times(flights[0]?.departedMs as number);
const newestArrival = (flights: readonly Flight[]) => times(arrivalMs(flights[0] as Flight) as number);

function aircraftFacts(entry: Row): Row {
  return {
    builtYear: entry.built_year,
    airframe: (entry.type as string).toUpperCase().replaceAll(' ', '_'),
    manufacturer: entry.manufacturer,
    model: entry.model,
    engines: entry.engines,
    engine: (entry.engine as string).toUpperCase().replace('4', 'FOUR').replace(/[ -]/, '_'),
    seats: entry.seats,
    cruiseSpeedMph: entry.cruise_speed_mph,
  };
}

function airportFacts(entry: Row): Row {
  return {
    name: entry.name,
    latitude: entry.latitude,
    longitude: entry.longitude,
    altitudeFt: Number(entry.altitude_ft),
    utcOffsetHours: entry.utc_offset_hours,
    timeZone: entry.time_zone,
  };
}

function newestWeather(observations: readonly Row[], atMs: number): Row | undefined {
  const known = observations.filter((observation) => (observation.observed_at as number) <= atMs);
  if (known.length === 0) return undefined;
  const newest = known.reduce((a, b) => ((a.observed_at as number) > (b.observed_at as number) ? a : b));
  const direction = newest.wind_direction_deg;
  return {
    temperatureF: newest.temperature_f,
    dewPointF: newest.dew_point_f,
    humidityPct: newest.humidity_pct,
    wind: {
      speedMph: newest.wind_speed_mph,
      directionDeg: direction === null ? null : Number(direction),
      gustMph: newest.wind_gust_mph,
    },
    precipitationIn: newest.precipitation_in,
    pressureMbar: newest.pressure_mbar,
    visibilityMiles: newest.visibility_miles,
    ...times(newest.observed_at as number),
  };
}

function routeFacts(flights: readonly Flight[], atMs: number): Row | undefined {
  const scheduled = flights.filter((flight) => flight.scheduledMs <= atMs);
  if (scheduled.length === 0) return undefined;
  const newestMs = Math.max(...scheduled.map((flight) => flight.scheduledMs));
  // Of flights scheduled for one minute, the last in alphabetical order of carrier and number speaks.
  const newest = newestFirst(
    scheduled.filter((flight) => flight.scheduledMs === newestMs),
    () => newestMs,
  ).at(-1) as Flight;
  return { distanceMiles: newest.distanceMiles, ...times(newestMs) };
}

function aircraftLastDeparture(flights: readonly Flight[], atMs: number): Row | undefined {
  const [last] = departuresAt(flights, atMs);
  return (
    last && {
      lastDepartureAt: iso(last.departedMs as number),
      lastDepartureDelayMin: last.departureDelayMin,
      lastCarrierCode: last.carrier,
      lastOriginCode: last.origin,
      lastDestCode: last.dest,
      ...newestDeparture([last]),
    }
  );
}

function airportLastDeparture(flights: readonly Flight[], atMs: number): Row | undefined {
  const [last] = departuresAt(flights, atMs);
  return (
    last && {
      lastDepartureAt: iso(last.departedMs as number),
      lastTailnum: last.tailnum,
      lastCarrierCode: last.carrier,
      ...newestDeparture([last]),
    }
  );
}

const routeLastDeparture = airportLastDeparture;

function carrierLastDeparture(flights: readonly Flight[], atMs: number): Row | undefined {
  const [last] = departuresAt(flights, atMs);
  return (
    last && {
      lastDepartureAt: iso(last.departedMs as number),
      lastTailnum: last.tailnum,
      lastOriginCode: last.origin,
      lastDestCode: last.dest,
      ...newestDeparture([last]),
    }
  );
}

function aircraftLastArrivals(flights: readonly Flight[], atMs: number): Row | undefined {
  const arrivals = arrivalsAt(flights, atMs).slice(0, 5);
  if (arrivals.length === 0) return undefined;
  return {
    lastArrivalAt: iso(arrivalMs(arrivals[0] as Flight) as number),
    lastArrivalDelayMin: arrivals[0]?.arrivalDelayMin,
    recentArrivalDelaysMin: arrivalDelays(arrivals),
    ...newestArrival(arrivals),
  };
}

function aircraftLegs24h(flights: readonly Flight[], atMs: number): Row | undefined {
  const legs = departuresAt(flights, atMs, DAY_MS);
  if (legs.length === 0) return undefined;
  return {
    legs24h: legs.length,
    distance24hMiles: sum(distances(legs)),
    departureDelay24hMeanMin: mean(departureDelays(legs)),
    ...newestDeparture(legs),
  };
}

function aircraftLegs30d(seatsOf: ReadonlyMap<string, number>): Compute<Flight> {
  return (flights, atMs) => {
    const legs = departuresAt(flights, atMs, 30 * DAY_MS);
    if (legs.length === 0) return undefined;
    const seats = seatsOf.get(legs[0]?.tailnum as string);
    return {
      legs30d: legs.length,
      distance30dMiles: sum(distances(legs)),
      seatMiles30d: seats === undefined ? null : String(sum(distances(legs)) * seats),
      ...newestDeparture(legs),
    };
  };
}

function aircraftRoutes30d(flights: readonly Flight[], atMs: number): Row | undefined {
  const legs = departuresAt(flights, atMs, 30 * DAY_MS);
  if (legs.length === 0) return undefined;
  return {
    routes30d: new Set(legs.map((leg) => `${leg.origin}/${leg.dest}`)).size,
    longestRoute30dMiles: Math.max(...distances(legs)),
    ...newestDeparture(legs),
  };
}

/** The newest of departures and cancellations; `undefined` where there is neither. */
function newestOf(departures: readonly Flight[], cancellations: readonly Flight[]): Row | undefined {
  const knownMs = [
    ...departures.map((flight) => flight.departedMs as number),
    ...cancellations.map((flight) => flight.scheduledMs),
  ];
  return knownMs.length === 0 ? undefined : times(Math.max(...knownMs));
}

function airportTraffic1h(flights: readonly Flight[], atMs: number): Row | undefined {
  const departures = departuresAt(flights, atMs, HOUR_MS);
  const cancellations = cancellationsAt(flights, atMs, HOUR_MS);
  const newest = newestOf(departures, cancellations);
  return (
    newest && {
      departures1h: departures.length,
      cancellations1h: cancellations.length,
      departureDelay1hMeanMin: mean(departureDelays(departures)),
      departureDelay1hMaxMin: departures.length === 0 ? null : Math.max(...departureDelays(departures)),
      recentDepartureDelaysMin: departureDelays(departures).slice(0, 10),
      ...newest,
    }
  );
}

function airportArrivals24h(flights: readonly Flight[], atMs: number): Row | undefined {
  const arrivals = arrivalsAt(flights, atMs, DAY_MS);
  if (arrivals.length === 0) return undefined;
  return {
    arrivals24h: arrivals.length,
    arrivalDelay24hMeanMin: mean(arrivalDelays(arrivals)),
    ...newestArrival(arrivals),
  };
}

function carrierDepartures7d(flights: readonly Flight[], atMs: number): Row | undefined {
  const departures = departuresAt(flights, atMs, 7 * DAY_MS);
  const cancellations = cancellationsAt(flights, atMs, 7 * DAY_MS);
  const newest = newestOf(departures, cancellations);
  return (
    newest && {
      departures7d: departures.length,
      cancellations7d: cancellations.length,
      cancellationRate7d: cancellations.length / (departures.length + cancellations.length),
      departureDelay7dMeanMin: mean(departureDelays(departures)),
      ...newest,
    }
  );
}

function carrierArrivals7d(flights: readonly Flight[], atMs: number): Row | undefined {
  const arrivals = arrivalsAt(flights, atMs, 7 * DAY_MS);
  if (arrivals.length === 0) return undefined;
  return {
    arrivals7d: arrivals.length,
    onTimeRate7d: arrivalDelays(arrivals).filter((delayMin) => delayMin < 15).length / arrivals.length,
    arrivalDelay7dMeanMin: mean(arrivalDelays(arrivals)),
    ...newestArrival(arrivals),
  };
}

function carrierVolume30d(seatsOf: ReadonlyMap<string, number>): Compute<Flight> {
  return (flights, atMs) => {
    const departures = departuresAt(flights, atMs, 30 * DAY_MS);
    if (departures.length === 0) return undefined;
    const seatMiles = departures.map((leg) => leg.distanceMiles * (seatsOf.get(leg.tailnum as string) ?? 0));
    return {
      departures30d: departures.length,
      aircraft30d: new Set(departures.map((leg) => leg.tailnum)).size,
      seatMiles30d: String(sum(seatMiles)),
      ...newestDeparture(departures),
    };
  };
}

function routeDepartures7d(flights: readonly Flight[], atMs: number): Row | undefined {
  const departures = departuresAt(flights, atMs, 7 * DAY_MS);
  const cancellations = cancellationsAt(flights, atMs, 7 * DAY_MS);
  const newest = newestOf(departures, cancellations);
  return (
    newest && {
      departures7d: departures.length,
      cancellations7d: cancellations.length,
      departureDelay7dMeanMin: mean(departureDelays(departures)),
      carrierCodes7d: [...new Set(departures.map((leg) => leg.carrier))].sort(),
      ...newest,
    }
  );
}

function routeArrivals30d(flights: readonly Flight[], atMs: number): Row | undefined {
  const arrivals = arrivalsAt(flights, atMs, 30 * DAY_MS);
  if (arrivals.length === 0) return undefined;
  const sorted = arrivalDelays(arrivals).sort((a, b) => a - b);
  return {
    arrivals30d: arrivals.length,
    airTime30dMeanMin: mean(arrivals.map((flight) => flight.airTimeMin as number)),
    arrivalDelay30dMeanMin: mean(arrivalDelays(arrivals)),
    // The smallest delay that at least nine in ten did not exceed.
    arrivalDelay30dP90Min: sorted.find((_, i) => (i + 1) * 10 >= sorted.length * 9),
    ...newestArrival(arrivals),
  };
}
