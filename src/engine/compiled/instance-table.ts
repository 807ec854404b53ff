/**
 * The objects that stand at one place of a subgraph's answers, as rows of numbers: where in the bytes their values
 * begin and end, and where in other tables their parts are. An object is known by the position of its row.
 */

/** A row's first number: whether there is an object, or a null in its place. */
export const FLAG_SLOT = 0;
export const IS_NULL = 0;
export const IS_OBJECT = 1;

const ROWS_AT_FIRST = 16;

export class InstanceTable {
  /** Numbers of a row. */
  readonly stride: number;
  slots: Int32Array;
  /** Position after the last row. */
  end = 0;

  constructor(stride: number) {
    this.stride = stride;
    this.slots = new Int32Array(stride * ROWS_AT_FIRST);
  }

  /** @returns the new row's position. Its numbers are zero. */
  add(): number {
    const row = this.end;
    this.end += this.stride;
    if (this.end > this.slots.length) {
      const grown = new Int32Array(this.slots.length * 2);
      grown.set(this.slots);
      this.slots = grown;
    }
    return row;
  }

  /** Forgets all rows, and keeps the room. */
  clear(): void {
    this.slots.fill(0, 0, this.end);
    this.end = 0;
  }
}
