import type { Clock } from '../../core/clock.ts';
import type { HotStore } from '../hot-store.ts';
import type { OnlineStore, StoreFailure, StoreHealth } from '../online-store.ts';
import { MemoryTier } from './memory-tier.ts';
import { Promoter } from './promoter.ts';
import { RecentWrites } from './recent-writes.ts';
import { RepairLog, type RepairLogOptions } from './repair-log.ts';
import { Repairs } from './repairs.ts';
import { StoreBreaker } from './store-breaker.ts';
import { NO_TIER_METRICS, type TierMetrics } from './tier-metrics.ts';
import { completeTierLimits, type HotMode, type TierLimits } from './tier-options.ts';
import { TierReader } from './tier-reader.ts';
import { TierStores } from './tier-stores.ts';
import { TierWriter } from './tier-writer.ts';

/**
 * Memory, hot and warm behind the seam of one online store. Warm is the truth; what the other two hold is a
 * part of it, for a bounded time.
 */
export interface TieredStoreOptions {
  readonly warm: OnlineStore;
  /** Without it, memory stands before warm alone. */
  readonly hot?: HotStore;
  /** Where to remember what hot missed; needed where there is a hot tier. */
  readonly repairLog?: RepairLogOptions;
  readonly limits?: Partial<TierLimits>;
  readonly clock: Clock;
  /** Unique in all processes over the same stores; names the holders of leases. */
  readonly processId: string;
  /** Default: every view comes into hot when it is written. */
  readonly hotModeOf?: (block: string, view: number) => HotMode;
  /** Shared with other uses of the same store. */
  readonly warmBreaker?: StoreBreaker;
  readonly hotBreaker?: StoreBreaker;
  readonly metrics?: TierMetrics;
  /** What goes wrong in the background. */
  readonly onError?: (error: unknown) => void;
  /** Pause between two rounds of repairs, in ms. */
  readonly repairEveryMs?: number;
}

const CLOSED: StoreFailure = { failed: 'UNAVAILABLE', detail: 'the store is closed' };

/**
 * Takes over what ended processes left to repair, then serves. The stores under it are closed by their opener.
 * @throws {TypeError} when there is a hot tier and no repair log. @throws {RangeError} for an impossible limit.
 */
export async function openTieredStore(options: TieredStoreOptions): Promise<TieredStore> {
  const store = new TieredStore(options);
  await store.start();
  return store;
}

export class TieredStore implements OnlineStore {
  readonly #stores: TierStores;
  readonly #reader: TierReader;
  readonly #writer: TierWriter;
  readonly #repairs: Repairs | null;
  #isClosed = false;
  #calls = 0;

  constructor(options: TieredStoreOptions) {
    const { warm, clock, hot = null, metrics = NO_TIER_METRICS } = options;
    const limits = completeTierLimits(options.limits ?? {});
    const stores = new TierStores({
      warm,
      hot,
      clock,
      limits,
      warmBreaker: options.warmBreaker ?? new StoreBreaker(),
      hotBreaker: options.hotBreaker ?? new StoreBreaker(),
    });
    const promoter = new Promoter({ stores, limits, clock, metrics });
    const repairs = hot === null ? null : createRepairs(options, stores);
    const recent = new RecentWrites(clock);
    hot?.onLoss(() => repairs?.doubt(recent.list()));
    const createToken = (): string => {
      this.#calls += 1;
      return `${options.processId}:${this.#calls}`;
    };
    const memory =
      limits.memoryMaxAgeMs === 0 || limits.memoryMaxBytes === 0
        ? null
        : new MemoryTier(clock, limits.memoryMaxAgeMs, limits.memoryMaxBytes);
    const shared = { stores, promoter, repairs, createToken };
    const reader = new TierReader({ ...shared, memory, limits, clock, metrics });
    this.#writer = new TierWriter({
      ...shared,
      recent,
      hotModeOf: options.hotModeOf ?? (() => 'ON_WRITE'),
      onChanged: (key) => reader.outdate(key),
    });
    this.#stores = stores;
    this.#reader = reader;
    this.#repairs = repairs;
  }

  async start(): Promise<void> {
    await this.#repairs?.start();
  }

  /** Blocks that hot is known to be behind in. */
  get repairsPending(): number {
    return this.#repairs?.count ?? 0;
  }

  /** Tries to repair what is pending, now. */
  async repair(): Promise<void> {
    await this.#repairs?.runOnce();
  }

  readonly readMany: OnlineStore['readMany'] = (reads, options = {}) => {
    if (this.#isClosed) return Promise.resolve(reads.map(() => CLOSED));
    return this.#reader.readMany(reads, options);
  };

  readonly writeMany: OnlineStore['writeMany'] = async (writes, options = {}) => {
    if (this.#isClosed) return writes.map(() => CLOSED);
    return this.#writer.writeMany(writes, options);
  };

  readonly eraseMany: OnlineStore['eraseMany'] = async (keys) => {
    if (this.#isClosed) return keys.map(() => CLOSED);
    return this.#writer.eraseMany(keys);
  };

  async check(): Promise<StoreHealth> {
    if (this.#isClosed) return { ok: false, detail: 'closed' };
    const { ok, detail } = await this.#stores.check();
    return {
      ok,
      detail: this.repairsPending === 0 ? detail : `${detail}; ${this.repairsPending} repairs pending`,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#repairs?.close();
  }
}

function createRepairs(options: TieredStoreOptions, stores: TierStores): Repairs {
  const { repairLog, metrics } = options;
  if (repairLog === undefined) {
    throw new TypeError('Expected a repair log beside a hot tier, got none: give its folder.');
  }
  return new Repairs({
    stores,
    log: new RepairLog(repairLog),
    onError: options.onError ?? (() => {}),
    onPending: (count) => metrics?.setRepairsPending(count),
    ...(options.repairEveryMs === undefined ? {} : { everyMs: options.repairEveryMs }),
  });
}
