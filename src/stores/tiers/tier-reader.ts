import { DEADLINE_MAX_MS } from '../../core/bounds.ts';
import type { Clock } from '../../core/clock.ts';
import type { HotSlot } from '../hot-store.ts';
import {
  type BlockKey,
  type BlockRead,
  type BlockRows,
  type BlockSlot,
  isStoreFailure,
  type StoreCallOptions,
  type StoreFailure,
} from '../online-store.ts';
import { PendingSlots } from '../pending-slots.ts';
import { storageKeyPrefix, storageKeyWithPrefix } from '../storage-key.ts';
import { isAbsence, isFreshAbsence } from './absence.ts';
import { Flight, Flights } from './flights.ts';
import type { MemoryTier } from './memory-tier.ts';
import type { FoundRows, Promoter } from './promoter.ts';
import type { Repairs } from './repairs.ts';
import type { TierMetrics, TierResult } from './tier-metrics.ts';
import type { TierLimits } from './tier-options.ts';
import type { TierStores } from './tier-stores.ts';

/**
 * Reading through the tiers: memory, then hot, then warm, each asked once for a whole batch, and only for what the
 * one before did not have. What warm says goes back to hot beside the answer, not before it.
 */
export interface TierReaderParts {
  readonly stores: TierStores;
  /** `null`: rows are not kept in memory. */
  readonly memory: MemoryTier | null;
  readonly promoter: Promoter;
  readonly repairs: Repairs | null;
  readonly limits: TierLimits;
  readonly clock: Clock;
  readonly metrics: TierMetrics;
  /** Names one read of the hot tier as holder of its leases; never the same twice, in whichever process. */
  readonly createToken: () => string;
}

/** A flight on its way to warm, with what hot had. */
interface WarmLeg {
  readonly flight: Flight;
  readonly views: readonly number[];
  /** Rows by the flight's views; those in `missing` are asked of warm. */
  readonly rows: (Uint8Array | undefined)[];
  readonly missing: readonly number[];
  /** What hot may be given: rows that it lacks, by its lease; rows newer than those it has; nothing. */
  readonly gives: 'ROWS' | 'NEWER_ROWS' | 'NOTHING';
}

const LATE: StoreFailure = { failed: 'TIMEOUT', detail: 'no tier answered in time' };

export class TierReader {
  readonly #parts: TierReaderParts;
  readonly #flights = new Flights();
  readonly #bypassing = new Flights();
  readonly #atQuorum = new Flights();

  constructor(parts: TierReaderParts) {
    this.#parts = parts;
  }

  readMany(reads: readonly BlockRead[], options: StoreCallOptions): Promise<BlockSlot[]> {
    const { clock, memory, metrics } = this.#parts;
    const nowMs = clock.monotonicMs();
    const deadlineAtMs = options.deadlineAtMs ?? Number.POSITIVE_INFINITY;
    if (deadlineAtMs <= nowMs) return Promise.resolve(reads.map(() => LATE));
    const waiter = new PendingSlots<BlockSlot>(
      reads.length,
      Math.min(deadlineAtMs - nowMs, DEADLINE_MAX_MS),
      () => LATE,
    );
    const isPlain = options.bypassCaches !== true && options.quorum !== true;
    const flights = this.#flightsOf(options);
    const started: Flight[] = [];
    const addresses = new KeyOfReads();
    let [hits, stale, shared] = [0, 0, 0];
    for (let i = 0; i < reads.length; i += 1) {
      const read = reads[i] as BlockRead;
      const key = addresses.keyOf(read);
      if (typeof key !== 'string') {
        waiter.settle(i, key);
        continue;
      }
      const held = isPlain && memory !== null && !this.#isBehind(key) ? memory.read(key, read.views) : 'MISS';
      if (typeof held !== 'string') {
        hits += 1;
        waiter.settle(i, held);
        continue;
      }
      if (held === 'STALE') stale += 1;
      let flight = flights.find(key, read.views);
      if (flight === undefined) {
        flight = new Flight(key, read, nowMs);
        flights.add(flight);
        started.push(flight);
      } else shared += 1;
      flight.join(waiter, i, deadlineAtMs);
    }
    if (isPlain && memory !== null) {
      metrics.countReads('memory', 'hit', hits);
      metrics.countReads('memory', 'stale', stale);
      metrics.countReads('memory', 'miss', reads.length - hits - stale);
    }
    metrics.countShared(shared);
    if (started.length > 0) void this.#fly(started, flights, options);
    return waiter.complete;
  }

  /** The block was written or erased: nobody who asks from now on gets what was before. */
  outdate(key: string): void {
    this.#parts.memory?.forget(key);
    this.#flights.outdate(key);
    this.#bypassing.outdate(key);
    this.#atQuorum.outdate(key);
  }

  #flightsOf(options: StoreCallOptions): Flights {
    if (options.quorum === true) return this.#atQuorum;
    return options.bypassCaches === true ? this.#bypassing : this.#flights;
  }

  #isBehind(key: string): boolean {
    return this.#parts.repairs?.has(key) === true;
  }

  async #fly(flights: readonly Flight[], table: Flights, options: StoreCallOptions): Promise<void> {
    const { stores } = this.#parts;
    const token = this.#parts.createToken();
    const isPlain = table === this.#flights;
    let legs: WarmLeg[];
    try {
      legs =
        isPlain && stores.hasHot
          ? await this.#askHot(flights, table, token)
          : flights.map((flight) => legOf(flight, 'NOTHING'));
      await this.#askWarm(legs, table, options, token);
    } catch (error) {
      const detail = `a fault of the tiers: ${error instanceof Error ? error.message : error}`;
      for (const flight of flights) table.land(flight, { failed: 'UNAVAILABLE', detail });
    }
  }

  /** @returns what has to be asked of warm. */
  async #askHot(flights: readonly Flight[], table: Flights, token: string): Promise<WarmLeg[]> {
    const { stores, metrics } = this.#parts;
    const legs: WarmLeg[] = [];
    const asked: Flight[] = [];
    for (const flight of flights) {
      if (this.#isBehind(flight.key)) legs.push(legOf(flight, 'NOTHING'));
      else asked.push(flight);
    }
    metrics.countReads('hot', 'stale', legs.length);
    if (asked.length === 0) return legs;
    const slots = await stores.readHot(
      asked.map(({ read }) => read),
      token,
      lastDeadline(asked),
    );
    const counts: Record<TierResult, number> = { hit: 0, miss: 0, stale: 0, failed: 0 };
    const corrupt: BlockKey[] = [];
    for (let i = 0; i < asked.length; i += 1) {
      const flight = asked[i] as Flight;
      const slot = slots[i] as HotSlot;
      if (slot === 'MISSING') {
        counts.miss += 1;
        legs.push(legOf(flight, 'ROWS'));
      } else if (isStoreFailure(slot)) {
        counts.failed += 1;
        if (slot.failed === 'CORRUPT') corrupt.push(flight.read);
        legs.push(legOf(flight, 'NOTHING'));
      } else this.#takeHotRows(flight, slot, table, legs, counts);
    }
    for (const result of RESULTS) metrics.countReads('hot', result, counts[result]);
    // Whatever stands there is not what was put there: the next reader promotes it anew.
    if (corrupt.length > 0) void stores.eraseHot(corrupt);
    return legs;
  }

  #takeHotRows(
    flight: Flight,
    slot: BlockRows,
    table: Flights,
    legs: WarmLeg[],
    counts: Record<TierResult, number>,
  ): void {
    const { clock, limits } = this.#parts;
    let rows: (Uint8Array | undefined)[] | null = null;
    let missing: number[] | null = null;
    let lacksRow = false;
    for (let i = 0; i < slot.length; i += 1) {
      const row = slot[i];
      if (row !== undefined && !isAbsence(row)) continue;
      rows ??= [...slot];
      rows[i] = undefined;
      if (row !== undefined && isFreshAbsence(row, clock.nowMs(), limits.absenceLifeMs)) continue;
      lacksRow ||= row === undefined;
      missing ??= [];
      missing.push(i);
    }
    if (missing === null) {
      counts.hit += 1;
      this.#land(flight, rows ?? slot, table);
      return;
    }
    counts[lacksRow ? 'miss' : 'stale'] += 1;
    const views = missing.map((i) => flight.read.views[i] as number);
    // Where only absences have ended, all rows stand in the block and it gave no lease.
    const gives = lacksRow ? 'ROWS' : 'NEWER_ROWS';
    legs.push({ flight, views, rows: rows ?? [...slot], missing, gives });
  }

  async #askWarm(
    legs: readonly WarmLeg[],
    table: Flights,
    options: StoreCallOptions,
    token: string,
  ): Promise<void> {
    const { stores, clock, metrics, promoter } = this.#parts;
    if (legs.length === 0) return;
    const deadlineAtMs = lastDeadline(legs.map(({ flight }) => flight));
    const slots = await stores.readWarm(
      legs.map(({ flight: { read }, views }) => (views === read.views ? read : { ...read, views })),
      {
        ...(options.quorum === true ? { quorum: true } : {}),
        ...(deadlineAtMs === Number.POSITIVE_INFINITY ? {} : { deadlineAtMs }),
      },
    );
    const again: WarmLeg[] = [];
    const lacking: FoundRows[] = [];
    const ended: FoundRows[] = [];
    let [hits, misses, failed] = [0, 0, 0];
    for (let i = 0; i < legs.length; i += 1) {
      const leg = legs[i] as WarmLeg;
      const slot = slots[i] as BlockSlot;
      if (isStoreFailure(slot)) {
        failed += 1;
        // Cut short by those who waited when it was sent, and somebody with more time has joined since.
        const mayGoOn = slot.failed === 'TIMEOUT' && leg.flight.deadlineAtMs > deadlineAtMs;
        if (mayGoOn && leg.flight.deadlineAtMs > clock.monotonicMs()) again.push(leg);
        else table.land(leg.flight, slot);
        continue;
      }
      if (slot.includes(undefined)) misses += 1;
      else hits += 1;
      for (let at = 0; at < leg.missing.length; at += 1) leg.rows[leg.missing[at] as number] = slot[at];
      this.#land(leg.flight, leg.rows, table);
      if (leg.gives === 'ROWS') lacking.push(foundOf(leg, slot));
      else if (leg.gives === 'NEWER_ROWS') ended.push(foundOf(leg, slot));
    }
    metrics.countReads('warm', 'hit', hits);
    metrics.countReads('warm', 'miss', misses);
    metrics.countReads('warm', 'failed', failed);
    void promoter.promote(lacking, token);
    void promoter.renew(ended);
    if (again.length > 0) await this.#askWarm(again, table, options, token);
  }

  #land(flight: Flight, rows: BlockRows, table: Flights): void {
    const { memory } = this.#parts;
    if (memory !== null && table === this.#flights && !flight.outdated && !this.#isBehind(flight.key)) {
      memory.put(flight.key, flight.read.views, rows, flight.startedMs);
    }
    table.land(flight, rows);
  }
}

const RESULTS: readonly TierResult[] = ['hit', 'miss', 'stale', 'failed'];

function legOf(flight: Flight, gives: WarmLeg['gives']): WarmLeg {
  const { views } = flight.read;
  return { flight, views, rows: new Array(views.length), missing: views.map((_, i) => i), gives };
}

function foundOf({ flight: { read }, views }: WarmLeg, rows: BlockRows): FoundRows {
  return { namespace: read.namespace, block: read.block, entityKey: read.entityKey, views, rows };
}

function lastDeadline(flights: readonly Flight[]): number {
  let last = 0;
  for (let i = 0; i < flights.length; i += 1) last = Math.max(last, (flights[i] as Flight).deadlineAtMs);
  return last;
}

/** Storage keys of reads, which mostly come in runs of one block. */
class KeyOfReads {
  #namespace: string | undefined;
  #block: string | undefined;
  #prefix = '';

  keyOf({ namespace, block, entityKey }: BlockKey): string | StoreFailure {
    try {
      if (namespace !== this.#namespace || block !== this.#block) {
        this.#prefix = storageKeyPrefix(namespace, block);
        this.#namespace = namespace;
        this.#block = block;
      }
      return storageKeyWithPrefix(this.#prefix, entityKey);
    } catch (error) {
      return { failed: 'UNAVAILABLE', detail: error instanceof Error ? error.message : String(error) };
    }
  }
}
