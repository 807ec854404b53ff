import type { Clock } from '../../core/clock.ts';
import type { StoreCallOptions, StoreFailure } from '../online-store.ts';
import { PendingSlots } from '../pending-slots.ts';
import type { RedisConnection, ScriptCall } from './redis-connection.ts';
import { LEASE_SCRIPT, MERGE_SCRIPT, type MergeMode } from './redis-scripts.ts';
import { slotOf } from './redis-slots.ts';

/**
 * Blocks as Redis keeps them: read whole, merged by the script, within the time that a call may take. It does not
 * look into the rows.
 */
export interface BlockMerge {
  readonly key: string;
  /** Which answers are this block's: one per row and in that order. */
  readonly indices: readonly number[];
  /** 0: for ever. */
  readonly lifeMs: number;
  readonly views: readonly number[];
  readonly rows: readonly Uint8Array[];
}

export interface MergeOptions {
  readonly mode: MergeMode;
  /** Who promotes, or will when a row is missing; empty for nobody. */
  readonly token: string;
  readonly blockMaxBytes: number;
}

export type MergeAnswer = number | StoreFailure;
export type ReadAnswer = Buffer | null | StoreFailure;

/** Rows of one script call: at some 13–42 µs each, others wait at most a millisecond or two. */
const MERGE_CHUNK_ROWS = 32;
/** Leases of one script call: each is one SET. */
const LEASE_CHUNK_KEYS = 100;
/** A lease covers one read of the next tier and the promotion after it. */
const LEASE_LIFE_MS = 2000;

export class RedisBlocks {
  readonly #connection: RedisConnection;
  readonly #clock: Clock;
  readonly #commandTimeoutMs: number;

  constructor(connection: RedisConnection, clock: Clock, commandTimeoutMs: number) {
    this.#connection = connection;
    this.#clock = clock;
    this.#commandTimeoutMs = commandTimeoutMs;
  }

  async read(keys: readonly string[], options: StoreCallOptions): Promise<ReadAnswer[]> {
    const refusal = this.#refusal(options);
    if (refusal !== undefined) return keys.map(() => refusal);
    const pending = new PendingSlots<ReadAnswer>(keys.length, this.#timeoutMs(options), this.#late);
    this.#connection.read(keys, (index, answer) => {
      pending.settle(index, answer instanceof Error ? failureOf(answer) : answer);
    });
    return pending.complete;
  }

  /** @returns an answer (`MERGE_ANSWER`) at each index that the merges name: together they name 0 to `count` - 1. */
  async merge(
    merges: readonly BlockMerge[],
    count: number,
    merge: MergeOptions,
    options: StoreCallOptions,
  ): Promise<MergeAnswer[]> {
    const refusal = this.#refusal(options);
    if (refusal !== undefined) return new Array(count).fill(refusal);
    const pending = new PendingSlots<MergeAnswer>(count, this.#timeoutMs(options), this.#late);
    const chunks = this.#inChunks(
      merges,
      ({ key }) => key,
      ({ rows }) => rows.length,
      MERGE_CHUNK_ROWS,
    );
    const calls = chunks.map((chunk) => scriptCall(chunk, merge));
    this.#connection.run(MERGE_SCRIPT, calls, (call, answer) => {
      let at = 0;
      for (const { indices } of chunks[call] as BlockMerge[]) {
        for (const index of indices) {
          pending.settle(index, answer instanceof Error ? failureOf(answer) : mergeAnswerAt(answer, at));
          at += 1;
        }
      }
    });
    return pending.complete;
  }

  /**
   * Asks for the leases of blocks; who did not get one learns it when it promotes.
   * @returns whether all were asked for, in time. A lease that comes later, maybe after others have written and
   *   found none, must not be used.
   */
  async lease(keys: readonly string[], token: string, options: StoreCallOptions): Promise<boolean> {
    if (this.#refusal(options) !== undefined) return false;
    const chunks = this.#inChunks(
      keys,
      (key) => key,
      () => 1,
      LEASE_CHUNK_KEYS,
    );
    const calls = chunks.map((chunk) => ({ keys: chunk.map(leaseKey), args: [token, `${LEASE_LIFE_MS}`] }));
    const pending = new PendingSlots<boolean>(calls.length, this.#timeoutMs(options), () => false);
    this.#connection.run(LEASE_SCRIPT, calls, (call, answer) => {
      pending.settle(call, !(answer instanceof Error));
    });
    return (await pending.complete).every(Boolean);
  }

  /** Removes blocks, and their leases first: what was read before may not be promoted after. */
  async erase(keys: readonly string[]): Promise<(StoreFailure | undefined)[]> {
    const refusal = this.#refusal({});
    if (refusal !== undefined) return keys.map(() => refusal);
    const all = [...keys.map(leaseKey), ...keys];
    const pending = new PendingSlots<StoreFailure | 'ERASED'>(all.length, this.#timeoutMs({}), this.#late);
    this.#connection.erase(all, (index, answer) => {
      pending.settle(index, answer instanceof Error ? failureOf(answer) : 'ERASED');
    });
    const answers = await pending.complete;
    return keys.map((_, index) =>
      [answers[index], answers[keys.length + index]].find((answer) => answer !== 'ERASED'),
    ) as (StoreFailure | undefined)[];
  }

  #inChunks<T>(
    items: readonly T[],
    keyOf: (item: T) => string,
    sizeOf: (item: T) => number,
    chunkMax: number,
  ): T[][] {
    const chunks: T[][] = [];
    const open = new Map<number, { chunk: T[]; size: number }>();
    for (const item of items) {
      const slot = this.#connection.isCluster ? slotOf(keyOf(item)) : 0;
      let last = open.get(slot);
      if (last === undefined || last.size + sizeOf(item) > chunkMax) {
        last = { chunk: [], size: 0 };
        open.set(slot, last);
        chunks.push(last.chunk);
      }
      last.chunk.push(item);
      last.size += sizeOf(item);
    }
    return chunks;
  }

  #timeoutMs({ deadlineAtMs }: StoreCallOptions): number {
    if (deadlineAtMs === undefined) return this.#commandTimeoutMs;
    return Math.min(this.#commandTimeoutMs, deadlineAtMs - this.#clock.monotonicMs());
  }

  #refusal(options: StoreCallOptions): StoreFailure | undefined {
    if (this.#timeoutMs(options) <= 0) {
      return { failed: 'TIMEOUT', detail: 'the deadline had passed before Redis was asked' };
    }
    const detail = this.#connection.refusal();
    return detail === undefined ? undefined : { failed: 'UNAVAILABLE', detail };
  }

  readonly #late = (): StoreFailure => ({ failed: 'TIMEOUT', detail: 'Redis did not answer in time' });
}

/** In the block's slot, and no block's key: those begin with a number. */
function leaseKey(key: string): string {
  return `L${key}`;
}

function scriptCall(chunk: readonly BlockMerge[], { mode, token, blockMaxBytes }: MergeOptions): ScriptCall {
  const args: (string | Buffer)[] = [`${blockMaxBytes}`, mode, token, `${LEASE_LIFE_MS}`];
  for (const { views, rows, lifeMs } of chunk) {
    args.push(`${Math.round(lifeMs)}`, `${rows.length}`);
    for (let i = 0; i < rows.length; i += 1) {
      const view = Buffer.allocUnsafe(4);
      view.writeUInt32BE(views[i] as number);
      args.push(view, asBuffer(rows[i] as Uint8Array));
    }
  }
  const keys = chunk.map(({ key }) => key);
  return { keys: mode === 'WRITE' ? keys : keys.flatMap((key) => [key, leaseKey(key)]), args };
}

function mergeAnswerAt(answers: unknown, at: number): MergeAnswer {
  const answer = Array.isArray(answers) ? answers[at] : undefined;
  if (typeof answer === 'number') return answer;
  return { failed: 'UNAVAILABLE', detail: 'the merge script answered something else than numbers' };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What an error of the server or of the way to it means for the key that it came for. */
function failureOf(error: Error): StoreFailure {
  const { message } = error;
  if (message.startsWith('WRONGTYPE')) return { failed: 'CORRUPT', detail: message };
  // A block whose slot is being moved stands beside no lease: no script reaches both until that has ended.
  return {
    failed: /^(?:OOM|TRYAGAIN|Too many Cluster redirections)\b/.test(message) ? 'FULL' : 'UNAVAILABLE',
    detail: message,
  };
}
