/**
 * Copies the values of a view out of its row: the inner loop of serving. Fragments and values are short, and a processor
 * guesses badly how short: so sixteen bytes of each are copied, whatever their length, as two numbers of eight. What is
 * written beyond an end is written over by what comes next.
 */
import type { ReadView } from '../../../features/view-state.ts';
import { featureCountOf, hasWideOffsets, OFFSETS_START, segmentStart } from '../../../stores/row-format.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type { ValuesPiece } from './row-program.ts';

const NULL = Buffer.from('null');
/**
 * Copied as a number with a fraction, the widest that costs nothing to copy. Of the bytes that count, no eight are one that
 * a processor may change, a NaN: it would end in 0x7F or 0xFF after 0xF0 or more, which UTF-8 never does, and what a NaN may
 * lose is in these two bytes alone.
 */
export const WORD_BYTES = 8;
/** Copied at once; longer ones take more. */
export const COPIED_WORDS = 2;
const COPIED_BYTES = COPIED_WORDS * WORD_BYTES;
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
  const readableEnd = rows.byteLength - COPIED_BYTES;
  let start = 0;
  let end = 0;
  /** Whose end is the next one's start. */
  let before = -2;
  for (let i = 0; i < segments.length; i += 1) {
    let word = wordStarts[i] as number;
    const wordsEnd = wordStarts[i + 1] as number;
    view.setFloat64(at, words[word] as number, true);
    view.setFloat64(at + WORD_BYTES, words[word + 1] as number, true);
    word += COPIED_WORDS;
    for (let to = at + COPIED_BYTES; word < wordsEnd; to += WORD_BYTES) {
      view.setFloat64(to, words[word] as number, true);
      word += 1;
    }
    at += (starts[i + 1] as number) - (starts[i] as number);
    const own = segments[i] as number;
    const index = places === null ? own : (places[own] as number);
    if (index >= 0 && index < count) {
      if (index === before + 1) start = end;
      else start = isWide ? rows.getUint32(offsets + 4 * index) : rows.getUint16(offsets + 2 * index);
      end = isWide ? rows.getUint32(offsets + 4 * index + 4) : rows.getUint16(offsets + 2 * index + 2);
      before = index;
    } else {
      start = end;
      before = -2;
    }
    const length = end - start;
    const from = rowAt + start;
    if (length === 0 || length > LONG_BYTES || from + length > readableEnd) {
      out.advance(at);
      if (length > 0) out.slice(bytes, rowStart + start, rowStart + end);
      else out.fragment(state.mayDefault ? (piece.defaults[i] as Buffer) : NULL);
      at = out.length;
      continue;
    }
    view.setFloat64(at, rows.getFloat64(from, true), true);
    view.setFloat64(at + WORD_BYTES, rows.getFloat64(from + WORD_BYTES, true), true);
    for (let more = COPIED_BYTES; more < length; more += WORD_BYTES)
      view.setFloat64(at + more, rows.getFloat64(from + more, true), true);
    at += length;
  }
  out.advance(at);
}
