import type { Clock } from '../../core/clock.ts';
import { blockRows } from '../block-format.ts';
import { copyRows, gatherRows, hasAnyRow, lacksRow, rowAt } from '../block-rows.ts';
import type { BlockRows } from '../online-store.ts';

/**
 * Rows that this process has read a moment ago, bounded in age and in bytes. It never remembers that there is no
 * row: a write elsewhere could not tell it.
 */
interface Entry {
  /** None missing, in a buffer of their own. */
  readonly rows: BlockRows;
  /** `monotonicMs` after which a row is not served, one per view. */
  readonly untilMs: readonly number[];
  readonly newestUntilMs: number;
  readonly bytes: number;
}

export type MemoryAnswer = BlockRows | 'MISS' | 'STALE';

/** What an entry takes besides its key and rows: objects, arrays and its place in the map. */
const ENTRY_BYTES = 300;
const ROW_BYTES = 60;

export class MemoryTier {
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  readonly #maxBytes: number;
  /** In the order of their last change, so that the first is the first to end. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(clock: Clock, maxAgeMs: number, maxBytes: number) {
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A hit has all rows that were asked for. */
  read(key: string, views: readonly number[]): MemoryAnswer {
    const entry = this.#entries.get(key);
    if (entry === undefined) return 'MISS';
    const nowMs = this.#clock.monotonicMs();
    const { rows, untilMs } = entry;
    const isWhole = areEqual(rows.views, views);
    for (let i = 0; i < views.length; i += 1) {
      const at = isWhole ? i : rows.views.indexOf(views[i] as number);
      if (at < 0) return 'MISS';
      if ((untilMs[at] as number) <= nowMs) return 'STALE';
    }
    return isWhole ? rows : blockRows(rows.bytes, rows.end, views);
  }

  /** @param readAtMs `monotonicMs` when the store was asked: the rows' age counts from there. */
  put(key: string, rows: BlockRows, readAtMs: number): void {
    const untilMs = readAtMs + this.#maxAgeMs;
    if (untilMs <= this.#clock.monotonicMs() || !hasAnyRow(rows)) return;
    const before = this.#entries.get(key);
    const entry = entryOf(key, rows, untilMs, before);
    // Taken out first, so that it comes to stand at the end.
    this.forget(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    this.#shrink();
  }

  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }

  #shrink(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [key, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes && entry.newestUntilMs > nowMs) return;
      this.#entries.delete(key);
      this.#bytes -= entry.bytes;
    }
  }
}

/** The rows that there are, and those of other views that were known before. */
function entryOf(key: string, rows: BlockRows, untilMs: number, before: Entry | undefined): Entry {
  const { views } = rows;
  if (!lacksRow(rows) && (before === undefined || areEqual(before.rows.views, views))) {
    return createEntry(key, rows, new Array(views.length).fill(untilMs));
  }
  const all = new Map<number, { readonly row: Buffer | undefined; readonly untilMs: number }>();
  before?.rows.views.forEach((view, i) => {
    all.set(view, { row: rowAt(before.rows, i), untilMs: before.untilMs[i] as number });
  });
  views.forEach((view, i) => {
    const row = rowAt(rows, i);
    if (row !== undefined) all.set(view, { row, untilMs });
  });
  const known = [...all.values()];
  const gathered = gatherRows(
    [...all.keys()],
    known.map(({ row }) => row),
  );
  return createEntry(
    key,
    gathered,
    known.map((one) => one.untilMs),
  );
}

function createEntry(key: string, given: BlockRows, untilMs: readonly number[]): Entry {
  const rows = copyRows(given);
  const bytes = ENTRY_BYTES + 2 * key.length + ROW_BYTES * rows.views.length + rows.end;
  return { rows, untilMs, newestUntilMs: Math.max(...untilMs), bytes };
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((view, i) => view === b[i]);
}
