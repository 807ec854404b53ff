/**
 * One set of resolvers for the subgraphs and for the monolith. An object is its key and nothing else, and every
 * field is looked up by key, so that a field answers the same wherever its object came from.
 */
import { GraphQLError } from 'graphql';
import * as data from './data.ts';

type Parent = Record<string, unknown>;
type Args = Record<string, unknown>;
export type Resolver = (parent: Parent, args: Args, context: TravelContext) => unknown;
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

export interface TravelContext {
  /** Subgraphs that do not answer. */
  readonly down: ReadonlySet<string>;
  /** Mutations, in the order in which they ran. */
  readonly log: string[];
}

export function failure(code: string, view: string): GraphQLError {
  return new GraphQLError(`${view} failed`, { extensions: { code, view } });
}

function orFail(value: unknown, view: string): unknown {
  if (value === 'FAIL') throw failure('STORE_UNAVAILABLE', view);
  return value ?? null;
}

const rowOf = (table: Readonly<Record<string, object>>, key: unknown): Parent =>
  ((Object.hasOwn(table, String(key)) ? table[String(key)] : {}) ?? {}) as Parent;
const aircraftRow = (parent: Parent): Parent => rowOf(data.AIRCRAFT, parent.tailnum);
const carrierRow = (parent: Parent): Parent => rowOf(data.CARRIERS, parent.carrier);
const airportRow = (parent: Parent): Parent => rowOf(data.AIRPORTS, parent.code ?? codeOf(parent.icao));
const routeRow = (parent: Parent): Parent => rowOf(data.ROUTES, `${parent.origin}-${parent.dest}`);
const codeOf = (icao: unknown): string | undefined =>
  Object.entries(data.AIRPORTS).find(([, row]) => row.icao !== null && row.icao === icao)?.[0];

export const toAircraft = (tailnum: unknown): Parent | null =>
  tailnum == null ? null : { __typename: 'Aircraft', tailnum };
const toCarrier = (carrier: unknown): Parent | null =>
  carrier == null ? null : { __typename: 'Carrier', carrier };
const toAirport = (code: unknown): Parent | null => (code == null ? null : { __typename: 'Airport', code });
const toHangar = (number: unknown): Parent | null =>
  number == null ? null : { __typename: 'Hangar', number };
const toRoute = (key: readonly [string, string] | null | undefined): Parent | null =>
  key == null ? null : { __typename: 'Route', origin: key[0], dest: key[1] };
const toTug = (power: number, tows: string | null): Parent => ({ __typename: 'Tug', power, tug: tows });
const list = <T>(items: readonly T[] | null | undefined, to: (item: T) => unknown): unknown =>
  items == null ? null : items.map(to);

const seats: Resolver = (parent, args) => {
  const { seats: count } = aircraftRow(parent) as { seats?: number | null };
  if (count == null) return null;
  return args.unit === 'rows' ? Math.ceil(count / 6) : count;
};
const usage: Resolver = (parent) => orFail(aircraftRow(parent).usage, 'usage_24h');
const legs = (parent: Parent): readonly data.LegRecord[] => data.LEGS[String(parent.tailnum)] ?? [];
const toLeg = (leg: data.LegRecord | undefined): Parent | null => (leg === undefined ? null : { ...leg });
const ALL_AIRCRAFT = Object.keys(data.AIRCRAFT);

export const FLEET: Resolvers = {
  Query: {
    aircraft: (_, args) => toAircraft(args.tailnum),
    aircraftList: (_, args) =>
      list(args.tailnums as string[], (key) => (key === 'NULL' ? null : toAircraft(key))),
    fleet: (_, args) => {
      const filter = (args.filter ?? {}) as { engine?: string; minSeats?: number };
      const isMeant = (key: string): boolean => {
        const row = rowOf(data.AIRCRAFT, key) as { engine: string | null; seats: number | null };
        return (
          (filter.engine === undefined || row.engine === filter.engine) &&
          (row.seats ?? 0) >= (filter.minSeats ?? 0)
        );
      };
      return ALL_AIRCRAFT.filter(isMeant).map(toAircraft);
    },
    vehicles: () => [toAircraft('A1'), toTug(7, 'A4'), null, toAircraft('A3'), toTug(1, null)],
    search: (_, args) => {
      const found = [
        toAircraft('A2'),
        toCarrier('UA'),
        toAirport('JFK'),
        toTug(3, 'A5'),
        toCarrier('DL'),
        null,
      ];
      return args.text === 'none' ? [] : args.text === 'null' ? null : found;
    },
  },
  Mutation: { note: (_, args, context) => context.log.push(`note ${args.text}`) },
  Aircraft: {
    label: (parent) => aircraftRow(parent).label ?? null,
    seats,
    engine: (parent) => aircraftRow(parent).engine ?? null,
    builtYear: (parent) => aircraftRow(parent).builtYear ?? null,
    usage,
    strict: (parent) => orFail(aircraftRow(parent).strict ?? 'FAIL', 'strict_view'),
    nicknames: (parent) => data.NICKNAMES[String(parent.tailnum)] ?? null,
    grid: (parent) => (parent.tailnum === 'A1' ? [[1, 2], null, []] : null),
    leg: (parent) => toLeg(legs(parent)[0]),
    legs: (parent) => legs(parent).map(toLeg),
    info: (parent) => (parent.tailnum === 'A3' ? null : { key: parent.tailnum }),
    lastCarrier: (parent) => toCarrier(aircraftRow(parent).carrier),
    bases: (parent) => list(legs(parent), (leg) => toAirport(leg.from)),
    hops: (parent) =>
      parent.tailnum === 'A3' ? null : [legs(parent).map((leg) => toAirport(leg.to)), null, []],
    places: (parent) =>
      list(data.PLACES[String(parent.tailnum)], (place) =>
        typeof place === 'number' ? toHangar(place) : toAirport(place),
      ),
    route: (parent) => toRoute(data.LAST_ROUTE[String(parent.tailnum)]),
  },
  Tug: {
    label: (parent) => `tug ${parent.power}`,
    seats: () => 1,
    tows: (parent) => toAircraft(parent.tug),
  },
  Leg: {
    from: (parent) => toAirport(parent.from),
    to: (parent) => toAirport(parent.to),
    note: (parent) => orFail(parent.note, 'notes'),
  },
  Info: { a: (parent) => String(parent.key).length, common: (parent) => `common ${parent.key}` },
  Hangar: {
    size: (parent) => rowOf(data.HANGARS, parent.number).size ?? null,
    near: (parent) => toAirport(rowOf(data.HANGARS, parent.number).near),
  },
};

interface Inputs {
  readonly seats: number | null;
  readonly leg: { readonly minutes: number | null } | null;
  readonly usage: number | null;
  readonly legs: readonly { readonly minutes: number | null }[];
}

/** @param inputs what `@requires` brings: from the representation, or read there and then. */
export function carrierResolvers(inputs: (parent: Parent, context: TravelContext) => Inputs): Resolvers {
  return {
    Query: {
      carrier: (_, args) => toCarrier(args.carrier),
      carriers: () => Object.keys(data.CARRIERS).map(toCarrier),
    },
    Mutation: { ping: (_, args, context) => context.log.push(`ping ${args.text}`) },
    Carrier: {
      name: (parent) => carrierRow(parent).name ?? null,
      onTimeRate: (parent) => carrierRow(parent).onTimeRate ?? null,
      delay: (parent) => orFail(carrierRow(parent).delay, 'delays_1h'),
      flagship: (parent) => toAircraft(carrierRow(parent).flagship),
      fleet: (parent, args) =>
        list((carrierRow(parent).fleet as string[] | undefined)?.slice(0, args.first as number), toAircraft),
      hubs: (parent) => list(carrierRow(parent).hubs as string[] | undefined, toHub),
      rival: (parent) => toCarrier(carrierRow(parent).rival),
    },
    Aircraft: {
      lease: (parent) => String(parent.tailnum).length * 1.5,
      info: (parent) => (parent.tailnum === 'A3' ? null : { key: parent.tailnum }),
      perRow: (parent, args, context) => {
        const { seats: rows, leg } = inputs(parent, context);
        return rows === null ? null : rows * (args.factor as number) + (leg?.minutes ?? 0);
      },
      usageShare: (parent, _, context) => {
        const { usage: used } = inputs(parent, context);
        return used === null ? -1 : used / 10;
      },
      legMinutes: (parent, _, context) =>
        inputs(parent, context).legs.reduce((sum, leg) => sum + (leg.minutes ?? 0), 0),
    },
    Info: { b: (parent) => String(parent.key).charCodeAt(1), common: (parent) => `common ${parent.key}` },
    Airport: { lounge: (parent) => data.LOUNGES[String(parent.icao ?? airportRow(parent).icao)] ?? null },
  };
}

export function icaoOf(parent: Parent): unknown {
  return parent.icao ?? airportRow(parent).icao ?? null;
}

/** This subgraph knows airports by ICAO code alone. */
function toHub(code: string): Parent {
  return { __typename: 'Airport', code, icao: rowOf(data.AIRPORTS, code).icao };
}

export const AIRPORT: Resolvers = {
  Query: {
    airport: (_, args) => toAirport(args.code),
    airports: (_, args) => list(args.codes as string[], (code) => (code === 'NULL' ? null : toAirport(code))),
  },
  Airport: {
    code: (parent) => parent.code ?? codeOf(parent.icao),
    icao: (parent) => airportRow(parent).icao ?? null,
    city: (parent) => airportRow(parent).city ?? null,
    weather: (parent) => (airportRow(parent).wind === undefined ? null : { ...airportRow(parent) }),
    gates: (parent, args) =>
      list(
        data.GATES[String(parent.code ?? codeOf(parent.icao))]?.slice(
          0,
          (args.first as number | undefined) ?? undefined,
        ),
        (number) => ({ __typename: 'Gate', airport: toAirport(parent.code ?? codeOf(parent.icao)), number }),
      ),
    partner: (parent) => toAirport(airportRow(parent).partner),
  },
  Weather: { wind: (parent) => orFail(parent.wind, 'weather_hourly') },
  Gate: { width: (parent) => gateWidth(parent) },
  Hangar: { cost: (parent) => orFail(rowOf(data.HANGARS, parent.number).cost, 'hangar_costs') },
};

function gateWidth(parent: Parent): unknown {
  if (parent.number === 2) throw failure('STORE_TIMEOUT', 'gates');
  return Number(parent.number) * 10;
}

export function routeResolvers(width: (parent: Parent, context: TravelContext) => unknown): Resolvers {
  return {
    Query: {
      route: (_, args) => toRoute([String(args.origin), String(args.dest)]),
      routes: () => [toRoute(['JFK', 'LAX']), null, toRoute(['BOS', 'JFK']), toRoute(['LAX', 'JFK'])],
    },
    Route: {
      distance: (parent) => routeRow(parent).distance ?? null,
      from: (parent) => toAirport(parent.origin === 'XXX' ? null : parent.origin),
      to: (parent) => toAirport(parent.dest),
      best: (parent) => toCarrier(routeRow(parent).best),
      carriers: (parent) => list(routeRow(parent).carriers as string[] | undefined, toCarrier),
      back: (parent) => toRoute([String(parent.dest), String(parent.origin)]),
    },
    Gate: {
      busy: (parent) => Number(parent.number) / 10,
      crowding: (parent, _, context) => {
        const wide = width(parent, context) as number | null;
        return wide === null ? null : 1 / wide;
      },
    },
    Airport: {
      routes: (parent, args) => {
        const from = Object.keys(data.ROUTES).filter((key) => key.startsWith(`${parent.code}-`));
        return from.slice(0, args.first as number).map((key) => toRoute(key.split('-') as [string, string]));
      },
    },
  };
}

/** In a subgraph, inputs come in the representation. */
export const SUBGRAPH_RESOLVERS: Readonly<Record<string, Resolvers>> = {
  fleet: FLEET,
  carrier: carrierResolvers((parent) => parent as unknown as Inputs),
  airport: AIRPORT,
  route: routeResolvers((parent) => parent.width),
};

/** In the monolith, inputs are read by their resolvers, under the rule that a domain that is down answers nothing. */
export const MONOLITH_RESOLVERS: Readonly<Record<string, Resolvers>> = {
  fleet: FLEET,
  carrier: carrierResolvers((parent, context) => {
    if (context.down.has('fleet')) throw subgraphDown('fleet');
    // Getters: an input that fails must fail only those that read it.
    return {
      get seats() {
        return seats(parent, { unit: 'rows' }, context) as number | null;
      },
      get usage() {
        return usage(parent, {}, context) as number | null;
      },
      leg: (legs(parent)[0] ?? null) as Inputs['leg'],
      legs: legs(parent),
    };
  }),
  airport: AIRPORT,
  route: routeResolvers((parent, context) => {
    if (context.down.has('airport')) throw subgraphDown('airport');
    return gateWidth(parent);
  }),
};

export function subgraphDown(subgraph: string): GraphQLError {
  return new GraphQLError(`${subgraph} is down`, { extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph } });
}
