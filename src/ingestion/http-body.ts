import { FeaturegraphError } from '../core/errors.ts';
import { describeReceived } from '../core/feature-value.ts';
import { readJsonArray } from './readers/json-array-reader.ts';
import { readNdjson } from './readers/ndjson-reader.ts';
import type { ReadRecord } from './readers/read-record.ts';

/**
 * The body of a call that pushes or deletes: read to its end before anything is written, so that a call that is cut
 * off, too large or not what it says it is has written nothing. Larger loads are files, or several calls.
 */

/** Rows of one call: its answer tells the outcome of each. */
export const BODY_ROWS_MAX = 10_000;

type BodyFormat = 'ndjson' | 'json';

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/json': 'json',
};

/**
 * @param contentType the header's value; `undefined` when there is none.
 * @throws {FeaturegraphError} UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, or BAD_REQUEST for text that is no JSON array.
 */
export async function readBody(
  contentType: string | undefined,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<readonly ReadRecord[]> {
  const format = bodyFormat(contentType);
  const chunks = bounded(body, maxBytes);
  if (format === 'json') {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    const records = readJsonArray(Buffer.concat(parts));
    if (records.length > BODY_ROWS_MAX) throw tooManyRows();
    return records;
  }
  const records: ReadRecord[] = [];
  for await (const read of readNdjson(chunks)) {
    if (records.length >= BODY_ROWS_MAX) throw tooManyRows();
    records.push(read);
  }
  return records;
}

/** @throws {FeaturegraphError} UNSUPPORTED_MEDIA_TYPE */
export function bodyFormat(contentType: string | undefined): BodyFormat {
  const [mediaType = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const format = FORMATS[mediaType.trim()];
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  const isText = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (format !== undefined && isText) return format;
  throw new FeaturegraphError(
    'UNSUPPORTED_MEDIA_TYPE',
    `Expected Content-Type application/x-ndjson (one JSON object a line) or application/json (an array of them) in UTF-8, got ${describeReceived(contentType)}.`,
  );
}

async function* bounded(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new FeaturegraphError(
        'PAYLOAD_TOO_LARGE',
        `Expected a body of at most ${maxBytes} bytes, got a larger one. Split it, or push a file. Nothing was written.`,
      );
    yield chunk;
  }
}

function tooManyRows(): FeaturegraphError {
  return new FeaturegraphError(
    'PAYLOAD_TOO_LARGE',
    `Expected at most ${BODY_ROWS_MAX} rows in one call, got more. Split it, or push a file. Nothing was written.`,
  );
}
