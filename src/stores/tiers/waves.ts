import type { BlockKey, BlockRead, BlockSlot } from '../online-store.ts';
import type { PendingSlots } from '../pending-slots.ts';

/**
 * Reads that are under way, so that many who ask for one block at once are answered by one read. The blocks of one
 * call travel as a wave; for most of them nobody else asks, so there is no object for each.
 */
interface Joiner {
  readonly waiter: PendingSlots<BlockSlot>;
  readonly place: number;
  readonly deadlineAtMs: number;
}

export class Wave {
  readonly reads: BlockRead[] = [];
  readonly startedMs: number;
  readonly #waiter: PendingSlots<BlockSlot>;
  readonly #places: number[] = [];
  /** 1 for a block that was answered. */
  readonly #isLanded: Uint8Array;
  #landed = 0;
  readonly #deadlineAtMs: number;
  #joiners: Map<number, Joiner[]> | null = null;
  #outdated: Set<number> | null = null;
  /** Where a block was found last: who joins one often joins the next. */
  #found = 0;

  /** @param max of the blocks. @param deadlineAtMs infinite for one who waits as long as it takes. */
  constructor(waiter: PendingSlots<BlockSlot>, max: number, startedMs: number, deadlineAtMs: number) {
    this.#waiter = waiter;
    this.#isLanded = new Uint8Array(max);
    this.startedMs = startedMs;
    this.#deadlineAtMs = deadlineAtMs;
  }

  add(read: BlockRead, place: number): void {
    this.reads.push(read);
    this.#places.push(place);
  }

  /** @param read one of this wave. */
  join(read: BlockRead, joiner: Joiner): void {
    const index = this.#find(read);
    this.#joiners ??= new Map();
    const joiners = this.#joiners.get(index);
    if (joiners === undefined) this.#joiners.set(index, [joiner]);
    else joiners.push(joiner);
  }

  /** Until when somebody waits for the block. */
  deadlineOf(index: number): number {
    let last = this.#deadlineAtMs;
    for (const { deadlineAtMs } of this.#joiners?.get(index) ?? []) last = Math.max(last, deadlineAtMs);
    return last;
  }

  /** Until when somebody waits for any block. */
  get lastDeadlineAtMs(): number {
    let last = this.#deadlineAtMs;
    for (const joiners of this.#joiners?.values() ?? []) {
      for (const { deadlineAtMs } of joiners) last = Math.max(last, deadlineAtMs);
    }
    return last;
  }

  /** Something was written since it began: who asks from now on must not be answered by it. */
  outdate(read: BlockRead): void {
    for (let index = 0; index < this.reads.length; index += 1) {
      const own = this.reads[index] as BlockRead;
      if (own.entityKey === read.entityKey && isOneRun(own, read)) this.outdateAt(index);
    }
  }

  outdateAt(index: number): void {
    this.#outdated ??= new Set();
    this.#outdated.add(index);
  }

  isOutdated(index: number): boolean {
    return this.#outdated?.has(index) === true;
  }

  isLanded(index: number): boolean {
    return this.#isLanded[index] === 1;
  }

  get hasLanded(): boolean {
    return this.#landed === this.reads.length;
  }

  settle(index: number, slot: BlockSlot): void {
    this.#isLanded[index] = 1;
    this.#landed += 1;
    this.#waiter.settle(this.#places[index] as number, slot);
    if (this.#joiners === null) return;
    for (const { waiter, place } of this.#joiners.get(index) ?? []) waiter.settle(place, slot);
  }

  #find(read: BlockRead): number {
    const { length } = this.reads;
    for (let i = 0; i < length; i += 1) {
      const index = (this.#found + i) % length;
      const own = this.reads[index] as BlockRead;
      if (own.entityKey !== read.entityKey || !isOneRun(own, read)) continue;
      this.#found = index + 1;
      return index;
    }
    throw new Error(`The wave has no block ${read.block} ${read.entityKey}.`);
  }
}

/** What reads that follow each other mostly share. */
export type BlockRun = Pick<BlockRead, 'namespace' | 'block' | 'views'>;

/** Entity keys that a table remembers without a wave before it is made anew. */
const IDLE_KEYS_MAX = 16_384;

/**
 * Waves under way for one list of views of one block. A key that is answered stays, without a wave: a `Map` that is
 * filled and emptied with each call copies its table all the time, and its old tables keep the young ones
 * alive until a full collection (seen: half of a read's CPU went there).
 */
export class WaveTable {
  readonly run: BlockRun;
  #waves = new Map<string, Wave | null>();
  #underWay = 0;

  constructor({ namespace, block, views }: BlockRun) {
    this.run = { namespace, block, views };
  }

  get isIdle(): boolean {
    return this.#underWay === 0;
  }

  find(entityKey: string): Wave | null | undefined {
    return this.#waves.get(entityKey);
  }

  /** Only where `find` finds none. */
  add(entityKey: string, wave: Wave): void {
    this.#underWay += 1;
    this.#waves.set(entityKey, wave);
  }

  /** Only where `find` finds one. */
  remove(entityKey: string): void {
    this.#underWay -= 1;
    this.#waves.set(entityKey, null);
    if (this.#waves.size < IDLE_KEYS_MAX + 2 * this.#underWay) return;
    this.#waves = new Map([...this.#waves].filter(([, wave]) => wave !== null));
  }
}

/** Tables that nobody is in are forgotten beyond this many. */
const TABLES_MAX = 64;

/**
 * The waves of one set of read options. A wave that begins while no other is under way is in no table, because nobody
 * could join it yet: it comes into them with the next wave (seen: the tables took an eighth of a read's CPU).
 */
export class Waves {
  #tables: WaveTable[] = [];
  #alone: Wave | null = null;

  /** Tells that a wave begins. @returns whether it is alone, and so has nothing to look for. */
  begin(wave: Wave): boolean {
    const before = this.#alone;
    this.#alone = null;
    if (before !== null && !before.hasLanded) this.#enterTables(before);
    else if (this.#tables.every(({ isIdle }) => isIdle)) this.#alone = wave;
    return this.#alone !== null;
  }

  #enterTables(wave: Wave): void {
    for (let index = 0; index < wave.reads.length; index += 1) {
      if (wave.isLanded(index) || wave.isOutdated(index)) continue;
      const read = wave.reads[index] as BlockRead;
      const table = this.tableOf(read);
      // Who asks twice in one call is answered by two reads; others join the first.
      if ((table.find(read.entityKey) ?? null) === null) table.add(read.entityKey, wave);
      else wave.outdateAt(index);
    }
  }

  tableOf(run: BlockRun): WaveTable {
    for (let i = 0; i < this.#tables.length; i += 1) {
      const table = this.#tables[i] as WaveTable;
      if (isOneRun(table.run, run)) return table;
    }
    if (this.#tables.length >= TABLES_MAX) this.#tables = this.#tables.filter(({ isIdle }) => !isIdle);
    const table = new WaveTable(run);
    this.#tables.unshift(table);
    return table;
  }

  /** Answers all who wait for the block; who asks later starts anew. */
  land(wave: Wave, index: number, slot: BlockSlot): void {
    if (wave !== this.#alone && !wave.isOutdated(index)) {
      const read = wave.reads[index] as BlockRead;
      this.tableOf(read).remove(read.entityKey);
    }
    wave.settle(index, slot);
    if (wave === this.#alone && wave.hasLanded) this.#alone = null;
  }

  /** The block was written or erased: what is under way may bring what was before. */
  outdate({ namespace, block, entityKey }: BlockKey): void {
    if (this.#alone !== null) this.#enterTables(this.#alone);
    this.#alone = null;
    for (const table of this.#tables) {
      const { run } = table;
      if (run.namespace !== namespace || run.block !== block) continue;
      const wave = table.find(entityKey) ?? null;
      if (wave === null) continue;
      wave.outdate({ ...run, entityKey });
      table.remove(entityKey);
    }
  }
}

export function isOneRun(a: BlockRun, b: BlockRun): boolean {
  return a.block === b.block && a.namespace === b.namespace && areEqual(a.views, b.views);
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
