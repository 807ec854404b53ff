import { isUtf8 } from 'node:buffer';
import { describeReceived } from '../../core/feature-value.ts';
import { type RowProblem, rowProblem } from '../row-problem.ts';
import { RECORD_MAX_BYTES, type ReadRecord } from './read-record.ts';

/**
 * One JSON object a line. A line that cannot be read is that row's problem and the next ones go on. A BOM, CRLF,
 * blank lines and a missing last line break are harmless; a line is never held beyond its bound.
 */
export async function* readNdjson(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ReadRecord> {
  let rowNumber = 0;
  for await (const line of splitLines(chunks)) {
    rowNumber += 1;
    if (line === null) yield { rowNumber, problem: tooLong() };
    else {
      const read = readLine(rowNumber, rowNumber === 1 ? withoutBom(line) : line);
      if (read !== undefined) yield read;
    }
  }
}

const LINE_FEED = 0x0a;

/** @returns each line without its line feed; `null` for one that is longer than a record may be. */
async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer | null> {
  let parts: Buffer[] = [];
  let heldBytes = 0;
  let skipping = false;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      const part = bytes.subarray(start, end);
      start = end + 1;
      const tooLongLine = skipping || heldBytes + part.length > RECORD_MAX_BYTES;
      if (tooLongLine) yield null;
      else yield parts.length === 0 ? part : Buffer.concat([...parts, part]);
      parts = [];
      heldBytes = 0;
      skipping = false;
    }
    if (skipping || start === bytes.length) continue;
    heldBytes += bytes.length - start;
    skipping = heldBytes > RECORD_MAX_BYTES;
    if (skipping) parts = [];
    else parts.push(bytes.subarray(start));
  }
  if (skipping) yield null;
  else if (heldBytes > 0) yield Buffer.concat(parts);
}

function withoutBom(line: Buffer): Buffer {
  return line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? line.subarray(3) : line;
}

/** @returns nothing for a blank line. */
function readLine(rowNumber: number, line: Buffer): ReadRecord | undefined {
  if (!isUtf8(line)) {
    const problem = rowProblem('ROW_INVALID', null, 'text in UTF-8', 'other bytes', 'Convert the file.');
    return { rowNumber, problem };
  }
  const text = line.toString('utf8');
  try {
    return { rowNumber, record: JSON.parse(text) };
  } catch {
    const trimmed = text.trim();
    if (trimmed === '') return undefined;
    return { rowNumber, problem: notJson(trimmed) };
  }
}

export function notJson(text: string): RowProblem {
  const mend = text.startsWith('[')
    ? 'NDJSON has no brackets around the rows: one object a line.'
    : 'NaN, infinities, comments and trailing commas are not JSON.';
  return rowProblem('ROW_INVALID', null, 'a JSON object on one line', describeReceived(text), mend);
}

function tooLong(): RowProblem {
  return rowProblem(
    'ROW_INVALID',
    null,
    `a line of at most ${RECORD_MAX_BYTES} bytes`,
    'a longer one',
    'Rows are one a line. Is a line break missing?',
  );
}
