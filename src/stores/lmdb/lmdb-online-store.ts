/**
 * The embedded online store: a block is one value, a row is merged into it inside LMDB's write transaction, so
 * that the newest wins also between processes. A write is acknowledged when it is on disk.
 */
import { BLOCK_MAX_BYTES } from '../../core/bounds.ts';
import type { Clock } from '../../core/clock.ts';
import { BlockCorruptError, mergeRow, readBlock } from '../block-format.ts';
import { noRows } from '../block-rows.ts';
import type {
  BlockKey,
  BlockRead,
  BlockSlot,
  EraseSlot,
  OnlineStore,
  RowWrite,
  StoreCallOptions,
  StoreFailure,
  StoreHealth,
  WriteSlot,
} from '../online-store.ts';
import { ReadAddress } from '../read-address.ts';
import { verifyRow } from '../row-format.ts';
import { storageKey, storageKeyWithPrefix } from '../storage-key.ts';
import type { LmdbEnvironment } from './lmdb-environment.ts';
import { KEY_MAX_BYTES, TRANSACTION_ROWS_MAX } from './lmdb-options.ts';
import { endOfBlock, sealBlock } from './lmdb-values.ts';

export interface LmdbOnlineStoreOptions {
  readonly clock: Clock;
  readonly blockMaxBytes?: number;
}

export function createLmdbOnlineStore(
  environment: LmdbEnvironment,
  options: LmdbOnlineStoreOptions,
): OnlineStore {
  return new LmdbOnlineStore(environment, options);
}

class LmdbOnlineStore implements OnlineStore {
  readonly #environment: LmdbEnvironment;
  readonly #clock: Clock;
  readonly #blockMaxBytes: number;
  #closed = false;

  constructor(environment: LmdbEnvironment, options: LmdbOnlineStoreOptions) {
    this.#environment = environment;
    this.#clock = options.clock;
    this.#blockMaxBytes = options.blockMaxBytes ?? BLOCK_MAX_BYTES;
  }

  /** Reading is synchronous in LMDB and takes a microsecond a key; the promise is the seam's. */
  async readMany(reads: readonly BlockRead[], options: StoreCallOptions = {}): Promise<BlockSlot[]> {
    const refusal = this.#refusal(options) ?? this.#refreshed();
    if (refusal !== undefined) return reads.map(() => refusal);
    const address = new ReadAddress();
    const slots: BlockSlot[] = new Array(reads.length);
    for (let i = 0; i < reads.length; i += 1) slots[i] = this.#readOne(reads[i] as BlockRead, address);
    return slots;
  }

  #readOne(read: BlockRead, address: ReadAddress): BlockSlot {
    const { entityKey, views } = read;
    try {
      address.enter(read);
      const key = storageKeyWithPrefix(address.prefix, entityKey);
      if (key.length > KEY_MAX_BYTES) return keyTooLong(key);
      const standing = this.#environment.rows.getBinaryFast(key);
      if (standing === undefined) return noRows(views);
      const value = copyOf(standing);
      const end = endOfBlock(key, read, value);
      return end < 0 ? damaged(read) : readBlock(value, views, end);
    } catch (error) {
      // A damaged page spoils LMDB's read transaction; the neighbours get a new one.
      this.#refreshed();
      return failureOf(error);
    }
  }

  async writeMany(writes: readonly RowWrite[], options: StoreCallOptions = {}): Promise<WriteSlot[]> {
    const slots: WriteSlot[] = new Array(writes.length);
    for (let start = 0; start < writes.length; start += TRANSACTION_ROWS_MAX) {
      const end = Math.min(start + TRANSACTION_ROWS_MAX, writes.length);
      const refusal = this.#refusal(options) ?? (await this.#writeInTime(writes, start, end, slots, options));
      if (refusal !== undefined) slots.fill(refusal, start, end);
    }
    return slots;
  }

  /** Another process may hold LMDB's one write lock for long. What is late may still be written. */
  async #writeInTime(
    writes: readonly RowWrite[],
    start: number,
    end: number,
    slots: WriteSlot[],
    { deadlineAtMs }: StoreCallOptions,
  ): Promise<StoreFailure | undefined> {
    // The outcomes go to a list of their own: a late transaction must not change slots that were answered.
    const outcomes: WriteSlot[] = [];
    const written = this.#writeChunk(writes, start, end, outcomes);
    let refusal: StoreFailure | undefined;
    if (deadlineAtMs === undefined) {
      refusal = await written;
    } else {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<StoreFailure>((resolve) => {
        const leftMs = deadlineAtMs - this.#clock.monotonicMs();
        timer = setTimeout(resolve, leftMs, failure('TIMEOUT', 'the rows were not on disk by the deadline'));
      });
      refusal = await Promise.race([written, late]);
      clearTimeout(timer);
    }
    if (refusal === undefined)
      for (let i = start; i < end; i += 1) slots[i] = outcomes[i - start] as WriteSlot;
    return refusal;
  }

  /** @returns the failure of the whole transaction, or `undefined` when each row has its own outcome. */
  async #writeChunk(
    writes: readonly RowWrite[],
    start: number,
    end: number,
    outcomes: WriteSlot[],
  ): Promise<StoreFailure | undefined> {
    try {
      await this.#environment.commit(() => {
        for (let i = start; i < end; i += 1) outcomes.push(this.#mergeOne(writes[i] as RowWrite));
      });
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  }

  #mergeOne(write: RowWrite): WriteSlot {
    const key = keyOf(write);
    if (typeof key !== 'string') return key;
    if (!verifyRow(write, write.row)) {
      return failure('CORRUPT', 'the row given is not whole, or not of this address; nothing was written');
    }
    try {
      const standing = this.#environment.rows.getBinaryFast(key);
      const value = standing?.subarray(0, standing.length) as Buffer | undefined;
      const end = value === undefined ? 0 : endOfBlock(key, write, value);
      // A damaged row has no order key that could be trusted, so nothing is merged beside it.
      if (end < 0) return damaged(write);
      const block = value?.subarray(0, end);
      const merged = mergeRow(block, write.view, write.row, this.#blockMaxBytes);
      if (merged.outcome === 'TOO_LARGE') {
        return failure(
          'TOO_LARGE',
          `the block would have ${merged.bytes} bytes; at most ${this.#blockMaxBytes} are kept`,
        );
      }
      if (merged.outcome === 'WRITTEN') this.#environment.rows.putSync(key, sealBlock(key, merged.block));
      return { outcome: merged.outcome };
    } catch (error) {
      return failureOf(error);
    }
  }

  async eraseMany(keys: readonly BlockKey[]): Promise<EraseSlot[]> {
    const slots: EraseSlot[] = [];
    let refusal = this.#refusal({});
    try {
      if (refusal === undefined && keys.length > 0) {
        await this.#environment.commit(() => {
          for (const blockKey of keys) slots.push(this.#eraseOne(blockKey));
        });
      }
    } catch (error) {
      refusal = failureOf(error);
    }
    return refusal === undefined ? slots : keys.map(() => refusal);
  }

  #eraseOne(blockKey: BlockKey): EraseSlot {
    const key = keyOf(blockKey);
    if (typeof key !== 'string') return key;
    this.#environment.rows.removeSync(key);
    return { outcome: 'ERASED' };
  }

  async check(): Promise<StoreHealth> {
    const refusal = this.#refusal({}) ?? this.#refreshed();
    if (refusal !== undefined) return { ok: false, detail: refusal.detail };
    try {
      this.#environment.rows.doesExist('check');
      return { ok: true, detail: 'readable' };
    } catch (error) {
      return { ok: false, detail: messageOf(error) };
    }
  }

  /** The environment is its owner's: other stores may still use it. */
  async close(): Promise<void> {
    this.#closed = true;
  }

  #refusal({ deadlineAtMs }: StoreCallOptions): StoreFailure | undefined {
    if (this.#closed) return failure('UNAVAILABLE', 'the store is closed');
    if (deadlineAtMs !== undefined && this.#clock.monotonicMs() >= deadlineAtMs) {
      return failure('TIMEOUT', 'the deadline had passed before the store was asked');
    }
    return undefined;
  }

  #refreshed(): StoreFailure | undefined {
    try {
      this.#environment.refresh();
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  }
}

/** LMDB reads into one buffer again and again; its `length` is the value's, its memory is larger. */
function copyOf(standing: Buffer): Buffer {
  const { length } = standing;
  const copy = Buffer.allocUnsafe(length);
  Buffer.prototype.copy.call(standing, copy, 0, 0, length);
  return copy;
}

function keyOf(key: BlockKey): string | StoreFailure {
  try {
    const stored = storageKey(key);
    return stored.length > KEY_MAX_BYTES ? keyTooLong(stored) : stored;
  } catch (error) {
    return failureOf(error);
  }
}

function keyTooLong(key: string): StoreFailure {
  return failure('TOO_LARGE', `the key takes ${key.length} bytes; at most ${KEY_MAX_BYTES} are kept`);
}

function damaged({ block, entityKey }: BlockKey): StoreFailure {
  return failure(
    'CORRUPT',
    `a row of ${block} ${entityKey} does not have its checksum; erase the key and push its rows again`,
  );
}

function failure(failed: StoreFailure['failed'], detail: string): StoreFailure {
  return { failed, detail };
}

function failureOf(error: unknown): StoreFailure {
  const message = messageOf(error);
  // LMDB tells damage of its own pages by MDB_CORRUPTED, MDB_PAGE_NOTFOUND and the like.
  const isDamage = error instanceof BlockCorruptError || /MDB_(CORRUPTED|PAGE_NOTFOUND|PANIC)/.test(message);
  return failure(isDamage ? 'CORRUPT' : 'UNAVAILABLE', message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
