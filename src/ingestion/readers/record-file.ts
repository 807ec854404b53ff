import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { FeaturegraphError } from '../../core/errors.ts';
import { describeReceived } from '../../core/feature-value.ts';
import type { View } from '../../registry/registry.ts';
import type { RowKind } from '../row-columns.ts';
import { readCsv } from './csv-reader.ts';
import { readNdjson } from './ndjson-reader.ts';
import { countParquetRows, readParquet } from './parquet-reader.ts';
import type { ReadRecord } from './read-record.ts';

/** A file of rows: what it is, how far it was read, and its records, as often as they are wanted. */
export interface RecordFile {
  readonly format: 'parquet' | 'ndjson' | 'csv';
  readonly path: string;
  /** Reads from the start. @throws {FeaturegraphError} ROW_INVALID when the file as a whole does not fit. */
  read(): AsyncIterable<ReadRecord>;
  /** How much of the latest `read` is done, 0 to 1; for a progress bar. */
  fraction(): number;
}

export interface RecordFileOptions {
  readonly view: View;
  readonly partial: boolean;
  readonly kind?: RowKind;
}

const FORMATS: Readonly<Record<string, RecordFile['format']>> = {
  '.parquet': 'parquet',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.csv': 'csv',
};

/** What to do with a file of another kind. */
const HINTS: Readonly<Record<string, string>> = {
  '.json': ' A JSON array becomes NDJSON by `jq -c ".[]"`.',
  '.gz': ' Unpack it first, by `gunzip`.',
  '.zip': ' Unpack it first.',
  '.tsv': ' Write it with commas, as .csv.',
  '.xlsx': ' Save the sheet as CSV.',
};

/** @throws {FeaturegraphError} BAD_REQUEST when there is no such file or its format is not one we read. */
export async function openRecordFile(path: string, options: RecordFileOptions): Promise<RecordFile> {
  const fullPath = resolve(path);
  const format = FORMATS[extname(fullPath).toLowerCase()];
  if (format === undefined) {
    const hint = HINTS[extname(fullPath).toLowerCase()] ?? '';
    throw new FeaturegraphError(
      'BAD_REQUEST',
      `Expected a file named .parquet, .ndjson, .jsonl or .csv, got ${describeReceived(path)}.${hint}`,
    );
  }
  const sizeBytes = await fileSize(path, fullPath);
  return format === 'parquet'
    ? parquetFile(fullPath, options)
    : textFile(fullPath, format, sizeBytes, options);
}

async function fileSize(path: string, fullPath: string): Promise<number> {
  try {
    const found = await stat(fullPath);
    if (found.isFile()) return found.size;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is none' : `it cannot be opened (${code})`;
    throw new FeaturegraphError(
      'BAD_REQUEST',
      `Expected a file at ${describeReceived(path)}, but ${reason}.`,
    );
  }
  throw new FeaturegraphError(
    'BAD_REQUEST',
    `Expected a file at ${describeReceived(path)}, but it is a folder or device.`,
  );
}

async function parquetFile(path: string, options: RecordFileOptions): Promise<RecordFile> {
  const rows = await countParquetRows(path);
  let rowsRead = 0;
  async function* read(): AsyncGenerator<ReadRecord> {
    rowsRead = 0;
    for await (const record of readParquet(path, options.view, options.kind ?? 'features', options.partial)) {
      rowsRead = record.rowNumber;
      yield record;
    }
  }
  return { format: 'parquet', path, read, fraction: () => (rows === 0 ? 1 : rowsRead / rows) };
}

function textFile(
  path: string,
  format: 'ndjson' | 'csv',
  sizeBytes: number,
  options: RecordFileOptions,
): RecordFile {
  let bytesRead = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    bytesRead = 0;
    for await (const chunk of createReadStream(path)) {
      bytesRead += (chunk as Uint8Array).length;
      yield chunk as Uint8Array;
    }
  }
  const read = () =>
    format === 'ndjson'
      ? readNdjson(chunks())
      : readCsv(chunks(), options.view, options.kind ?? 'features', options.partial);
  return { format, path, read, fraction: () => (sizeBytes === 0 ? 1 : Math.min(1, bytesRead / sizeBytes)) };
}
