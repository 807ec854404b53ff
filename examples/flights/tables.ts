import { fileURLToPath } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/**
 * The raw data as tables, in memory: the Parquet files and the two times that they lack.
 */

/** Minutes between take-off plus air time and the gate: no column says, so taxiing out and in counts as this. */
export const TAXI_MIN = 45;

/** The registers carry no date: they count as published when the data begins, before any flight. */
export const REGISTERS_PUBLISHED_AT = '2013-01-01 00:00:00';

/** Memory that DuckDB may take before it spills to disk; the tables take about 15 MB. */
const MEMORY_LIMIT = '256MB';

export async function openTables(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: MEMORY_LIMIT });
  const connection = await instance.connect();
  // Times are UTC without a zone; the session's zone must not shift them.
  await connection.run("SET TimeZone = 'UTC'");
  for (const sql of [
    `CREATE TABLE flights AS
       SELECT *, departed_at + to_minutes(air_time_min + ${TAXI_MIN}) AS arrived_at FROM ${parquet('flights')}`,
    `CREATE TABLE weather AS FROM ${parquet('weather')}`,
    register('aircraft'),
    register('airports'),
    register('carriers'),
  ]) {
    await connection.run(sql);
  }
  return connection;
}

function register(table: string): string {
  return `CREATE TABLE ${table} AS
    SELECT *, TIMESTAMP '${REGISTERS_PUBLISHED_AT}' AS published_at FROM ${parquet(table)}`;
}

function parquet(table: string): string {
  const path = fileURLToPath(new URL(`data/${table}.parquet`, import.meta.url));
  // A clone may lie in a folder whose name has a quote or a pattern character.
  const literal = path.replaceAll("'", "''").replace(/[[*?]/g, '[$&]');
  return `read_parquet('${literal}')`;
}
