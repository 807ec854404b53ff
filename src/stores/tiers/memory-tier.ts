import type { Clock } from '../../core/clock.ts';
import type { BlockRows } from '../online-store.ts';

/**
 * Rows that this process has read a moment ago, bounded in age and in bytes. It never remembers that there is no
 * row: a write elsewhere could not tell it.
 */
interface Entry {
  readonly views: number[];
  readonly rows: Uint8Array[];
  /** `monotonicMs` after which a row is not served, one per view. */
  readonly untilMs: number[];
  newestUntilMs: number;
  bytes: number;
}

export type MemoryAnswer = BlockRows | 'MISS' | 'STALE';

/** What an entry takes besides its key and rows: objects, arrays and its place in the map. */
const ENTRY_BYTES = 300;
const ROW_BYTES = 120;

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
    const rows: Uint8Array[] = new Array(views.length);
    for (let i = 0; i < views.length; i += 1) {
      const at = entry.views.indexOf(views[i] as number);
      if (at < 0) return 'MISS';
      if ((entry.untilMs[at] as number) <= nowMs) return 'STALE';
      rows[i] = entry.rows[at] as Uint8Array;
    }
    return rows;
  }

  /** @param readAtMs `monotonicMs` when the store was asked: the rows' age counts from there. */
  put(key: string, views: readonly number[], rows: BlockRows, readAtMs: number): void {
    const untilMs = readAtMs + this.#maxAgeMs;
    if (untilMs <= this.#clock.monotonicMs()) return;
    let bytes = 0;
    for (let i = 0; i < rows.length; i += 1) bytes += rows[i]?.length ?? 0;
    if (bytes === 0) return;
    const entry = this.#take(key);
    // A row may be a part of a large network buffer, which would stay as long as the row does.
    const kept = Buffer.allocUnsafeSlow(bytes);
    let start = 0;
    for (let i = 0; i < views.length; i += 1) {
      const row = rows[i];
      if (row === undefined) continue;
      kept.set(row, start);
      setRow(entry, views[i] as number, kept.subarray(start, start + row.length), untilMs);
      start += row.length;
    }
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

  /** Takes an entry out, to be put back at the end. */
  #take(key: string): Entry {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      return { views: [], rows: [], untilMs: [], newestUntilMs: 0, bytes: ENTRY_BYTES + 2 * key.length };
    }
    this.forget(key);
    return entry;
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

function setRow(entry: Entry, view: number, row: Uint8Array, untilMs: number): void {
  const at = entry.views.indexOf(view);
  if (at < 0) {
    entry.views.push(view);
    entry.rows.push(row);
    entry.untilMs.push(untilMs);
    entry.bytes += ROW_BYTES + row.length;
  } else {
    entry.bytes += row.length - (entry.rows[at] as Uint8Array).length;
    entry.rows[at] = row;
    entry.untilMs[at] = untilMs;
  }
  entry.newestUntilMs = Math.max(entry.newestUntilMs, untilMs);
}
