import { fileURLToPath } from 'node:url';
import { DuckDBInstance, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import type { RawData } from './brute-force.ts';
import type { Flight, Row } from './known-facts.ts';

/** Reads the Parquet files as they are, row by row; DuckDB only decodes them. Times become ms since 1970. */
export async function readRawData(): Promise<RawData> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const table = async (name: string): Promise<Row[]> => {
    const path = fileURLToPath(new URL(`../../examples/flights/data/${name}.parquet`, import.meta.url));
    const reader = await connection.runAndReadAll(`FROM read_parquet('${path.replaceAll("'", "''")}')`);
    return reader.convertRowObjects(plain);
  };
  const raw = {
    flights: (await table('flights')).map(toFlight),
    weather: await table('weather'),
    aircraft: await table('aircraft'),
    airports: await table('airports'),
    carriers: await table('carriers'),
  };
  connection.closeSync();
  return raw;
}

function plain(value: DuckDBValue): unknown {
  return value instanceof DuckDBTimestampValue ? Number(value.micros / 1000n) : value;
}

function toFlight(row: Row): Flight {
  return {
    carrier: row.carrier as string,
    flightNumber: row.flight_number as number,
    tailnum: row.tailnum as string | null,
    origin: row.origin as string,
    dest: row.dest as string,
    distanceMiles: row.distance_miles as number,
    scheduledMs: row.scheduled_departure_at as number,
    departedMs: row.departed_at as number | null,
    departureDelayMin: row.departure_delay_min as number | null,
    arrivalDelayMin: row.arrival_delay_min as number | null,
    airTimeMin: row.air_time_min as number | null,
    cancelled: row.cancelled as boolean,
  };
}
