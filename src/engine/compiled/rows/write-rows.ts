/** Writes the answer of a row program: fragments known ahead, and between them values as they stand in rows. */
import { setImmediate } from 'node:timers/promises';
import { storedStatus, storedValue } from '../../../features/stored-value.ts';
import { viewReadOf } from '../../../features/view-read.ts';
import type { ReadView } from '../../../features/view-state.ts';
import type { BufferPool } from '../buffer-pool.ts';
import { ByteWriter } from '../byte-writer.ts';
import { BYTE } from '../scan-json.ts';
import type { WrittenAnswer } from '../write-answer.ts';
import { entityAt } from './computed-entities.ts';
import { ROW_PIECE, type RowChild, type RowPiece } from './row-program.ts';
import { type EntityOrder, NO_ENTITY, type PlaceRows, type RowRun } from './row-run.ts';
import { shapedJson } from './shaped-json.ts';
import { writeValues } from './write-values.ts';

const BEFORE = Buffer.from('{"data":');
/** With a line feed at its end, as the other front has it. */
const AFTER = Buffer.from('}\n');
const NULL = Buffer.from('null');

/** A long answer is written in slices: after so many ms others get their turn. */
const SLICE_MS = 4;
/** Entities between two looks at the clock. */
const LOOK_EVERY = 16;

/** @returns `null` where the answer has more to tell than values. */
export async function writeRows(run: RowRun, buffers: BufferPool): Promise<WrittenAnswer | null> {
  const { program } = run;
  const out = new ByteWriter(buffers.take(program.room.bytes));
  out.fragment(BEFORE);
  const { clock } = run.context;
  let sliceEndsMs = clock.monotonicMs() + SLICE_MS;
  for (const root of program.roots) {
    out.fragment(root.before);
    if (root.kind === 'text') continue;
    const isEntities = root.kind === 'entities';
    const order = isEntities ? (run.orders.get(root) as EntityOrder) : null;
    const only = isEntities ? null : (run.places[root.place.index] as PlaceRows);
    if (!isEntities && root.lookup.kind === 'one') {
      if (!writeEntity(run, only as PlaceRows, 0, out)) return drop(out, buffers);
      continue;
    }
    out.byte(BYTE.OPENING_BRACKET);
    const count = order === null ? (only as PlaceRows).keys.length : order.rows.length;
    for (let i = 0; i < count; i += 1) {
      if (i > 0) out.byte(BYTE.COMMA);
      const rows = order === null ? only : order.rows[i];
      const at = order === null ? i : (order.indexes[i] as number);
      if (!writeEntity(run, rows as PlaceRows, at, out)) return drop(out, buffers);
      if (i % LOOK_EVERY === LOOK_EVERY - 1 && clock.monotonicMs() > sliceEndsMs) {
        await setImmediate();
        sliceEndsMs = clock.monotonicMs() + SLICE_MS;
      }
    }
    out.byte(BYTE.CLOSING_BRACKET);
  }
  out.byte(BYTE.CLOSING_BRACE);
  if (run.letters !== null)
    out.text(`,"extensions":{"featuregraph":{"statuses":${run.letters.toJson(program.paths)}}}`);
  out.fragment(AFTER);
  program.room.note(out.length);
  const { room } = out;
  const hasExtensions = run.letters !== null;
  return { bytes: out.bytes(), room, hasExtensions, release: () => buffers.giveBack(room) };
}

function drop(out: ByteWriter, buffers: BufferPool): null {
  buffers.giveBack(out.room);
  return null;
}

function writeEntity(run: RowRun, rows: PlaceRows, entity: number, out: ByteWriter): boolean {
  if (!run.look(rows, entity)) return false;
  const { pieces } = rows.place;
  for (let i = 0; i < pieces.length; i += 1) {
    const piece = pieces[i] as RowPiece;
    if (piece.kind === ROW_PIECE.VALUES) {
      const state = rows.states[piece.view] as ReadView;
      writeValues(piece, state, out);
      run.letters?.addValues(piece, state);
    } else if (!writePiece(run, rows, entity, piece, out)) return false;
  }
  out.byte(BYTE.CLOSING_BRACE);
  return true;
}

function writePiece(
  run: RowRun,
  rows: PlaceRows,
  entity: number,
  piece: Exclude<RowPiece, { kind: typeof ROW_PIECE.VALUES }>,
  out: ByteWriter,
): boolean {
  out.fragment(piece.before);
  switch (piece.kind) {
    case ROW_PIECE.TEXT:
      return true;
    case ROW_PIECE.KEY:
      return writeShaped(piece, rows.values[entity * rows.place.joinKeys.length + piece.key], out);
    case ROW_PIECE.SHAPED: {
      const state = rows.states[piece.view] as ReadView;
      run.letters?.add(piece.path, storedStatus(state, piece.feature));
      return writeShaped(piece, storedValue(state, piece.feature), out);
    }
    case ROW_PIECE.VIEW_READ:
      return writeShaped(piece, viewReadOf(rows.states[piece.view] as ReadView), out);
    case ROW_PIECE.COMPUTED:
      return writeComputed(run, rows, entity, piece, out);
    case ROW_PIECE.CHILD:
      return writeChild(run, rows, entity, piece.child, out);
  }
}

type ShapedPiece = Extract<RowPiece, { readonly shape: unknown }>;

function writeShaped({ shape }: Pick<ShapedPiece, 'shape'>, value: unknown, out: ByteWriter): boolean {
  if (value instanceof Error) return false;
  const json = shapedJson(shape, value);
  if (json === null) return false;
  out.text(json);
  return true;
}

function writeComputed(
  run: RowRun,
  rows: PlaceRows,
  entity: number,
  piece: RowPiece & { kind: typeof ROW_PIECE.COMPUTED },
  out: ByteWriter,
): boolean {
  const from = entityAt(run, rows, piece.source, entity);
  const args = piece.args === null ? undefined : run.argumentsOf(piece.args);
  if (from === null || args === null) return false;
  const held = (from as unknown as Record<string, unknown>)[piece.field];
  const value: unknown = typeof held === 'function' ? held.call(from, args) : held;
  const status = run.letters === null ? undefined : from.$class.statusOf(from, piece.field, args ?? {});
  if (status !== undefined) run.letters?.add(piece.path, status);
  return writeShaped(piece, value, out);
}

function writeChild(run: RowRun, rows: PlaceRows, entity: number, index: number, out: ByteWriter): boolean {
  const at = (rows.children[index] as Int32Array)[entity] as number;
  if (at === NO_ENTITY) {
    out.fragment(NULL);
    return true;
  }
  const { place } = rows.place.children[index] as RowChild;
  return writeEntity(run, run.places[place.index] as PlaceRows, at, out);
}
