import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { FeaturegraphError } from '../../core/errors.ts';
import type { View } from '../../registry/registry.ts';
import { assertFileColumns, type ColumnType, type RowKind } from '../row-columns.ts';
import { plainValue } from './parquet-value.ts';
import type { ReadRecord } from './read-record.ts';

/**
 * Rows of a Parquet file, through DuckDB, chunk by chunk. The file is read as itself: no glob, no partition
 * columns from folder names, no extension fetched, no other file touched.
 *
 * @param path absolute, of a file that exists.
 * @throws {FeaturegraphError} ROW_INVALID when it is not Parquet or its columns do not fit the view.
 */
export async function* readParquet(
  path: string,
  view: View,
  kind: RowKind,
  partial: boolean,
): AsyncGenerator<ReadRecord> {
  yield* withDuckDb(path, async function* (connection) {
    const result = await connection.stream(
      'SELECT * FROM read_parquet($1, hive_partitioning = false, union_by_name = false)',
      [literalPath(path)],
    );
    const names = result.columnNames();
    const types = assertFileColumns(names, view, kind, partial);
    const columns = names.map((name) => ({ name, type: types.get(name) as ColumnType }));
    let rowNumber = 0;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      for (const record of readChunk(chunk, columns)) {
        rowNumber += 1;
        yield { rowNumber, record };
      }
    }
  });
}

/** @returns how many rows the file says it has, without reading them. */
export async function countParquetRows(path: string): Promise<number> {
  const counts = withDuckDb(path, async function* (connection) {
    const reader = await connection.runAndReadAll('SELECT num_rows FROM parquet_file_metadata($1)', [
      literalPath(path),
    ]);
    yield Number(reader.getRows()[0]?.[0] ?? 0);
  });
  for await (const count of counts) return count;
  return 0;
}

interface ParquetColumn {
  readonly name: string;
  readonly type: ColumnType;
}

function* readChunk(
  chunk: DuckDBDataChunk,
  columns: readonly ParquetColumn[],
): Generator<Record<string, unknown>> {
  const values = chunk.getColumns();
  for (let row = 0; row < chunk.rowCount; row += 1) {
    const record: Record<string, unknown> = Object.create(null);
    for (let i = 0; i < columns.length; i += 1) {
      const { name, type } = columns[i] as ParquetColumn;
      record[name] = plainValue(values[i]?.[row] ?? null, type);
    }
    yield record;
  }
}

/** One thread keeps the file's order and few chunks in memory; the rest of the process has work of its own. */
const DUCKDB_OPTIONS = {
  threads: '1',
  memory_limit: '512MB',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

async function* withDuckDb<T>(
  path: string,
  read: (connection: DuckDBConnection) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const instance = await DuckDBInstance.create(':memory:', DUCKDB_OPTIONS);
  const connection = await instance.connect();
  try {
    yield* read(connection);
  } catch (error) {
    if (error instanceof FeaturegraphError) throw error;
    throw new FeaturegraphError(
      'ROW_INVALID',
      `${path} cannot be read as Parquet: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** DuckDB takes `*`, `?` and `[` in a path for patterns; in brackets they stand for themselves. */
function literalPath(path: string): string {
  return path.replace(/[[*?]/g, (character) => `[${character}]`);
}
