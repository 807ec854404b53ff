/**
 * Copies the values of a view out of its row: the inner loop of serving. Fragments and values are short, so they are
 * copied four or eight bytes at a time as numbers, which takes less than half of what byte by byte does; a call for each would
 * take more still. What is written beyond an end is written over by what comes next.
 */
import type { ReadView } from '../../../features/view-state.ts';
import { featureCountOf, hasWideOffsets, OFFSETS_START, segmentStart } from '../../../stores/row-format.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type { ValuesPiece } from './row-program.ts';

const NULL = Buffer.from('null');
const WORD_BYTES = 4;
/** Names are ASCII, and no eight such bytes are a number that a processor may change, as it may a NaN. */
export const FRAGMENT_WORD_BYTES = 8;
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
  const rowAt = bytes.byteOffset + rowStart;
  const count = featureCountOf(bytes, rowStart);
  const isWide = hasWideOffsets(bytes, rowStart);
  const offsets = rowAt + OFFSETS_START;
  const lengthOfAll = segmentStart(bytes, count, rowStart) - segmentStart(bytes, 0, rowStart);
  let at = out.reserve(piece.room + piece.copies * lengthOfAll);
  const { view } = out;
  for (let i = 0; i < segments.length; i += 1) {
    let to = at;
    const wordsEnd = wordStarts[i + 1] as number;
    for (let word = wordStarts[i] as number; word < wordsEnd; word += 1) {
      view.setFloat64(to, words[word] as number, true);
      to += FRAGMENT_WORD_BYTES;
    }
    at += (starts[i + 1] as number) - (starts[i] as number);
    const own = segments[i] as number;
    const index = places === null ? own : (places[own] as number);
    let start = 0;
    let end = 0;
    if (index >= 0 && index < count) {
      start = isWide ? rows.getUint32(offsets + 4 * index) : rows.getUint16(offsets + 2 * index);
      end = isWide ? rows.getUint32(offsets + 4 * index + 4) : rows.getUint16(offsets + 2 * index + 2);
    }
    const length = end - start;
    if (length === 0 || length > LONG_BYTES) {
      out.advance(at);
      if (length > 0) out.slice(bytes, rowStart + start, rowStart + end);
      else out.fragment(state.mayDefault ? (piece.defaults[i] as Buffer) : NULL);
      at = out.length;
      continue;
    }
    // A row ends in a checksum of four bytes, so what is read beyond a value is still of the row.
    const from = rowAt + start;
    view.setInt32(at, rows.getInt32(from, true), true);
    for (let more = WORD_BYTES; more < length; more += WORD_BYTES)
      view.setInt32(at + more, rows.getInt32(from + more, true), true);
    at += length;
  }
  out.advance(at);
}
