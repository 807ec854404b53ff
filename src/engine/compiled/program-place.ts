/**
 * A place of the client's answer, as tables: which fetches supply its objects, and what is written of each, in the
 * client's order.
 */
export interface ProgramPlace {
  /** Of the first supply: an object stands at a row of it. */
  readonly table: number;
  /** The fetch that brought the object, then those that completed it. */
  readonly supplies: readonly Supply[];
  /** Empty where nothing is written, because the place is only gone through. */
  readonly pieces: readonly Piece[];
}

export interface Supply {
  /** Whose answer's bytes are meant. */
  readonly fetch: number;
  readonly table: number;
  /** Numbers of a row of that table. */
  readonly stride: number;
  /**
   * Where an object of the place notes its entity, counted from 1; a negative number for one that was not asked
   * for. `NO_SLOT` where both are at the same row: for the first supply, and at the root.
   */
  readonly entitySlot: number;
}

export const PIECE = { LITERAL: 0, SLICE: 1, OBJECT: 2, LIST: 3 } as const;

export interface Piece {
  readonly kind: (typeof PIECE)[keyof typeof PIECE];
  /** Index of the supply. */
  readonly supply: number;
  /** Where a slice's start is noted; where the first row of objects is, and next to it their count. */
  readonly slot: number;
  /** Where a slice's end is noted. */
  readonly endSlot: number;
  /** Written first: a brace or a comma, and a key where the slice has none. */
  readonly before: Uint8Array;
  /** What stands for it where the supply has no object; `null` where nothing may. */
  readonly whenNull: Uint8Array | null;
  /** What objects in it are written by. */
  readonly child: ProgramPlace | null;
}
