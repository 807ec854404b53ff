/**
 * Finds a representation among those that stand in a body already, by its bytes. A map would need a text of each; for
 * 500 entities that is a twentieth of all CPU time.
 */
import { randomInt } from 'node:crypto';

/** So that nobody outside can choose keys that all fall together. */
const SEED = randomInt(2 ** 31);
const FNV_PRIME = 0x01000193;
const CELLS_AT_FIRST = 8;

export class RepresentationSet {
  /** Index of a representation and 1; 0 where there is none. */
  #cells = new Int32Array(CELLS_AT_FIRST);
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #hashes: number[] = [];

  get size(): number {
    return this.#starts.length;
  }

  /**
   * @param bytes of the body; those from `start` to `end` are the representation.
   * @returns its index; it is new where that is the size before.
   */
  add(bytes: Uint8Array, start: number, end: number): number {
    if (this.size * 2 >= this.#cells.length) this.#grow();
    const hash = hashOf(bytes, start, end);
    const mask = this.#cells.length - 1;
    let cell = hash & mask;
    for (;;) {
      const index = (this.#cells[cell] as number) - 1;
      if (index < 0) break;
      if (this.#hashes[index] === hash && this.#isSame(bytes, index, start, end)) return index;
      cell = (cell + 1) & mask;
    }
    this.#starts.push(start);
    this.#ends.push(end);
    this.#hashes.push(hash);
    this.#cells[cell] = this.size;
    return this.size - 1;
  }

  #isSame(bytes: Uint8Array, index: number, start: number, end: number): boolean {
    const other = this.#starts[index] as number;
    if ((this.#ends[index] as number) - other !== end - start) return false;
    for (let i = 0; i < end - start; i += 1) if (bytes[other + i] !== bytes[start + i]) return false;
    return true;
  }

  #grow(): void {
    const cells = new Int32Array(this.#cells.length * 4);
    const mask = cells.length - 1;
    for (const [index, hash] of this.#hashes.entries()) {
      let cell = hash & mask;
      while (cells[cell] !== 0) cell = (cell + 1) & mask;
      cells[cell] = index + 1;
    }
    this.#cells = cells;
  }
}

/** FNV-1a, mixed once more because the low bits choose the cell. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = SEED;
  for (let i = start; i < end; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
  return hash ^ (hash >>> 15);
}
