import { BLOCK_MAX_BYTES } from '../../core/bounds.ts';
import type { Clock } from '../../core/clock.ts';
import { mergeRow, readBlock } from '../block-format.ts';
import type {
  BlockKey,
  BlockRead,
  BlockSlot,
  EraseSlot,
  OnlineStore,
  RowWrite,
  StoreCallOptions,
  StoreFailure,
  WriteSlot,
} from '../online-store.ts';
import { verifySeededRow, viewSeed } from '../row-format.ts';
import { storageKey, storageKeyPrefix, storageKeyWithPrefix } from '../storage-key.ts';
import type { LmdbEnvironment } from './lmdb-environment.ts';

/**
 * The embedded online store: a block is one value, a row is merged into it inside LMDB's write transaction, so
 * that the newest wins also between processes. A write is acknowledged when it is on disk.
 */
export interface LmdbOnlineStoreOptions {
  readonly clock: Clock;
  readonly blockMaxBytes?: number;
}

/** Rows of one transaction: a reader never waits for it, but the next writer does. */
const TRANSACTION_ROWS_MAX = 2000;

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

  async readMany(reads: readonly BlockRead[], options: StoreCallOptions = {}): Promise<BlockSlot[]> {
    const refusal = this.#refusal(options);
    if (refusal !== undefined) return reads.map(() => refusal);
    this.#environment.refresh();
    // Reads of a call mostly share block and views: what depends on those alone is worked out once per run of them.
    const address = new AddressOfReads();
    const slots: BlockSlot[] = new Array(reads.length);
    for (let i = 0; i < reads.length; i += 1) slots[i] = this.#readOne(reads[i] as BlockRead, address);
    return slots;
  }

  #readOne(read: BlockRead, address: AddressOfReads): BlockSlot {
    try {
      address.enter(read);
      const block = this.#environment.rows.getBinary(storageKeyWithPrefix(address.prefix, read.entityKey));
      if (block === undefined) return read.views.map(() => undefined);
      const rows = readBlock(block, read.views);
      for (let i = 0; i < rows.length; i += 1) {
        const row = rows[i];
        if (row !== undefined && !verifySeededRow(address.seeds[i] as number, read.entityKey, row)) {
          return failure('CORRUPT', `a row of ${read.block} ${read.entityKey} does not have its checksum`);
        }
      }
      return rows;
    } catch (error) {
      return failureOf(error);
    }
  }

  async writeMany(writes: readonly RowWrite[], options: StoreCallOptions = {}): Promise<WriteSlot[]> {
    const slots: WriteSlot[] = new Array(writes.length);
    for (let start = 0; start < writes.length; start += TRANSACTION_ROWS_MAX) {
      const end = Math.min(start + TRANSACTION_ROWS_MAX, writes.length);
      const refusal = this.#refusal(options) ?? (await this.#writeChunk(writes, start, end, slots));
      if (refusal !== undefined) slots.fill(refusal, start, end);
    }
    return slots;
  }

  /** @returns the failure of the whole transaction, or `undefined` when each slot has its own outcome. */
  async #writeChunk(
    writes: readonly RowWrite[],
    start: number,
    end: number,
    slots: WriteSlot[],
  ): Promise<StoreFailure | undefined> {
    try {
      await this.#environment.rows.transaction(() => {
        for (let i = start; i < end; i += 1) slots[i] = this.#mergeOne(writes[i] as RowWrite);
      });
      await this.#environment.flushed();
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  }

  #mergeOne(write: RowWrite): WriteSlot {
    const key = keyOf(write);
    if (typeof key !== 'string') return key;
    const { rows } = this.#environment;
    let merged: ReturnType<typeof mergeRow>;
    try {
      merged = mergeRow(rows.getBinary(key), write.view, write.row, this.#blockMaxBytes);
    } catch (error) {
      return failure('CORRUPT', messageOf(error));
    }
    if (merged.outcome === 'TOO_LARGE') {
      return failure(
        'TOO_LARGE',
        `the block would have ${merged.bytes} bytes; at most ${this.#blockMaxBytes} are kept`,
      );
    }
    if (merged.outcome === 'WRITTEN') rows.putSync(key, merged.block);
    return { outcome: merged.outcome };
  }

  async eraseMany(keys: readonly BlockKey[]): Promise<EraseSlot[]> {
    const refusal = this.#refusal({});
    if (refusal !== undefined) return keys.map(() => refusal);
    const slots: EraseSlot[] = [];
    try {
      await this.#environment.rows.transaction(() => {
        for (const blockKey of keys) {
          const key = keyOf(blockKey);
          if (typeof key === 'string') this.#environment.rows.removeSync(key);
          slots.push(typeof key === 'string' ? { outcome: 'ERASED' } : key);
        }
      });
      await this.#environment.flushed();
      return slots;
    } catch (error) {
      const failed = failureOf(error);
      return keys.map(() => failed);
    }
  }

  async check(): Promise<{ ok: boolean; detail: string }> {
    if (this.#closed) return { ok: false, detail: 'closed' };
    try {
      this.#environment.refresh();
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
}

/** What a run of reads of the same block and views shares: the key's prefix and the checksums' seeds. */
class AddressOfReads {
  prefix = '';
  seeds: number[] = [];
  #namespace: string | undefined;
  #block: string | undefined;
  #views: readonly number[] | undefined;

  enter(read: BlockRead): void {
    const sameBlock = read.namespace === this.#namespace && read.block === this.#block;
    if (sameBlock && read.views === this.#views) return;
    if (!sameBlock) this.prefix = storageKeyPrefix(read.namespace, read.block);
    this.seeds = read.views.map((view) => viewSeed(read.namespace, read.block, view));
    this.#namespace = read.namespace;
    this.#block = read.block;
    this.#views = read.views;
  }
}

function keyOf(key: BlockKey): string | StoreFailure {
  try {
    return storageKey(key);
  } catch (error) {
    return failure('UNAVAILABLE', messageOf(error));
  }
}

function failure(failed: StoreFailure['failed'], detail: string): StoreFailure {
  return { failed, detail };
}

function failureOf(error: unknown): StoreFailure {
  const name = error instanceof Error ? error.name : '';
  return failure(
    name === 'BlockCorruptError' || name === 'RowCorruptError' ? 'CORRUPT' : 'UNAVAILABLE',
    messageOf(error),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
