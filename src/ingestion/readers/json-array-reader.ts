import { isUtf8 } from 'node:buffer';
import { describeBrokenJson } from '../../core/broken-json.ts';
import { FeaturegraphError } from '../../core/errors.ts';
import { describeReceived } from '../../core/feature-value.ts';
import type { ReadRecord } from './read-record.ts';

/**
 * A JSON array of records, for bodies of calls: held whole, so the caller bounds it. Text that is not JSON refuses
 * the call before anything is written, because nothing after a broken element can be trusted.
 *
 * @throws {FeaturegraphError} BAD_REQUEST when it is not an array.
 */
export function readJsonArray(body: Uint8Array): ReadRecord[] {
  const parsed = parse(body);
  if (!Array.isArray(parsed))
    throw refused(`${describeReceived(parsed)}. Put the rows in [ ], or send NDJSON (application/x-ndjson).`);
  return parsed.map((record, index) => ({ rowNumber: index + 1, record }));
}

function parse(body: Uint8Array): unknown {
  if (!isUtf8(body)) throw refused('other bytes. Nothing was written.');
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text.trim() === '') throw refused('an empty body. Send [ ] where there is nothing to write.');
    throw refused(`text that is not JSON: ${describeBrokenJson(error)}. Nothing was written.`);
  }
}

function refused(got: string): FeaturegraphError {
  return new FeaturegraphError('BAD_REQUEST', `Expected a JSON array of rows in UTF-8, got ${got}`);
}
