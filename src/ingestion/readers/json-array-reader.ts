import { isUtf8 } from 'node:buffer';
import { FeaturegraphError } from '../../core/errors.ts';
import type { ReadRecord } from './read-record.ts';

/**
 * A JSON array of records, for bodies of calls: held whole, so the caller bounds it. Text that is not JSON refuses
 * the call before anything is written, because nothing after a broken element can be trusted.
 *
 * @throws {FeaturegraphError} BAD_REQUEST when it is not an array.
 */
export function readJsonArray(body: Uint8Array): ReadRecord[] {
  let parsed: unknown;
  try {
    if (!isUtf8(body)) throw new SyntaxError('not UTF-8');
    parsed = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    throw new FeaturegraphError(
      'BAD_REQUEST',
      'Expected a JSON array of rows in UTF-8, got text that is not JSON. Nothing was written.',
    );
  }
  if (!Array.isArray(parsed))
    throw new FeaturegraphError(
      'BAD_REQUEST',
      'Expected a JSON array of rows, got another JSON value. Put the rows in [ ], or send NDJSON.',
    );
  return parsed.map((record, index) => ({ rowNumber: index + 1, record }));
}
