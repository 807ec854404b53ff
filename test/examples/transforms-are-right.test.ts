import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as airport from '../../schema/airport.ts';
import * as carrier from '../../schema/carrier.ts';
import * as fleet from '../../schema/fleet.ts';
import * as route from '../../schema/route.ts';
import type { DomainCode } from '../../src/registry/registry.ts';

/** The example's on-demand features: right against figures known from elsewhere, and null where an input is. */
const REQUEST_TIME_MS = Date.UTC(2013, 3, 1, 4);
const CODE: readonly DomainCode[] = [fleet, airport, carrier, route];

function compute(
  name: string,
  inputs: Record<string, unknown>,
  args: Record<string, unknown> = {},
  requestTimeMs = REQUEST_TIME_MS,
): unknown {
  const transform = CODE.map(({ transforms }) => transforms?.[name]).find((found) => found !== undefined);
  if (transform === undefined) throw new Error(`No transform ${name}`);
  return transform.compute(inputs, args, { requestTimeMs });
}

describe('fleet', () => {
  test('yearsSince counts from the first of January', () => {
    expect(compute('yearsSince', { year: 2013 }, {}, Date.UTC(2013, 0, 1))).toBe(0);
    // 14 years with four leap days are 5,114 days; January to March 90 more; four hours.
    expect(compute('yearsSince', { year: 1999 })).toBeCloseTo((5114 + 90 + 4 / 24) / 365.2425, 9);
    expect(compute('yearsSince', { year: 2014 })).toBe(0);
  });

  test('minutesSince is the difference in minutes, and negative for a moment to come', () => {
    expect(compute('minutesSince', { moment: '2013-04-01T03:58:30.000Z' })).toBe(1.5);
    expect(compute('minutesSince', { moment: '2013-04-01T05:00:00.000+01:00' })).toBe(0);
    expect(compute('minutesSince', { moment: '2013-04-01T04:01:00.000Z' })).toBe(-1);
  });

  test('spokenTailnum says what the radio says, or nothing', () => {
    const spoken = fleet.resolvers?.Aircraft?.spokenTailnum as (aircraft: {
      tailnum: string;
    }) => string | null;
    expect(spoken({ tailnum: 'N14X' })).toBe('November One Four X-ray');
    expect(spoken({ tailnum: 'n9' })).toBe('November Nine');
    expect(spoken({ tailnum: 'N-14' })).toBeNull();
  });
});

describe('airport', () => {
  const jfk = { fromLatitude: 40.639751, fromLongitude: -73.778925 };
  const distance = (from: object, latitude: number, longitude: number) =>
    compute('greatCircleDistance', { ...from }, { latitude, longitude }) as number;

  test('greatCircleDistance agrees with published distances', () => {
    expect(distance(jfk, 33.942536, -118.408075)).toBeCloseTo(2470, -1);
    expect(distance(jfk, 51.4775, -0.461389)).toBeCloseTo(3443, -1);
    // Half of the Earth's circumference, to the antipode and from pole to pole.
    expect(distance(jfk, -jfk.fromLatitude, 180 + jfk.fromLongitude)).toBeCloseTo(12_436.8, 0);
    expect(distance({ fromLatitude: 90, fromLongitude: 0 }, -90, 77)).toBeCloseTo(12_436.8, 0);
  });

  test('greatCircleDistance is zero to itself, the same both ways, and keeps the triangle inequality', () => {
    const point = fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    const between = (
      a: { latitude: number; longitude: number },
      b: { latitude: number; longitude: number },
    ) => distance({ fromLatitude: a.latitude, fromLongitude: a.longitude }, b.latitude, b.longitude);
    fc.assert(
      fc.property(point, point, point, (a, b, c) => {
        expect(between(a, a)).toBe(0);
        expect(between(a, b)).toBeCloseTo(between(b, a), 6);
        expect(between(a, c)).toBeLessThanOrEqual(between(a, b) + between(b, c) + 1e-3);
      }),
      { seed: 1 },
    );
  });

  test('greatCircleDistance refuses what is not on the Earth', () => {
    expect(() => distance(jfk, 90.1, 0)).toThrow('Expected latitude from -90 to 90, got 90.1.');
    expect(() => distance(jfk, 0, -181)).toThrow('Expected longitude from -180 to 180, got -181.');
    expect(() => distance(jfk, Number.NaN, 0)).toThrow('got NaN');
  });

  test('crosswind is the part of the wind across the runway', () => {
    const crosswind = (wind: object | null, headingDeg: number) =>
      compute('crosswind', { wind }, { headingDeg });
    expect(crosswind({ speedMph: 20, directionDeg: 90, gustMph: null }, 360)).toBeCloseTo(20, 9);
    expect(crosswind({ speedMph: 20, directionDeg: 310, gustMph: 30 }, 310)).toBeCloseTo(0, 9);
    expect(crosswind({ speedMph: 20, directionDeg: 10, gustMph: null }, 340)).toBeCloseTo(10, 9);
    expect(crosswind({ speedMph: 0, directionDeg: null, gustMph: null }, 40)).toBe(0);
    expect(crosswind({ speedMph: 4, directionDeg: null, gustMph: null }, 40)).toBeNull();
    expect(crosswind({ speedMph: null, directionDeg: 20, gustMph: null }, 40)).toBeNull();
    expect(() => crosswind(null, 361)).toThrow('Expected headingDeg from 0 to 360, got 361.');
  });
});

describe('carrier and route', () => {
  test('seatMilesPerDeparture divides, and has no answer without departures', () => {
    expect(compute('seatMilesPerDeparture', { seatMiles: '1200', departures: 8 })).toBe(150);
    expect(compute('seatMilesPerDeparture', { seatMiles: '0', departures: 0 })).toBeNull();
  });

  test('groundSpeed is miles per hour', () => {
    expect(compute('groundSpeed', { distanceMiles: 1400, airTimeMin: 210 })).toBe(400);
    expect(() => compute('groundSpeed', { distanceMiles: 1400, airTimeMin: 0 })).toThrow('got 0');
  });

  test('seatMiles is exact beyond 32 bits', () => {
    expect(compute('seatMiles', { seats: 2_000_000_000, miles: 2_000_000_001 })).toBe('4000000002000000000');
  });
});

test('a null input gives null, whatever the others are', () => {
  const args = { latitude: 1, longitude: 1, headingDeg: 1 };
  for (const { transforms } of CODE) {
    for (const [name, { inputs }] of Object.entries(transforms ?? {})) {
      for (const missing of Object.keys(inputs)) {
        const given = Object.fromEntries(
          Object.keys(inputs).map((input) => [input, input === missing ? null : 1]),
        );
        expect(compute(name, given, args), `${name} without ${missing}`).toBeNull();
      }
    }
  }
});
