import { BLOCK_MAX_BYTES } from '../../core/bounds.ts';
import type { Clock } from '../../core/clock.ts';
import { readVerifiedBlock } from '../block-format.ts';
import { lacksRow } from '../block-rows.ts';
import type { BlockPromotion, HotCallOptions, HotSlot } from '../hot-store.ts';
import {
  type BlockKey,
  type BlockRead,
  type BlockSlot,
  type EraseSlot,
  isStoreFailure,
  type RowWrite,
  type StoreFailure,
} from '../online-store.ts';
import { ReadAddress } from '../read-address.ts';
import { ORDER_KEY_END } from '../row-format.ts';
import { storageKey, storageKeyWithPrefix } from '../storage-key.ts';
import { type BlockMerge, type MergeAnswer, type ReadAnswer, RedisBlocks } from './redis-blocks.ts';
import type { RedisConnection } from './redis-connection.ts';
import { MERGE_ANSWER, type MergeMode } from './redis-scripts.ts';

/** Rows by their addresses over blocks by their keys: what the online store and the hot tier of Redis share. */
export interface RedisRowsOptions {
  readonly clock: Clock;
  /** From 0 to below 1; spreads expiries. */
  readonly random: () => number;
  /** Longest that a call may take, whatever its deadline is. */
  readonly commandTimeoutMs: number;
  readonly blockMaxBytes?: number;
  /** How long a block lives after it was written or promoted; for ever when not given. */
  readonly lifeMs?: number;
}

export type RowOutcome = { readonly outcome: 'WRITTEN' | 'KEPT' | 'MISSING' | 'DROPPED' } | StoreFailure;

/** Lives are shortened by up to this part, so that what was written together does not expire together. */
const LIFE_JITTER = 0.1;

export class RedisRows {
  readonly #blocks: RedisBlocks;
  readonly #random: () => number;
  readonly #blockMaxBytes: number;
  readonly #lifeMs: number;

  constructor(connection: RedisConnection, options: RedisRowsOptions) {
    connection.serves('ROWS');
    this.#blocks = new RedisBlocks(connection, options.clock, options.commandTimeoutMs);
    this.#random = options.random;
    this.#blockMaxBytes = options.blockMaxBytes ?? BLOCK_MAX_BYTES;
    this.#lifeMs = options.lifeMs ?? 0;
  }

  /** @param options with a token: asks for the leases of blocks that lack a row that was wanted. */
  async read(reads: readonly BlockRead[], options: HotCallOptions): Promise<HotSlot[]> {
    const address = new ReadAddress();
    const slots: HotSlot[] = new Array(reads.length);
    const keys: string[] = [];
    // Where the key at the same place of `keys` belongs; `null` while all are good, and so at their own.
    let places: number[] | null = null;
    for (let i = 0; i < reads.length; i += 1) {
      const read = reads[i] as BlockRead;
      try {
        address.enter(read);
        keys.push(storageKeyWithPrefix(address.prefix, read.entityKey));
        places?.push(i);
      } catch (error) {
        slots[i] = notAKey(error);
        places ??= keys.map((_, at) => at);
      }
    }
    const answers = await this.#blocks.read(keys, options);
    let lacking: string[] | null = null;
    for (let at = 0; at < keys.length; at += 1) {
      const place = places === null ? at : (places[at] as number);
      const slot = this.#slotOf(answers[at] as ReadAnswer, reads[place] as BlockRead, address);
      slots[place] = slot;
      if (options.token === undefined || !isLacking(slot)) continue;
      lacking ??= [];
      lacking.push(keys[at] as string);
    }
    if (lacking !== null && !(await this.#blocks.lease(lacking, options.token as string, options))) {
      for (let i = 0; i < slots.length; i += 1) if (isLacking(slots[i] as HotSlot)) slots[i] = 'UNLEASED';
    }
    return slots;
  }

  #slotOf(answer: ReadAnswer, read: BlockRead, address: ReadAddress): HotSlot {
    if (answer === null) return 'MISSING';
    return Buffer.isBuffer(answer) ? this.#rowsOf(answer, read, address) : answer;
  }

  #rowsOf(block: Buffer, read: BlockRead, address: ReadAddress): BlockSlot {
    try {
      address.enter(read);
      const rows = readVerifiedBlock(block, read.views, address.seeds, read.entityKey);
      if (rows !== undefined) return rows;
      return { failed: 'CORRUPT', detail: `a row of ${read.block} ${read.entityKey} fails its checksum` };
    } catch (error) {
      return { failed: 'CORRUPT', detail: (error as Error).message };
    }
  }

  async write(writes: readonly RowWrite[], mode: MergeMode, options: HotCallOptions): Promise<RowOutcome[]> {
    const slots: RowOutcome[] = new Array(writes.length);
    const merges = new Map<string, Mutable<BlockMerge>>();
    const good: number[] = [];
    for (let i = 0; i < writes.length; i += 1) {
      const write = writes[i] as RowWrite;
      const key = keyOf(write);
      if (typeof key !== 'string') slots[i] = key;
      else if (write.row.length < ORDER_KEY_END)
        slots[i] = { failed: 'CORRUPT', detail: 'the row is cut short' };
      else {
        let merge = merges.get(key);
        if (merge === undefined) {
          merge = { key, lifeMs: this.#jittered(this.#lifeMs), indices: [], views: [], rows: [] };
          merges.set(key, merge);
        }
        merge.indices.push(good.length);
        merge.views.push(write.view);
        merge.rows.push(write.row);
        good.push(i);
      }
    }
    const answers = await this.#merge([...merges.values()], good.length, mode, options);
    good.forEach((index, at) => {
      slots[index] = this.#outcome(answers[at] as MergeAnswer);
    });
    return slots;
  }

  /** @returns what happened to each block: WRITTEN when any of its rows was. */
  async promote(promotions: readonly BlockPromotion[], options: HotCallOptions): Promise<RowOutcome[]> {
    const slots: RowOutcome[] = new Array(promotions.length);
    const merges: BlockMerge[] = [];
    const owners: number[] = [];
    for (let i = 0; i < promotions.length; i += 1) {
      const { views, rows, ...promotion } = promotions[i] as BlockPromotion;
      const key = keyOf(promotion);
      if (typeof key !== 'string') {
        slots[i] = key;
        continue;
      }
      const indices: number[] = [];
      for (let row = 0; row < rows.length; row += 1) indices.push(owners.push(i) - 1);
      merges.push({ key, views, rows, indices, lifeMs: this.#jittered(promotion.lifeMs ?? this.#lifeMs) });
    }
    const answers = await this.#merge(merges, owners.length, 'PROMOTE', options);
    owners.forEach((owner, at) => {
      const outcome = this.#outcome(answers[at] as MergeAnswer);
      const before = slots[owner];
      if (
        before === undefined ||
        'failed' in outcome ||
        (!('failed' in before) && before.outcome === 'KEPT')
      ) {
        slots[owner] = outcome;
      }
    });
    return slots;
  }

  async erase(keys: readonly BlockKey[]): Promise<EraseSlot[]> {
    const stored = keys.map(keyOf);
    const failures = (await this.#blocks.erase(stored.filter((key) => typeof key === 'string'))).values();
    return stored.map((key): EraseSlot => {
      if (typeof key !== 'string') return key;
      return failures.next().value ?? { outcome: 'ERASED' };
    });
  }

  #merge(
    merges: readonly BlockMerge[],
    count: number,
    mode: MergeMode,
    options: HotCallOptions,
  ): Promise<MergeAnswer[]> {
    const merge = { mode, token: options.token ?? '', blockMaxBytes: this.#blockMaxBytes };
    return this.#blocks.merge(merges, count, merge, options);
  }

  #outcome(answer: MergeAnswer): RowOutcome {
    if (typeof answer !== 'number') return answer;
    switch (answer) {
      case MERGE_ANSWER.written:
      case MERGE_ANSWER.writtenInConflict:
        return { outcome: 'WRITTEN' };
      case MERGE_ANSWER.kept:
      case MERGE_ANSWER.keptInConflict:
        return { outcome: 'KEPT' };
      case MERGE_ANSWER.rowMissing:
        return { outcome: 'MISSING' };
      case MERGE_ANSWER.notLeased:
        return { outcome: 'DROPPED' };
      case MERGE_ANSWER.tooLarge:
        return { failed: 'TOO_LARGE', detail: `the block would have more than ${this.#blockMaxBytes} bytes` };
      default:
        return { failed: 'CORRUPT', detail: 'what stands under the key is not a block' };
    }
  }

  #jittered(lifeMs: number): number {
    return lifeMs * (1 - LIFE_JITTER * this.#random());
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

function isLacking(slot: HotSlot): boolean {
  return typeof slot === 'string' || (!isStoreFailure(slot) && lacksRow(slot));
}

function keyOf(key: BlockKey): string | StoreFailure {
  try {
    return storageKey(key);
  } catch (error) {
    return notAKey(error);
  }
}

function notAKey(error: unknown): StoreFailure {
  return { failed: 'UNAVAILABLE', detail: (error as Error).message };
}
