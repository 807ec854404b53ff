/** Values are copied in words that reach beyond them: whatever stands there, what is written is the values alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../../src/engine/compiled/byte-writer.ts';
import { PieceList } from '../../src/engine/compiled/rows/row-pieces.ts';
import { ROW_PIECE } from '../../src/engine/compiled/rows/row-program.ts';
import { writeValues } from '../../src/engine/compiled/rows/write-values.ts';
import { ReadView } from '../../src/features/view-state.ts';
import type { StoredFeature, View } from '../../src/registry/registry.ts';
import { encodeRow } from '../../src/stores/row-format.ts';

const VIEW = {} as View;
/** Of doubles in the memory of this machine: numbers that are none, loud and quiet, and infinity. */
const NAN_ENDS = [
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x01, 0, 0, 0, 0, 0, 0xf0, 0x7f],
  [0x01, 0, 0, 0, 0, 0, 0xf0, 0xff],
  [0, 0, 0, 0, 0, 0, 0xf0, 0x7f],
  [0xf0, 0x7f, 0xf0, 0xff, 0xf7, 0x7f, 0xf4, 0xff],
].map((bytes) => Buffer.from(bytes));

function pieceOf(names: readonly string[], indexes: readonly number[]) {
  const list = new PieceList(() => 0);
  names.forEach((name, i) => {
    const feature = { index: indexes[i], defaultJson: null, type: { kind: 'scalar', name: 'String' } };
    const shape = { kind: 'leaf', nonNull: false, check: () => null, name: 'String' } as const;
    list.feature(name, 0, feature as unknown as StoredFeature, shape);
  });
  const [piece] = list.finish();
  if (piece?.kind !== ROW_PIECE.VALUES) throw new Error('expected one piece of values');
  return piece;
}

/** A row as it stands in a larger buffer, or at its very end. */
function stateOf(row: Buffer, before: Buffer, after: Buffer): ReadView {
  const state = new ReadView(VIEW);
  const memory = new Uint8Array(before.length + row.length + after.length);
  memory.set(before);
  memory.set(row, before.length);
  memory.set(after, before.length + row.length);
  state.bytes = Buffer.from(memory.buffer);
  state.rowStart = before.length;
  return state;
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 110 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.integer().map(String),
  fc.constant('\u{10ffff}\u007f'),
);
const value = fc.option(
  text.map((one) => Buffer.from(JSON.stringify(one))),
  { nil: undefined, freq: 8 },
);
const name = fc.stringMatching(/^[a-zA-Z_]{1,40}$/);
const case_ = fc.record({
  values: fc.array(value, { minLength: 1, maxLength: 8 }),
  picked: fc.uniqueArray(fc.tuple(name, fc.nat()), { minLength: 1, maxLength: 10, selector: ([one]) => one }),
  before: fc.constantFrom(Buffer.alloc(0), ...NAN_ENDS),
  after: fc.constantFrom(
    Buffer.alloc(0),
    Buffer.alloc(3),
    ...NAN_ENDS,
    Buffer.concat([...NAN_ENDS, ...NAN_ENDS]),
  ),
});

test('a row of any values, read in any order, beside any bytes', () => {
  fc.assert(
    fc.property(case_, ({ values, picked, before, after }) => {
      const row = encodeRow(
        { namespace: 'n', block: 'b', view: 1, entityKey: 'k' },
        { eventTimeMs: 1, revision: 0, createdTimeMs: 1, layoutId: 1, tombstone: false, segments: values },
      );
      const indexes = picked.map(([, number]) => number % (values.length + 1)); // the last one does not have it
      const piece = pieceOf(
        picked.map(([one]) => one),
        indexes,
      );
      const out = new ByteWriter(Buffer.alloc(0)); // so that it has just the room that is asked for
      writeValues(piece, stateOf(row, before, after), out);
      const expected = picked.map(([one], i) => `"${one}":${values[indexes[i] as number] ?? 'null'}`);
      expect(out.bytes().toString()).toBe(`{${expected.join(',')}`);
    }),
    { numRuns: 20_000 },
  );
});
