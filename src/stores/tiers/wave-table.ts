import { randomInt } from 'node:crypto';
import type { BlockRun } from './block-run.ts';
import type { Wave } from './wave.ts';

/** So that nobody outside can choose keys that all fall together. */
const SEED = randomInt(2 ** 31);
const FNV_PRIME = 0x01000193;
const ENTRIES_AT_FIRST = 1_024;
/** Room for more than this is given up once nobody is in it. */
const IDLE_ENTRIES_MAX = 16_384;
const NONE = -1;

/**
 * The blocks under way for one list of views of one block, by entity key. Entries stand in flat arrays, those of one
 * hash in a chain: a `Map` that is filled and emptied with each call copies its table all the time, and one that keeps
 * its keys falls out of the processor's cache (seen: a half, and a twelfth, of a read's CPU).
 */
export class WaveTable {
  readonly run: BlockRun;
  #heads = emptyHeads(ENTRIES_AT_FIRST);
  #nexts = new Int32Array(ENTRIES_AT_FIRST);
  #hashes = new Int32Array(ENTRIES_AT_FIRST);
  #indexes = new Int32Array(ENTRIES_AT_FIRST);
  #waves: (Wave | null)[] = [];
  /** First of the entries that were left; those from `#used` on were never taken. */
  #free = NONE;
  #used = 0;
  #underWay = 0;

  constructor({ namespace, block, views }: BlockRun) {
    this.run = { namespace, block, views };
  }

  get isIdle(): boolean {
    return this.#underWay === 0;
  }

  /** @returns an entry, which holds until something is added or removed; below 0 where none is under way. */
  find(entityKey: string): number {
    const hash = hashOf(entityKey);
    let entry = this.#heads[hash & (this.#heads.length - 1)] as number;
    while (entry !== NONE) {
      if (this.#hashes[entry] === hash && this.#keyAt(entry) === entityKey) return entry;
      entry = this.#nexts[entry] as number;
    }
    return NONE;
  }

  waveAt(entry: number): Wave {
    return this.#waves[entry] as Wave;
  }

  /** Which of its wave's reads it is. */
  indexAt(entry: number): number {
    return this.#indexes[entry] as number;
  }

  /** Only where `find` finds none. */
  add(entityKey: string, wave: Wave, index: number): void {
    const entry = this.#take();
    this.#hashes[entry] = hashOf(entityKey);
    this.#indexes[entry] = index;
    this.#waves[entry] = wave;
    this.#link(entry);
    this.#underWay += 1;
  }

  /** Only one that was added. */
  remove(entityKey: string, wave: Wave, index: number): void {
    const cell = hashOf(entityKey) & (this.#heads.length - 1);
    let before = NONE;
    let entry = this.#heads[cell] as number;
    while (this.#waves[entry] !== wave || this.#indexes[entry] !== index) {
      if (entry === NONE) throw new Error(`No read of ${this.run.block} ${entityKey} is under way.`);
      before = entry;
      entry = this.#nexts[entry] as number;
    }
    const next = this.#nexts[entry] as number;
    if (before === NONE) this.#heads[cell] = next;
    else this.#nexts[before] = next;
    this.#leave(entry);
  }

  #keyAt(entry: number): string | undefined {
    return this.waveAt(entry).reads[this.indexAt(entry)]?.entityKey;
  }

  #take(): number {
    const entry = this.#free;
    if (entry !== NONE) {
      this.#free = this.#nexts[entry] as number;
      return entry;
    }
    if (this.#used === this.#heads.length) this.#grow();
    this.#used += 1;
    return this.#used - 1;
  }

  #leave(entry: number): void {
    this.#waves[entry] = null;
    this.#nexts[entry] = this.#free;
    this.#free = entry;
    this.#underWay -= 1;
    if (this.#underWay === 0 && this.#heads.length > IDLE_ENTRIES_MAX) this.#resize(ENTRIES_AT_FIRST);
  }

  #link(entry: number): void {
    const cell = (this.#hashes[entry] as number) & (this.#heads.length - 1);
    this.#nexts[entry] = this.#heads[cell] as number;
    this.#heads[cell] = entry;
  }

  /** Only when all entries are taken. */
  #grow(): void {
    this.#resize(2 * this.#heads.length);
    for (let entry = 0; entry < this.#used; entry += 1) this.#link(entry);
  }

  #resize(size: number): void {
    const { length } = this.#heads;
    this.#heads = emptyHeads(size);
    this.#nexts = new Int32Array(size);
    this.#free = NONE;
    if (size < length) {
      this.#used = 0;
      this.#waves = [];
    }
    this.#hashes = resized(this.#hashes, size);
    this.#indexes = resized(this.#indexes, size);
  }
}

function emptyHeads(size: number): Int32Array<ArrayBuffer> {
  return new Int32Array(size).fill(NONE);
}

function resized(values: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(size);
  copy.set(size < values.length ? values.subarray(0, size) : values);
  return copy;
}

/** FNV-1a, mixed once more because the low bits choose the cell. */
function hashOf(text: string): number {
  let hash = SEED;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash ^ (hash >>> 15);
}
