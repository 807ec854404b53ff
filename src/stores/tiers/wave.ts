import type { BlockRead, BlockSlot } from '../online-store.ts';
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

  /** @param max of the blocks. @param deadlineAtMs infinite for one who waits as long as it takes. */
  constructor(waiter: PendingSlots<BlockSlot>, max: number, startedMs: number, deadlineAtMs: number) {
    this.#waiter = waiter;
    this.#isLanded = new Uint8Array(max);
    this.startedMs = startedMs;
    this.#deadlineAtMs = deadlineAtMs;
  }

  /** @returns its index. */
  add(read: BlockRead, place: number): number {
    this.#places.push(place);
    return this.reads.push(read) - 1;
  }

  join(index: number, joiner: Joiner): void {
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
  outdate(index: number): void {
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
}
