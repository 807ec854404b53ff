/** What one process saw of each cell, and from when on it must see it again. */
interface CellSeen {
  /** Not due yet; in the order of reads. */
  readonly waiting: { readonly order: number; readonly dueMs: number; readonly endMs: number }[];
  due: number | undefined;
}

export class SeenByProcess {
  readonly #boundMs: number;
  readonly #cells = new Map<number, CellSeen>();

  /** @param boundMs after which what was seen once must be seen again, or something newer. */
  constructor(boundMs: number) {
    this.#boundMs = boundMs;
  }

  /** Newest event time that must be seen by a read that starts then. To be asked in the order of starts. */
  dueAt(cell: number, startMs: number): number | undefined {
    const seen = this.#cells.get(cell);
    if (seen === undefined) return undefined;
    while (seen.waiting.length > 0 && (seen.waiting[0] as { dueMs: number }).dueMs <= startMs) {
      seen.due = Math.max(seen.due ?? 0, (seen.waiting.shift() as { order: number }).order);
    }
    return seen.due;
  }

  /** Newest event time of a read that had ended by then; 0 for none. */
  newestBefore(cell: number, startMs: number): number {
    const seen = this.#cells.get(cell);
    let newest = seen?.due ?? 0;
    for (const { order, endMs } of seen?.waiting ?? []) {
      if (endMs <= startMs) newest = Math.max(newest, order);
    }
    return newest;
  }

  note(cell: number, order: number, endMs: number): void {
    let seen = this.#cells.get(cell);
    if (seen === undefined) {
      seen = { waiting: [], due: undefined };
      this.#cells.set(cell, seen);
    }
    // Of what is due together only the newest counts.
    const last = seen.waiting.at(-1);
    if (last !== undefined && last.order >= order) return;
    seen.waiting.push({ order, endMs, dueMs: endMs + this.#boundMs });
  }
}
