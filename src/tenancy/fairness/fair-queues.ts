/**
 * What waits, in one queue per tenant, and whose turn it is: deficit round robin (Shreedhar and Varghese, 1995). Each
 * round a queue may spend its weight in cost, what it cannot spend yet it keeps, and a queue that runs empty keeps
 * nothing. Knows no time and starts nothing.
 */
import type { Queued, TenantQueue } from './tenant-queue.ts';

/** Units that a queue of weight 1 may spend a round: so few that a round is short, whoever takes part in it. */
const QUANTUM = 20;

export class FairQueues<Item extends Queued> {
  /** Those in which something waits, in the order of their turns. */
  readonly #ring: TenantQueue<Item>[] = [];
  /** Whose turn it is. */
  #at = 0;
  #weight = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Of all queues in which something waits. */
  get weight(): number {
    return this.#weight;
  }

  /** A queue's weight may be changed while nothing waits in it. */
  push(queue: TenantQueue<Item>, item: Item): void {
    queue.push(item);
    this.#count += 1;
    if (queue.count > 1) return;
    this.#weight += queue.weight;
    this.#ring.push(queue);
    if (this.#ring.length === 1) this.#moveTo(0);
  }

  /** @returns what is to be started next; `null` where nothing waits. */
  shift(): Item | null {
    const ring = this.#ring;
    for (let passed = 0; ring.length > 0; passed += 1) {
      const queue = ring[this.#at] as TenantQueue<Item>;
      const { cost } = queue.head as Item;
      if (cost <= queue.deficit) {
        queue.deficit -= cost;
        return this.#take(queue, this.#at);
      }
      if (passed === ring.length) this.#skipRounds();
      this.#moveTo(this.#at + 1);
    }
    return null;
  }

  /** Takes from every queue's heads what is not to be started any more. */
  drop(isOver: (item: Item) => boolean): Item[] {
    const dropped: Item[] = [];
    for (let at = this.#ring.length - 1; at >= 0; at -= 1) {
      const queue = this.#ring[at] as TenantQueue<Item>;
      const own = queue.drop(isOver);
      this.#count -= own.length;
      dropped.push(...own);
      if (queue.count === 0) this.#leave(queue, at);
    }
    return dropped;
  }

  #take(queue: TenantQueue<Item>, at: number): Item {
    const item = queue.shift();
    this.#count -= 1;
    if (queue.count === 0) this.#leave(queue, at);
    return item;
  }

  #leave(queue: TenantQueue<Item>, at: number): void {
    queue.deficit = 0;
    this.#weight -= queue.weight;
    this.#ring.splice(at, 1);
    if (at < this.#at) this.#at -= 1;
    else if (at === this.#at && this.#ring.length > 0) this.#moveTo(at);
  }

  #moveTo(at: number): void {
    this.#at = at % this.#ring.length;
    const queue = this.#ring[this.#at] as TenantQueue<Item>;
    queue.deficit += QUANTUM * queue.weight;
  }

  /** Where everybody has to save for something dear, as many rounds as pass before the first can have it. */
  #skipRounds(): void {
    let rounds = Number.POSITIVE_INFINITY;
    for (const { head, deficit, weight } of this.#ring)
      rounds = Math.min(rounds, Math.ceil(((head as Item).cost - deficit) / (QUANTUM * weight)));
    if (rounds <= 1) return;
    for (const queue of this.#ring) queue.deficit += (rounds - 1) * QUANTUM * queue.weight;
  }
}
