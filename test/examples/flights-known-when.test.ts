import { readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLE_MOMENT_MS, EXAMPLE_VIEWS } from '../../examples/flights/features.ts';
import { type ExampleRow, queryRows } from '../../examples/flights/load.ts';
import { openTables } from '../../examples/flights/tables.ts';
import { type BruteForceView, bruteForceViews, type RawData } from './brute-force.ts';
import { arrivalMs, type Row } from './known-facts.ts';
import { readRawData } from './raw-data.ts';

/**
 * Every feature of the example is as it was known at the moment: the SQL says at any moment what brute force says,
 * and each known-when condition is needed for that. Conditions are lines that end in `-- known-when: <fact>`.
 */
const SEED = 20130401;
const RANDOM_MOMENTS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 200 : 8;
/** Fewest (entity, moment) pairs that a view must have been compared at. */
const PAIRS_MIN = 200;
/** Three weather stations and three airports with departures need many moments to make that many pairs. */
const SMALL_VIEW_MOMENTS = 100;
const SMALL_VIEWS = ['airport_weather', 'airport_traffic_1h', 'airport_last_departure'];
const MINUTE_MS = 60_000;
const KNOWN_WHEN = /^.*-- known-when: (\w+)$/;

let raw: RawData;
let bruteForce: Map<string, BruteForceView>;
let tables: DuckDBConnection;
let moments: readonly number[];

const sqlOf = new Map(EXAMPLE_VIEWS.map(({ view, sqlFile }) => [view, readFileSync(sqlFile, 'utf8')]));

beforeAll(async () => {
  raw = await readRawData();
  bruteForce = bruteForceViews(raw);
  tables = await openTables();
  moments = chooseMoments(RANDOM_MOMENTS, SEED);
});

afterAll(() => tables?.closeSync());

describe('the SQL equals brute force over the raw rows', () => {
  test.each(EXAMPLE_VIEWS.map(({ view }) => view))('%s', async (view) => {
    const asked = SMALL_VIEWS.includes(view) ? chooseMoments(SMALL_VIEW_MOMENTS, SEED + 1) : moments;
    let pairs = 0;
    for (const atMs of asked) {
      const expected = expectedRows(view, atMs);
      expect(await sqlRows(view, sqlOf.get(view) as string, atMs), `${view} at ${iso(atMs)}`).toEqual(
        expected,
      );
      pairs += expected.size;
    }
    expect(pairs).toBeGreaterThanOrEqual(PAIRS_MIN);
  });

  test('nothing is known before the data begins', async () => {
    const beforeMs = Date.UTC(2012, 11, 31, 23, 59);
    for (const [view, sql] of sqlOf) expect(await sqlRows(view, sql, beforeMs)).toEqual(new Map());
  });
});

describe('each known-when condition is needed', () => {
  const conditions = [...sqlOf].flatMap(([view, sql]) =>
    sql.split('\n').flatMap((line, index) => {
      const fact = KNOWN_WHEN.exec(line)?.[1];
      return fact === undefined ? [] : [{ view, index, fact }];
    }),
  );

  test('every view has at least one', () => {
    expect([...new Set(conditions.map(({ view }) => view))]).toEqual([...sqlOf.keys()]);
  });

  test.each(conditions)('$view without $fact (line $index) gives other values', async ({ view, index }) => {
    const lines = (sqlOf.get(view) as string).split('\n');
    const mutated = lines.toSpliced(index, 1).join('\n');
    expect(await isCaught(view, mutated)).toBe(true);
  });

  test.each(conditions.filter(({ fact }) => fact !== 'facts'))(
    '$view with $fact known a minute too late (line $index) gives other values',
    async ({ view, index }) => {
      const lines = (sqlOf.get(view) as string).split('\n');
      const line = lines[index] as string;
      expect(line).toContain('<= t ');
      const mutated = lines.with(index, line.replace('<= t ', '< t ')).join('\n');
      expect(await isCaught(view, mutated)).toBe(true);
    },
  );

  test.each(conditions.filter(({ fact }) => fact === 'arrival'))(
    '$view with arrivals known at departure gives other values',
    async ({ view, index }) => {
      const lines = (sqlOf.get(view) as string).split('\n');
      const line = lines[index] as string;
      expect(line).toContain('arrived_at');
      const mutated = lines.with(index, line.replace('arrived_at', 'departed_at')).join('\n');
      expect(await isCaught(view, mutated)).toBe(true);
    },
  );
});

/** Whether the changed SQL still runs, and gives other rows at one moment or more. An error is no catch. */
async function isCaught(view: string, sql: string): Promise<boolean> {
  for (const atMs of [...moments, Date.UTC(2012, 11, 31)]) {
    const actual = await sqlRows(view, sql, atMs);
    try {
      expect(actual).toEqual(expectedRows(view, atMs));
    } catch {
      return true;
    }
  }
  return false;
}

const remembered = new Map<string, Map<string, Row>>();

function expectedRows(view: string, atMs: number): Map<string, Row> {
  const name = `${view}@${atMs}`;
  const known = remembered.get(name) ?? (bruteForce.get(view) as BruteForceView).rowsAt(atMs);
  remembered.set(name, known);
  return known;
}

async function sqlRows(view: string, sql: string, atMs: number): Promise<Map<string, ExampleRow>> {
  const { keys } = bruteForce.get(view) as BruteForceView;
  const rows = new Map<string, ExampleRow>();
  for await (const batch of queryRows(tables, sql, atMs)) {
    for (const row of batch) {
      const key = keys.map((name) => row[name]).join('/');
      expect(rows.has(key), `${view} has two rows of ${key}`).toBe(false);
      rows.set(key, row);
    }
  }
  return rows;
}

/**
 * Moments at which mistakes show: exactly at an event of each kind, and the minute before; at random; at the
 * example's own moment; and in the first days, when the windows are not yet full.
 */
function chooseMoments(random: number, seed: number): number[] {
  const flown = raw.flights.filter((flight) => flight.departedMs !== null && arrivalMs(flight) !== null);
  const cancelled = raw.flights.filter((flight) => flight.cancelled);
  const [start, end] = [Date.UTC(2013, 0, 2), Date.UTC(2013, 3, 1, 9)];
  const picks = fc.sample(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.integer({ min: start, max: end })), {
    seed,
    numRuns: random,
  });
  const [departure, arrival, cancellation] = picks[0] as [number, number, number, number];
  const departedAt = flown[departure % flown.length]?.departedMs as number;
  const arrivedAt = arrivalMs(flown[arrival % flown.length]!) as number;
  const cancelledAt = cancelled[cancellation % cancelled.length]?.scheduledMs as number;
  return [
    EXAMPLE_MOMENT_MS,
    // Midnight and the hour after it, New York, where all windows, the weather and the schedule have an edge.
    Date.UTC(2013, 1, 14, 13, 0),
    departedAt,
    departedAt - MINUTE_MS,
    arrivedAt,
    arrivedAt - MINUTE_MS,
    cancelledAt,
    cancelledAt - MINUTE_MS,
    ...picks.map(([, , , atMs]) => atMs),
  ];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
