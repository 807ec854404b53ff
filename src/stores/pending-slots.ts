/**
 * The answers of one batch while they come in: one slot per key, complete at the latest when the time is up. What
 * comes later is dropped, so that a store that hangs cannot hold its caller.
 */
export class PendingSlots<Slot> {
  /** Resolves with every slot filled; never rejects. */
  readonly complete: Promise<Slot[]>;
  readonly #slots: (Slot | undefined)[];
  #missing: number;
  #resolve: ((slots: Slot[]) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param late fills the slots that have no answer after `timeoutMs`. */
  constructor(count: number, timeoutMs: number, late: () => Slot) {
    this.#slots = new Array(count);
    this.#missing = count;
    this.complete = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (count === 0) this.#end();
    else this.#timer = setTimeout(() => this.#giveUp(late()), timeoutMs);
  }

  /** Whether nobody waits any more: work not yet started need not be. */
  get ended(): boolean {
    return this.#resolve === undefined;
  }

  /** The first answer for a slot counts. */
  settle(index: number, slot: Slot): void {
    if (this.#resolve === undefined || this.#slots[index] !== undefined) return;
    this.#slots[index] = slot;
    this.#missing -= 1;
    if (this.#missing === 0) this.#end();
  }

  #giveUp(late: Slot): void {
    for (let i = 0; i < this.#slots.length; i += 1) this.#slots[i] ??= late;
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#resolve?.(this.#slots as Slot[]);
    this.#resolve = undefined;
  }
}
