import { isStoreFailure, type WriteSlot } from '../stores/online-store.ts';
import type { RowProblem, RowReport } from './row-problem.ts';
import { type PendingRow, storeProblem } from './row-writer.ts';

/** What became of the rows of one push: counted for all, kept for the first bad ones, told for each to who asks. */
export interface PushProgress {
  readonly phase: 'checking' | 'writing';
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
}

/**
 * WRITTEN: it stands now. KEPT: one at least as new stood already. UNTOLD: acknowledged, the store cannot tell which.
 * REFUSED: it does not fit. FAILED: the store did not take it. WITHHELD: good, but another of the call was not.
 */
export interface RowOutcome {
  readonly rowNumber: number;
  readonly entityKey: string | null;
  readonly outcome: 'WRITTEN' | 'KEPT' | 'UNTOLD' | 'REFUSED' | 'FAILED' | 'WITHHELD';
  readonly problems: readonly RowProblem[];
}

export interface PushResult {
  readonly rows: number;
  /** Acknowledged: they survive a crash. */
  readonly accepted: number;
  /** Of those accepted: a row at least as new stood already, and stays. */
  readonly kept: number;
  /** Refused by their view, or not taken by the store. */
  readonly rejected: number;
  /** Of those rejected: not taken by the store. They may be pushed again as they are. */
  readonly failed: number;
  /** Good rows not written because of `allOrNothing`. */
  readonly withheld: number;
  /** Values stored as null because their feature says `onInvalid: NULL`. */
  readonly nulled: number;
  /** The first bad rows. */
  readonly reports: readonly RowReport[];
  /** Why the rest was not read: the signal, or a store that is down. */
  readonly stopped: 'SIGNAL' | 'STORE' | null;
  /** Newest event time acknowledged, in ms. */
  readonly newestEventTimeMs: number | null;
  /** Whether the view's source is now known to be this far; FAILED: push again, or it may show as stale. */
  readonly sourceTime: 'RECORDED' | 'FAILED' | 'NONE';
}

/** Enough to see what is wrong with a file; a million copies of it would not help. */
const REPORTS_MAX_DEFAULT = 100;

export interface PushTallyOptions {
  /** Most bad rows kept in the result; all are counted and told to `onRow`. */
  readonly reportsMax?: number | undefined;
  /** Called once per row, when its outcome is known; not in the order of the rows. */
  readonly onRow?: ((outcome: RowOutcome) => void) | undefined;
  /** Called every thousand rows and at the end. */
  readonly onProgress?: ((progress: PushProgress) => void) | undefined;
}

/** What became of the rows so far. */
export class PushTally {
  rows = 0;
  rejected = 0;
  stopped: PushResult['stopped'] = null;
  readonly #options: PushTallyOptions;
  #accepted = 0;
  #kept = 0;
  #failed = 0;
  #withheld = 0;
  #nulled = 0;
  #newestEventTimeMs: number | null = null;
  readonly #reports: RowReport[] = [];
  #heldBack: RowOutcome[] = [];

  constructor(options: PushTallyOptions) {
    this.#options = options;
  }

  reject(
    rowNumber: number,
    entityKey: string | null,
    outcome: RowOutcome['outcome'],
    problems: readonly RowProblem[],
  ): void {
    this.rejected += 1;
    if (outcome === 'FAILED') this.#failed += 1;
    if (this.#reports.length < (this.#options.reportsMax ?? REPORTS_MAX_DEFAULT))
      this.#reports.push({ rowNumber, entityKey, problems });
    this.#options.onRow?.({ rowNumber, entityKey, outcome, problems });
  }

  settle(pending: PendingRow, slot: WriteSlot): void {
    const { rowNumber, row } = pending;
    const { entityKey } = row.write;
    if (isStoreFailure(slot)) {
      this.reject(rowNumber, entityKey, 'FAILED', [storeProblem(slot.failed)]);
      return;
    }
    this.#accepted += 1;
    this.#nulled += row.nulled;
    if (slot.outcome === 'KEPT') this.#kept += 1;
    if (this.#newestEventTimeMs === null || row.eventTimeMs > this.#newestEventTimeMs)
      this.#newestEventTimeMs = row.eventTimeMs;
    this.#options.onRow?.({ rowNumber, entityKey, outcome: slot.outcome, problems: [] });
  }

  /** Outcomes are held only for a caller who wants each row's: his call is bounded, a file's rows are not. */
  withhold(rowNumber: number, entityKey: string): void {
    this.#withheld += 1;
    if (this.#options.onRow !== undefined)
      this.#heldBack.push({ rowNumber, entityKey, outcome: 'WITHHELD', problems: [] });
  }

  tellWithheld(): void {
    for (const outcome of this.#heldBack) this.#options.onRow?.(outcome);
  }

  /** All rows were good: they are counted again as they are written. */
  restart(): void {
    this.rows = 0;
    this.#withheld = 0;
    this.#heldBack = [];
  }

  tell(phase: PushProgress['phase']): void {
    const { rows, rejected } = this;
    this.#options.onProgress?.({ phase, rows, accepted: this.#accepted, rejected });
  }

  result(): PushResult {
    return {
      rows: this.rows,
      accepted: this.#accepted,
      kept: this.#kept,
      rejected: this.rejected,
      failed: this.#failed,
      withheld: this.#withheld,
      nulled: this.#nulled,
      reports: this.#reports,
      stopped: this.stopped,
      newestEventTimeMs: this.#newestEventTimeMs,
      sourceTime: 'NONE',
    };
  }
}
