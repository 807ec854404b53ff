/** All writes of a run by their cells, and what of them must be seen at a moment. */
import { KIND, type Operation, SENT, SETTLED } from './operation-log.ts';
import type { Recovery } from './recovery.ts';

export interface Write {
  readonly order: number;
  readonly isDeletion: boolean;
  /** Monotonic ms. */
  readonly sentMs: number;
  /** `Infinity`: never acknowledged; maybe it happened all the same. */
  acknowledgedMs: number;
  /** From when on every read must see it, or something newer. */
  dueMs: number;
}

export class CellWrites {
  /** By event time. */
  readonly byOrder = new Map<number, Write>();
  /** Newest event time of an acknowledged write, and of any. */
  newestAcknowledged: Write | undefined;
  /** Due writes that outdo all that were due before, by the moments when they are. */
  #steps: { readonly dueMs: number; readonly write: Write }[] = [];
  #firstDeletionOf: Write[] = [];

  /** To be called once all writes are there. */
  finish(recovery: Recovery): void {
    const writes = [...this.byOrder.values()];
    for (const write of writes) {
      write.dueMs = Number.isFinite(write.acknowledgedMs)
        ? recovery.after(write.acknowledgedMs)
        : Number.POSITIVE_INFINITY;
      if (!Number.isFinite(write.dueMs)) continue;
      if (this.newestAcknowledged === undefined || write.order > this.newestAcknowledged.order)
        this.newestAcknowledged = write;
    }
    for (const write of writes
      .filter(({ dueMs }) => Number.isFinite(dueMs))
      .toSorted((a, b) => a.dueMs - b.dueMs)) {
      const last = this.#steps.at(-1);
      if (last === undefined || write.order > last.write.order)
        this.#steps.push({ dueMs: write.dueMs, write });
    }
    this.#firstDeletionOf = writes.filter(({ isDeletion }) => isDeletion);
  }

  /** The newest write that a read which starts then must see. */
  dueAt(atMs: number): Write | undefined {
    let [low, high] = [0, this.#steps.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#steps[middle] as { dueMs: number }).dueMs <= atMs) low = middle + 1;
      else high = middle;
    }
    return this.#steps[low - 1]?.write;
  }

  /** Whether a read that ended then may have met a deletion at least as new. */
  mayBeDeleted(order: number, endMs: number): boolean {
    return this.#firstDeletionOf.some((write) => write.order >= order && write.sentMs <= endMs);
  }

  /** Whether a write that nobody was promised may stand above all acknowledged ones. */
  isInDoubt(order: number): boolean {
    return (
      order > (this.newestAcknowledged?.order ?? 0) &&
      this.byOrder.get(order)?.acknowledgedMs === Number.POSITIVE_INFINITY
    );
  }
}

export interface WriteCounts {
  readonly sent: number;
  readonly acknowledged: number;
  /** Of those acknowledged. */
  readonly underFault: number;
  readonly failed: number;
  readonly refused: number;
  /** Sent by a writer that was killed before it knew. */
  readonly unknown: number;
  readonly deletions: number;
}

export class WriteHistory {
  readonly cells = new Map<number, CellWrites>();
  readonly counts: WriteCounts;

  constructor(logs: readonly (readonly Operation[])[], recovery: Recovery) {
    const counts = {
      sent: 0,
      acknowledged: 0,
      underFault: 0,
      failed: 0,
      refused: 0,
      unknown: 0,
      deletions: 0,
    };
    for (const operation of logs.flat()) if (operation.kind === KIND.SENT) this.#send(operation, counts);
    for (const operation of logs.flat())
      if (operation.kind === KIND.SETTLED) this.#settle(operation, counts, recovery);
    counts.unknown = counts.sent - counts.acknowledged - counts.failed - counts.refused;
    for (const cell of this.cells.values()) cell.finish(recovery);
    this.counts = counts;
  }

  of(cell: number): CellWrites {
    let writes = this.cells.get(cell);
    if (writes === undefined) {
      writes = new CellWrites();
      this.cells.set(cell, writes);
    }
    return writes;
  }

  #send({ cell, order, outcome, startMs }: Operation, counts: { sent: number; deletions: number }): void {
    const isDeletion = outcome === SENT.DELETION;
    counts.sent += 1;
    if (isDeletion) counts.deletions += 1;
    const { byOrder } = this.of(cell);
    if (byOrder.has(order)) throw new Error(`Two writes of cell ${cell} have the event time ${order}.`);
    const never = Number.POSITIVE_INFINITY;
    byOrder.set(order, { order, isDeletion, sentMs: startMs, acknowledgedMs: never, dueMs: never });
  }

  #settle(
    { cell, order, outcome, endMs }: Operation,
    counts: { acknowledged: number; underFault: number; failed: number; refused: number },
    recovery: Recovery,
  ): void {
    if (outcome === SETTLED.FAILED) counts.failed += 1;
    else if (outcome === SETTLED.REFUSED) counts.refused += 1;
    else {
      counts.acknowledged += 1;
      if (recovery.isUnderFault(endMs)) counts.underFault += 1;
      (this.of(cell).byOrder.get(order) as Write).acknowledgedMs = endMs;
    }
  }
}
