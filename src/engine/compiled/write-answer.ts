/** Writes the client's answer out of the answers of subgraphs: fragments known ahead, and slices as they came. */
import type { BufferPool } from './buffer-pool.ts';
import { ByteWriter } from './byte-writer.ts';
import { FLAG_SLOT, type InstanceTable, IS_NULL } from './instance-table.ts';
import { PIECE, type Piece, type ProgramPlace, type Supply } from './program-place.ts';
import { NO_ROW, type ProgramRun, rowOf } from './program-run.ts';
import { BYTE } from './scan-json.ts';

const BEFORE = Buffer.from('{"data":');
/** With a line feed at its end, as the other front has it. */
const AFTER = Buffer.from('}\n');
const NULL = Buffer.from('null');

/** Beside what is copied. */
const FRAGMENT_BYTES = 1024;

/** A whole body, `{"data":…}` and a line feed. */
export interface WrittenAnswer {
  readonly bytes: Buffer;
  /** Begins with the bytes; what is behind them may be written to, until `release`. */
  readonly room: Buffer;
  /** Whether extensions stand behind the data. */
  readonly hasExtensions: boolean;
  /** To be called once nobody reads the bytes any more; not to call it costs only the next answer. */
  release(): void;
}

/** @returns `null` where a null stands where none may: what then becomes of the rest is not told here. */
export function writeAnswer(place: ProgramPlace, run: ProgramRun, pool: BufferPool): WrittenAnswer | null {
  let bytes = FRAGMENT_BYTES;
  for (const answer of run.answers) bytes += answer?.length ?? 0;
  const out = new ByteWriter(pool.take(bytes));
  out.fragment(BEFORE);
  if (!writeObject(place, 0, run, out)) return null;
  out.fragment(AFTER);
  const { room } = out;
  return { bytes: out.bytes(), room, hasExtensions: false, release: () => pool.giveBack(room) };
}

function writeObject(place: ProgramPlace, row: number, run: ProgramRun, out: ByteWriter): boolean {
  const { pieces, supplies } = place;
  for (let i = 0; i < pieces.length; i += 1) {
    const piece = pieces[i] as Piece;
    if (piece.kind === PIECE.LITERAL) {
      out.fragment(piece.before);
      continue;
    }
    const from = rowOf(run, place, row, piece.supply);
    if (from === NO_ROW) {
      if (piece.whenNull === null) return false;
      out.fragment(piece.whenNull);
      continue;
    }
    const supply = supplies[piece.supply] as Supply;
    const { slots } = run.tables[supply.table] as InstanceTable;
    const first = slots[from + piece.slot] as number;
    out.fragment(piece.before);
    if (piece.kind === PIECE.SLICE) {
      out.slice(run.answers[supply.fetch] as Uint8Array, first, slots[from + piece.endSlot] as number);
    } else if (piece.kind === PIECE.OBJECT) {
      if (!writeObjectOrNull(piece.child as ProgramPlace, first, run, out)) return false;
    } else {
      const count = slots[from + piece.slot + 1] as number;
      if (!writeList(piece.child as ProgramPlace, first, count, run, out)) return false;
    }
  }
  out.byte(BYTE.CLOSING_BRACE);
  return true;
}

/** Whether a null may stand there, the scan has seen to. */
function writeObjectOrNull(place: ProgramPlace, row: number, run: ProgramRun, out: ByteWriter): boolean {
  const { slots } = run.tables[place.table] as InstanceTable;
  if (slots[row + FLAG_SLOT] !== IS_NULL) return writeObject(place, row, run, out);
  out.fragment(NULL);
  return true;
}

/** @param count -1 for a null in the list's place. */
function writeList(
  place: ProgramPlace,
  first: number,
  count: number,
  run: ProgramRun,
  out: ByteWriter,
): boolean {
  if (count < 0) {
    out.fragment(NULL);
    return true;
  }
  const { stride } = run.tables[place.table] as InstanceTable;
  out.byte(BYTE.OPENING_BRACKET);
  for (let i = 0; i < count; i += 1) {
    if (i > 0) out.byte(BYTE.COMMA);
    if (!writeObjectOrNull(place, first + i * stride, run, out)) return false;
  }
  out.byte(BYTE.CLOSING_BRACKET);
  return true;
}
