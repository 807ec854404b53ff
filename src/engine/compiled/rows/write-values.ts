/**
 * Copies the values of a view out of its row: the inner loop of serving. Fragments and values are short, so they are
 * copied four bytes at a time as numbers, which takes less than half of what byte by byte does; a call for each would
 * take more still. What is written beyond an end is written over by what comes next.
 */
import type { ReadView } from '../../../features/view-state.ts';
import { featureCountOf, segmentEnd, segmentStart } from '../../../stores/row-format.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type { ValuesPiece } from './row-program.ts';

const NULL = Buffer.from('null');
export const WORD_BYTES = 4;
/** From here on, a copy by the system is faster. */
const LONG_BYTES = 96;

/** A look at the bytes that rows stand in: those of one read mostly stand in one buffer. */
let looked: DataView = new DataView(new ArrayBuffer(0));

export function writeValues(piece: ValuesPiece, state: ReadView, out: ByteWriter): void {
  const { bytes } = state;
  if (bytes === null) writeMissing(piece, state.mayDefault, out);
  else writeRow(piece, state, bytes, out);
}

function writeMissing({ text, starts, defaults }: ValuesPiece, mayDefault: boolean, out: ByteWriter): void {
  for (let i = 0; i < defaults.length; i += 1) {
    out.slice(text, starts[i] as number, starts[i + 1] as number);
    out.fragment(mayDefault ? (defaults[i] as Buffer) : NULL);
  }
}

function writeRow(piece: ValuesPiece, state: ReadView, bytes: Buffer, out: ByteWriter): void {
  const { starts, segments, words, wordStarts } = piece;
  const { rowStart, segments: places } = state;
  if (looked.buffer !== bytes.buffer) looked = new DataView(bytes.buffer);
  const rows = looked;
  const offset = bytes.byteOffset;
  const count = featureCountOf(bytes, rowStart);
  for (let i = 0; i < segments.length; i += 1) {
    const own = segments[i] as number;
    const index = places === null ? own : (places[own] as number);
    const isThere = index >= 0 && index < count;
    const start = isThere ? segmentStart(bytes, index, rowStart) : 0;
    const length = isThere ? segmentEnd(bytes, index, rowStart) - start : 0;
    const fragment = (starts[i + 1] as number) - (starts[i] as number);
    let at = out.reserve(fragment + length + 2 * WORD_BYTES);
    const { view } = out;
    let to = at;
    for (let word = wordStarts[i] as number; word < (wordStarts[i + 1] as number); word += 1) {
      view.setInt32(to, words[word] as number, true);
      to += WORD_BYTES;
    }
    at += fragment;
    if (length === 0 || length > LONG_BYTES) {
      out.advance(at);
      if (length > 0) out.slice(bytes, start, start + length);
      else out.fragment(state.mayDefault ? (piece.defaults[i] as Buffer) : NULL);
      continue;
    }
    // A row ends in a checksum of four bytes, so what is read beyond a value is still of the row.
    const end = offset + start + length;
    to = at;
    for (let from = offset + start; from < end; from += WORD_BYTES) {
      view.setInt32(to, rows.getInt32(from, true), true);
      to += WORD_BYTES;
    }
    out.advance(at + length);
  }
}
