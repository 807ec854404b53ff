import { readFile } from 'node:fs/promises';
import {
  type DuckDBConnection,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { EXAMPLE_VIEWS } from './features.ts';
import { openTables } from './tables.ts';

/**
 * The example's rows, as they were known at any moment, as plain objects that a push takes. It must not know the
 * schema: SQL files say INTEGER where a feature is Int, and BIGINT where it is BigInt.
 */
export type ExampleValue =
  | string
  | number
  | boolean
  | null
  | readonly ExampleValue[]
  | { readonly [field: string]: ExampleValue };

/** By column name: join keys, features, `eventTime` and `createdTime` (ISO 8601). */
export type ExampleRow = Readonly<Record<string, ExampleValue>>;

export interface FlightsExample {
  /** Batches of at most 2,048 rows; only one is in memory at a time. */
  rows(view: string, atMs: number): AsyncGenerator<ExampleRow[], void, undefined>;
  /** How many rows `rows` will give: for a progress bar. */
  countRows(view: string, atMs: number): Promise<number>;
  /** The newest event that each source had delivered by then: ms since 1970, `null` where none. */
  sourceTimes(
    atMs: number,
  ): Promise<{ readonly source: string; readonly newestEventTimeMs: number | null }[]>;
  close(): void;
}

/** Reads the raw data; takes about a tenth of a second. */
export async function openFlightsExample(): Promise<FlightsExample> {
  const connection = await openTables();
  return {
    async *rows(view, atMs) {
      yield* queryRows(connection, await readViewSql(view), atMs);
    },
    async countRows(view, atMs) {
      const counted = `SELECT count(*)::INTEGER AS rows FROM (${await readViewSql(view)})`;
      return (await queryFirst(connection, counted, atMs)).rows as number;
    },
    sourceTimes: (atMs) => querySourceTimes(connection, atMs),
    close: () => connection.closeSync(),
  };
}

/** @param sql a SELECT with the parameter `$t`. For tests too, which run changed SQL. */
export async function* queryRows(
  connection: DuckDBConnection,
  sql: string,
  atMs: number,
): AsyncGenerator<ExampleRow[], void, undefined> {
  const result = await connection.stream(sql, { t: new DuckDBTimestampValue(BigInt(atMs) * 1000n) });
  for await (const batch of result.yieldConvertedRowObjects<ExampleValue>(toExampleValue)) {
    if (batch.length > 0) yield batch;
  }
}

async function queryFirst(connection: DuckDBConnection, sql: string, atMs: number): Promise<ExampleRow> {
  for await (const [row] of queryRows(connection, sql, atMs)) {
    if (row !== undefined) return row;
  }
  throw new Error(`Expected one row, got none, from: ${sql}`);
}

async function readViewSql(view: string): Promise<string> {
  const found = EXAMPLE_VIEWS.find((known) => known.view === view);
  if (found === undefined) {
    const names = EXAMPLE_VIEWS.map((known) => known.view).join(', ');
    throw new Error(`Expected a view of the flights example (${names}), got "${view}".`);
  }
  return await readFile(found.sqlFile, 'utf8');
}

const SOURCE_TIMES_SQL = `
  WITH moment AS (SELECT $t::TIMESTAMP AS t)
  SELECT
    (SELECT max(observed_at) FROM weather, moment WHERE observed_at <= t) AS weather,
    greatest(
      (SELECT max(departed_at) FROM flights, moment WHERE departed_at <= t),
      (SELECT max(arrived_at) FROM flights, moment WHERE arrived_at <= t),
      (SELECT max(scheduled_departure_at) FROM flights, moment WHERE cancelled AND scheduled_departure_at <= t)
    ) AS flights`;

async function querySourceTimes(connection: DuckDBConnection, atMs: number) {
  const newest = await queryFirst(connection, SOURCE_TIMES_SQL, atMs);
  return ['flights', 'weather'].map((source) => {
    const time = newest[source] as string | null;
    return { source, newestEventTimeMs: time === null ? null : Date.parse(time) };
  });
}

function toExampleValue(value: DuckDBValue): ExampleValue {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return value;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof DuckDBTimestampValue) return new Date(Number(value.micros / 1000n)).toISOString();
  if (value instanceof DuckDBListValue) return value.items.map(toExampleValue);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, of]) => [name, toExampleValue(of)]));
  }
  throw new Error(
    `Expected a type that a feature has, got ${value.constructor.name}. Cast it in the SQL file.`,
  );
}
