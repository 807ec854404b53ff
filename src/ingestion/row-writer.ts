import { setTimeout } from 'node:timers/promises';
import type { ErrorCode } from '../core/errors.ts';
import {
  isStoreFailure,
  type OnlineStore,
  type RowWrite,
  type StoreFailureReason,
  type WriteSlot,
} from '../stores/online-store.ts';
import type { TakenRow } from './row-parser.ts';
import { type RowProblem, rowProblem } from './row-problem.ts';

/**
 * Hands rows to the store in batches and tells what became of each. One batch is written while the next one is
 * read; there are never more than two in memory.
 */
export interface PendingRow {
  readonly rowNumber: number;
  readonly row: TakenRow;
}

export interface RowWriterOptions {
  readonly store: OnlineStore;
  /** `clock.monotonicMs()` by which the store must have answered; none for files. */
  readonly deadlineAtMs: number | undefined;
  /** Called once a row is safe, or has failed. */
  readonly onSettled: (pending: PendingRow, slot: WriteSlot) => void;
}

/** Rows of a batch: enough to share one sync of the disk, few enough to be parsed within some 10 ms. */
const BATCH_ROWS_MAX = 1000;
/** Bytes of a batch, for views with large rows. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** A store that refused this many batches whole, one after the other, is down: the rest would only wait for it. */
const DEAD_BATCHES_MAX = 3;
/** How often rows that a store did not take are handed to it, and after which pauses where it took nothing at all. */
const ATTEMPTS_MAX = 10;
const PAUSES_MS = [200, 400, 800, 1600];

export class RowWriter {
  readonly #options: RowWriterOptions;
  #batch: PendingRow[] = [];
  #batchBytes = 0;
  #inFlight: Promise<void> = Promise.resolve();
  #error: unknown;
  #deadBatches = 0;

  constructor(options: RowWriterOptions) {
    this.#options = options;
  }

  get storeIsDown(): boolean {
    return this.#deadBatches >= DEAD_BATCHES_MAX;
  }

  /** @returns a promise when the caller must wait before it goes on. */
  add(pending: PendingRow): Promise<void> | undefined {
    this.#batch.push(pending);
    this.#batchBytes += pending.row.write.row.length;
    if (this.#batch.length < BATCH_ROWS_MAX && this.#batchBytes < BATCH_BYTES_MAX) return undefined;
    return this.#startBatch();
  }

  /** Resolves when every row added is settled. @throws what the store threw: it never does for a row's sake. */
  async finish(): Promise<void> {
    if (this.#batch.length > 0) await this.#startBatch();
    await this.#settled();
  }

  async #startBatch(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    await this.#settled();
    this.#inFlight = this.#write(batch).catch((error: unknown) => {
      this.#error = error;
    });
  }

  async #settled(): Promise<void> {
    await this.#inFlight;
    if (this.#error !== undefined) throw this.#error;
  }

  /** A file can wait for a store that is slow or away for a moment; a call with a deadline has waited already. */
  async #write(batch: readonly PendingRow[]): Promise<void> {
    const isCall = this.#options.deadlineAtMs !== undefined;
    let left = batch;
    let inVain = 0;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      // A store that has let a whole batch wait in vain is not waited for again.
      const isLast =
        isCall || this.#deadBatches > 0 || attempt === ATTEMPTS_MAX || inVain === PAUSES_MS.length;
      const before = left.length;
      left = await this.#attempt(left, isLast);
      inVain = left.length === before ? inVain + 1 : 0;
      if (left.length > 0 && inVain > 0) await setTimeout(PAUSES_MS[inVain - 1]);
    }
  }

  /** @returns the rows to hand over again: none when it is the last attempt. */
  async #attempt(batch: readonly PendingRow[], isLast: boolean): Promise<readonly PendingRow[]> {
    const { store, deadlineAtMs, onSettled } = this.#options;
    const writes: RowWrite[] = batch.map(({ row }) => row.write);
    const slots = await store.writeMany(writes, deadlineAtMs === undefined ? {} : { deadlineAtMs });
    const missed = slots.filter(isMissed).length;
    if (missed < batch.length) this.#deadBatches = 0;
    else if (isLast) this.#deadBatches += 1;
    const left: PendingRow[] = [];
    for (let i = 0; i < batch.length; i += 1) {
      const [pending, slot] = [batch[i] as PendingRow, slots[i] as WriteSlot];
      if (!isLast && isMissed(slot)) left.push(pending);
      else onSettled(pending, slot);
    }
    return left;
  }
}

/** Another time the store may take it. */
function isMissed(slot: WriteSlot): boolean {
  return isStoreFailure(slot) && (slot.failed === 'TIMEOUT' || slot.failed === 'UNAVAILABLE');
}

const FAILURE_CODES: Readonly<Record<StoreFailureReason, ErrorCode>> = {
  TIMEOUT: 'STORE_TIMEOUT',
  UNAVAILABLE: 'STORE_UNAVAILABLE',
  CORRUPT: 'STORE_UNAVAILABLE',
  FULL: 'STORE_UNAVAILABLE',
  TOO_LARGE: 'BLOCK_TOO_LARGE',
};

const RECEIVED: Readonly<Partial<Record<StoreFailureReason, string>>> = {
  TIMEOUT: 'no answer in time',
  FULL: 'that it has no room',
};

export const STORE_TOOK_NONE =
  'The store took none of the rows. Send them again: writing twice does no harm.';

export function storeProblem(reason: StoreFailureReason): RowProblem {
  if (reason === 'TOO_LARGE')
    return rowProblem(
      'BLOCK_TOO_LARGE',
      null,
      "a row that fits its entity's block",
      'one too large beside the rows that stand there',
      'Move the view to a block of its own by @view(block:).',
    );
  const received = RECEIVED[reason] ?? 'a failure';
  const mend = 'Push the row again: writing twice does no harm.';
  return rowProblem(FAILURE_CODES[reason], null, 'the store to take the row', received, mend);
}
