/** What waits of one tenant: INTERACTIVE first, and now and then one of BATCH. */
import { PRIORITY_CLASSES, type PriorityClass } from '../priority-class.ts';
import { type Waiting, WaitingLine } from './waiting-line.ts';

export interface Queued extends Waiting {
  readonly priority: PriorityClass;
}

/** One unit of so many that are started of a tenant is of BATCH, where both wait: so that it does not wait for ever. */
export const BATCH_PART = 8;

export class TenantQueue<Item extends Queued> {
  weight: number;
  /** Units that it may spend now. */
  deficit = 0;
  readonly lines: Readonly<Record<PriorityClass, WaitingLine<Item>>> = {
    INTERACTIVE: new WaitingLine<Item>(),
    BATCH: new WaitingLine<Item>(),
  };
  /** Units that BATCH may spend before the next INTERACTIVE. */
  #ofBatch = 0;

  constructor(weight: number) {
    this.weight = weight;
  }

  get count(): number {
    return this.lines.INTERACTIVE.count + this.lines.BATCH.count;
  }

  get bytes(): number {
    return this.lines.INTERACTIVE.bytes + this.lines.BATCH.bytes;
  }

  get head(): Item | null {
    return this.#next().head;
  }

  push(item: Item): void {
    this.lines[item.priority].push(item);
  }

  shift(): Item {
    const line = this.#next();
    const item = line.shift();
    if (this.lines.BATCH.count === 0) this.#ofBatch = 0;
    else if (line === this.lines.BATCH) this.#ofBatch = Math.max(0, this.#ofBatch - item.cost);
    else this.#ofBatch += item.cost / (BATCH_PART - 1);
    return item;
  }

  /** Takes from the head of each class what is not to be started any more. */
  drop(isOver: (item: Item) => boolean): Item[] {
    const dropped: Item[] = [];
    for (const priority of PRIORITY_CLASSES) {
      const line = this.lines[priority];
      while (line.head !== null && isOver(line.head)) dropped.push(line.shift());
    }
    return dropped;
  }

  #next(): WaitingLine<Item> {
    const { INTERACTIVE, BATCH } = this.lines;
    if (INTERACTIVE.head === null) return BATCH;
    return BATCH.head !== null && BATCH.head.cost <= this.#ofBatch ? BATCH : INTERACTIVE;
  }
}
