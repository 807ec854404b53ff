/** What is written of an entity, gathered in the client's order: values that stand side by side become one piece. */
import type { FeatureType } from '../../../core/feature-type.ts';
import type { StoredFeature } from '../../../registry/registry.ts';
import type { Shape } from '../../interpreted/projection-table.ts';
import { keptBytes } from '../kept-bytes.ts';
import { ROW_PIECE, type RowPiece, type ValuesPiece } from './row-program.ts';
import { COPIED_WORDS, WORD_BYTES } from './write-values.ts';

const NULL = Buffer.from('null');

interface Values {
  readonly view: number;
  readonly features: { readonly before: Buffer; readonly feature: StoredFeature; readonly path: number }[];
}

export class PieceList {
  readonly #pathOf: (responseKey: string) => number;
  readonly #pieces: RowPiece[] = [];
  /** Whether a piece needs entities to be made. */
  isComputed = false;
  #values: Values | null = null;
  #isFirst = true;

  /** @param pathOf gives the index of a feature's path. */
  constructor(pathOf: (responseKey: string) => number) {
    this.#pathOf = pathOf;
  }

  constant(responseKey: string, value: string): void {
    this.#add({
      kind: ROW_PIECE.TEXT,
      before: keptBytes(`${this.#before(responseKey)}${JSON.stringify(value)}`),
    });
  }

  key(responseKey: string, key: number, shape: Shape): void {
    this.#add({ kind: ROW_PIECE.KEY, before: this.#before(responseKey), key, shape });
  }

  feature(responseKey: string, view: number, feature: StoredFeature, shape: Shape): void {
    const before = this.#before(responseKey);
    const path = this.#pathOf(responseKey);
    if (!isCopied(feature.type, shape)) {
      this.#add({ kind: ROW_PIECE.SHAPED, before, view, feature, shape, path });
      return;
    }
    if (this.#values?.view !== view) this.#endValues();
    this.#values ??= { view, features: [] };
    this.#values.features.push({ before, feature, path });
  }

  viewRead(responseKey: string, view: number, shape: Shape): void {
    this.#add({ kind: ROW_PIECE.VIEW_READ, before: this.#before(responseKey), view, shape });
  }

  computed(
    responseKey: string,
    piece: Omit<RowPiece & { kind: typeof ROW_PIECE.COMPUTED }, 'kind' | 'before' | 'path'>,
  ): void {
    this.isComputed = true;
    const path = this.#pathOf(responseKey);
    this.#add({ kind: ROW_PIECE.COMPUTED, before: this.#before(responseKey), path, ...piece });
  }

  child(responseKey: string, child: number): void {
    this.#add({ kind: ROW_PIECE.CHILD, before: this.#before(responseKey), child });
  }

  finish(): readonly RowPiece[] {
    this.#endValues();
    // Where everything is skipped, nothing begins the object.
    if (this.#isFirst) this.#pieces.push({ kind: ROW_PIECE.TEXT, before: keptBytes('{') });
    return this.#pieces;
  }

  #before(responseKey: string): Buffer {
    const before = keptBytes(`${this.#isFirst ? '{' : ','}${JSON.stringify(responseKey)}:`);
    this.#isFirst = false;
    return before;
  }

  #add(piece: RowPiece): void {
    this.#endValues();
    this.#pieces.push(piece);
  }

  #endValues(): void {
    if (this.#values === null) return;
    this.#pieces.push(valuesPiece(this.#values));
    this.#values = null;
  }
}

function valuesPiece({ view, features }: Values): ValuesPiece {
  const starts = new Int32Array(features.length + 1);
  features.forEach(({ before }, i) => {
    starts[i + 1] = (starts[i] as number) + before.length;
  });
  const defaults = features.map(({ feature: { defaultJson } }) =>
    defaultJson === null ? NULL : keptBytes(defaultJson),
  );
  return {
    ...{ kind: ROW_PIECE.VALUES, view, starts, defaults },
    text: keptBytes(features.map(({ before }) => before.toString()).join('')),
    ...wordsOf(features.map(({ before }) => before)),
    segments: Int32Array.from(features, ({ feature }) => feature.index),
    features: features.map(({ feature }) => feature),
    paths: Int32Array.from(features, ({ path }) => path),
    room:
      (starts[features.length] as number) +
      sumOf(defaults.map(({ length }) => Math.max(length, NULL.length))) +
      // Beyond the last value, which is filled up.
      COPIED_WORDS * WORD_BYTES,
    copies: mostOften(features.map(({ feature }) => feature.index)),
  };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

/** How often the commonest of them is there. */
function mostOften(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(...counts.values());
}

function wordsOf(texts: readonly Buffer[]): Pick<ValuesPiece, 'words' | 'wordStarts'> {
  const words: number[] = [];
  const wordStarts = new Int32Array(texts.length + 1);
  texts.forEach((text, i) => {
    const filled = Buffer.alloc(WORD_BYTES * Math.max(COPIED_WORDS, Math.ceil(text.length / WORD_BYTES)));
    text.copy(filled);
    for (let at = 0; at < filled.length; at += WORD_BYTES) words.push(filled.readDoubleLE(at));
    wordStarts[i + 1] = words.length;
  });
  return { words: Float64Array.from(words), wordStarts };
}

/** What graphql-js lets pass as it is stored: to check it again would find nothing. */
const PASSED = new Set([
  'Int',
  'Float',
  'String',
  'Boolean',
  'ID',
  'BigInt',
  'Decimal',
  'DateTime',
  'UUID',
  'Byte',
  'JSON',
]);

/** Whether the client is answered the very bytes that are stored. */
function isCopied(type: FeatureType, shape: Shape): boolean {
  return !shape.nonNull && isSame(type, shape);
}

function isSame(type: FeatureType, shape: Shape): boolean {
  switch (type.kind) {
    case 'scalar':
      return shape.kind === 'leaf' && shape.name === type.name && PASSED.has(type.name);
    case 'enum':
      // Clients may see fewer values than the domain knows.
      return shape.kind === 'leaf' && type.values.every((value) => shape.check(value) === value);
    case 'list':
      return shape.kind === 'list' && (!shape.of.nonNull || type.itemsNonNull) && isSame(type.of, shape.of);
    case 'struct': // older rows may lack a field
    case 'vector': // kept as numbers, not as their text
      return false;
  }
}
