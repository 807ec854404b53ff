/**
 * The objects that stand at one place of a subgraph's answers, as rows of numbers: where in the bytes their values
 * begin and end, and where in other tables their parts are. An object is known by the position of its row.
 */

/** A row's first number: whether there is an object, or a null in its place. */
export const FLAG_SLOT = 0;
export const IS_NULL = 0;
export const IS_OBJECT = 1;

/** Numbers of a new table: small answers need no more. */
const SLOTS_AT_FIRST = 1024;
/** Tables' numbers that are kept for the next run, and the longest of them. Together at most 32 MiB. */
const KEPT_MAX = 64;
const KEPT_SLOTS_MAX = 131_072;

/** Numbers of tables that were used before: to make them costs more than to fill them. All are zero. */
export class SlotPool {
  readonly #free: Int32Array[] = [];

  take(): Int32Array {
    return this.#free.pop() ?? new Int32Array(SLOTS_AT_FIRST);
  }

  /** @param used so many at its start may not be zero. Nobody may read it any more. */
  giveBack(slots: Int32Array, used: number): void {
    if (slots.length > KEPT_SLOTS_MAX || this.#free.length >= KEPT_MAX) return;
    slots.fill(0, 0, used);
    this.#free.push(slots);
  }
}

export class InstanceTable {
  /** Numbers of a row. */
  readonly stride: number;
  slots: Int32Array;
  /** Position after the last row. */
  end = 0;

  /** @param slots all zero. */
  constructor(stride: number, slots: Int32Array) {
    this.stride = stride;
    this.slots = slots;
  }

  /** @returns the new row's position. Its numbers are zero. */
  add(): number {
    const row = this.end;
    this.end += this.stride;
    if (this.end > this.slots.length) this.#grow();
    return row;
  }

  #grow(): void {
    const grown = new Int32Array(Math.max(this.slots.length * 2, this.end));
    grown.set(this.slots);
    this.slots = grown;
  }
}
