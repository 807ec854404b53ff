import type { BlockRead, BlockSlot } from '../online-store.ts';
import type { PendingSlots } from '../pending-slots.ts';

/**
 * Reads that are under way, so that many who ask for one block at once are answered by one read. Each waiter has
 * a deadline of its own; a flight is worth going on with until the last of them.
 */
export class Flight {
  readonly key: string;
  readonly read: BlockRead;
  readonly startedMs: number;
  deadlineAtMs: number;
  /** Something was written since it began: who asks from now on must not be answered by it. */
  outdated = false;
  readonly #waiters: PendingSlots<BlockSlot>[] = [];
  readonly #places: number[] = [];

  constructor(key: string, read: BlockRead, startedMs: number) {
    this.key = key;
    this.read = read;
    this.startedMs = startedMs;
    this.deadlineAtMs = startedMs;
  }

  /** @param deadlineAtMs infinite for one who waits as long as it takes. */
  join(waiter: PendingSlots<BlockSlot>, place: number, deadlineAtMs: number): void {
    this.#waiters.push(waiter);
    this.#places.push(place);
    if (deadlineAtMs > this.deadlineAtMs) this.deadlineAtMs = deadlineAtMs;
  }

  settle(slot: BlockSlot): void {
    for (let i = 0; i < this.#waiters.length; i += 1) {
      this.#waiters[i]?.settle(this.#places[i] as number, slot);
    }
  }
}

/** The flights of one set of read options, by block and views. */
export class Flights {
  readonly #byKey = new Map<string, Flight | Flight[]>();

  find(key: string, views: readonly number[]): Flight | undefined {
    const found = this.#byKey.get(key);
    if (found === undefined) return undefined;
    if (!Array.isArray(found)) return areEqual(found.read.views, views) ? found : undefined;
    return found.find((flight) => areEqual(flight.read.views, views));
  }

  add(flight: Flight): void {
    const found = this.#byKey.get(flight.key);
    if (found === undefined) this.#byKey.set(flight.key, flight);
    else if (Array.isArray(found)) found.push(flight);
    else this.#byKey.set(flight.key, [found, flight]);
  }

  /** Answers all who wait for it; who asks later starts anew. */
  land(flight: Flight, slot: BlockSlot): void {
    if (!flight.outdated) this.#remove(flight);
    flight.settle(slot);
  }

  /** The block was written or erased: what is under way may bring what was before. */
  outdate(key: string): void {
    const found = this.#byKey.get(key);
    if (found === undefined) return;
    for (const flight of Array.isArray(found) ? found : [found]) flight.outdated = true;
    this.#byKey.delete(key);
  }

  #remove(flight: Flight): void {
    const found = this.#byKey.get(flight.key);
    if (!Array.isArray(found)) {
      this.#byKey.delete(flight.key);
      return;
    }
    found.splice(found.indexOf(flight), 1);
    if (found.length === 1) this.#byKey.set(flight.key, found[0] as Flight);
  }
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
