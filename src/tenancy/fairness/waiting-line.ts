/** What waits, the first to come first, and how much it is. */
export interface Waiting {
  /** In units. */
  readonly cost: number;
  readonly bytes: number;
}

interface Link<Item> {
  readonly item: Item;
  next: Link<Item> | null;
}

export class WaitingLine<Item extends Waiting> {
  cost = 0;
  bytes = 0;
  count = 0;
  #head: Link<Item> | null = null;
  #tail: Link<Item> | null = null;

  get head(): Item | null {
    return this.#head?.item ?? null;
  }

  push(item: Item): void {
    const link = { item, next: null };
    if (this.#tail === null) this.#head = link;
    else this.#tail.next = link;
    this.#tail = link;
    this.count += 1;
    this.cost += item.cost;
    this.bytes += item.bytes;
  }

  shift(): Item {
    const link = this.#head as Link<Item>;
    this.#head = link.next;
    if (link.next === null) this.#tail = null;
    this.count -= 1;
    this.cost -= link.item.cost;
    this.bytes -= link.item.bytes;
    return link.item;
  }
}
