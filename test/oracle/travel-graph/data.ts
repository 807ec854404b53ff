/** Small plain data with every awkwardness on purpose: null keys, failing values, empty lists, shared entities. */
export const AIRCRAFT = {
  A1: {
    label: 'one',
    seats: 120,
    engine: 'JET',
    builtYear: 1999,
    usage: 3.5,
    strict: 1,
    carrier: 'UA',
    icao: null,
  },
  A2: { label: null, seats: 0, engine: 'PROP', builtYear: null, usage: 'FAIL', strict: 2, carrier: 'DL' },
  A3: {
    label: 'three',
    seats: null,
    engine: null,
    builtYear: 2010,
    usage: null,
    strict: 'FAIL',
    carrier: null,
  },
  A4: {
    label: 'four',
    seats: 50,
    engine: 'ELECTRIC',
    builtYear: 2020,
    usage: 0.25,
    strict: 4,
    carrier: 'UA',
  },
  A5: {
    label: '__proto__',
    seats: 9,
    engine: 'JET',
    builtYear: 1970,
    usage: 'FAIL',
    strict: 'FAIL',
    carrier: 'ZZ',
  },
} as const;

export const NICKNAMES: Readonly<Record<string, readonly string[] | null>> = {
  A1: ['a', 'b'],
  A2: [],
  A3: null,
  A4: ['x'],
  A5: ['"quoted"', 'ümlaut', ''],
};

export interface LegRecord {
  readonly from: string | null;
  readonly to: string;
  readonly minutes: number | null;
  readonly note: string;
}

export const LEGS: Readonly<Record<string, readonly LegRecord[]>> = {
  A1: [
    { from: 'JFK', to: 'LAX', minutes: 300, note: 'ok' },
    { from: null, to: 'BOS', minutes: null, note: 'ok' },
  ],
  A2: [{ from: 'BOS', to: 'JFK', minutes: 60, note: 'FAIL' }],
  A3: [],
  A4: [
    { from: 'LAX', to: 'LAX', minutes: 10, note: 'round' },
    { from: 'JFK', to: 'BOS', minutes: 70, note: 'FAIL' },
    { from: 'XXX', to: 'XXX', minutes: 5, note: 'unknown' },
  ],
  A5: [{ from: 'JFK', to: 'LAX', minutes: 310, note: 'ok' }],
};

export const CARRIERS = {
  UA: {
    name: 'United',
    onTimeRate: 0.81,
    delay: 3,
    flagship: 'A1',
    fleet: ['A1', 'A4', 'A2'],
    hubs: ['LAX', 'JFK'],
    rival: 'DL',
  },
  DL: { name: null, onTimeRate: null, delay: 'FAIL', flagship: null, fleet: [], hubs: null, rival: 'UA' },
  AA: {
    name: 'American',
    onTimeRate: 0.5,
    delay: 0,
    flagship: 'A3',
    fleet: ['A3', 'A3', 'A5'],
    hubs: [],
    rival: null,
  },
} as const;

export const AIRPORTS = {
  JFK: { icao: 'KJFK', city: 'New York', temperature: 12.5, wind: 3, partner: 'LAX' },
  LAX: { icao: 'KLAX', city: null, temperature: null, wind: 'FAIL', partner: 'JFK' },
  BOS: { icao: null, city: 'Boston', temperature: -3, wind: 9, partner: null },
} as const;

export const LOUNGES: Readonly<Record<string, string | null>> = { KJFK: 'Wingtips', KLAX: null };

export const GATES: Readonly<Record<string, readonly number[] | null>> = { JFK: [1, 2], LAX: [7], BOS: null };

export const HANGARS = {
  1: { size: 10, near: 'JFK', cost: 5 },
  2: { size: null, near: null, cost: 'FAIL' },
} as const;

export const ROUTES = {
  'JFK-LAX': { distance: 2475, best: 'UA', carriers: ['UA', 'AA'] },
  'LAX-JFK': { distance: 2475, best: 'DL', carriers: [] },
  'BOS-JFK': { distance: null, best: null, carriers: null },
} as const;

/** Where the aircraft of `places` stand: airports and hangars in one list. */
export const PLACES: Readonly<Record<string, readonly (string | number | null)[] | null>> = {
  A1: ['JFK', 1, null],
  A2: [2, 2, 'BOS'],
  A3: null,
  A4: [],
  A5: ['LAX', 'JFK', 1],
};

export const LAST_ROUTE: Readonly<Record<string, readonly [string, string] | null>> = {
  A1: ['JFK', 'LAX'],
  A2: ['BOS', 'JFK'],
  A3: null,
  A4: ['LAX', 'JFK'],
  A5: ['XXX', 'YYY'],
};
