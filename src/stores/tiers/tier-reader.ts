import { DEADLINE_MAX_MS } from '../../core/bounds.ts';
import type { Clock } from '../../core/clock.ts';
import { findRow, lacksRow, rowEnd, rowStart, withoutRows, withRows } from '../block-rows.ts';
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
import { assertEntityKey, storageKey, storageKeyPrefix, storageKeyWithPrefix } from '../storage-key.ts';
import { isAbsence, isFreshAbsence, mayHoldAbsence } from './absence.ts';
import { isOneRun } from './block-run.ts';
import type { MemoryTier } from './memory-tier.ts';
import type { FoundRows, Promoter } from './promoter.ts';
import type { Repairs } from './repairs.ts';
import type { TierMetrics, TierResult } from './tier-metrics.ts';
import type { TierLimits } from './tier-options.ts';
import type { TierStores } from './tier-stores.ts';
import { Wave } from './wave.ts';
import type { WaveTable } from './wave-table.ts';
import { Waves } from './waves.ts';

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

/** A block on its way to warm, with what hot had of it. */
interface WarmLeg {
  readonly index: number;
  /** Those that are asked of warm. */
  readonly views: readonly number[];
  /** What hot had, by the read's views, and where among them those of `views` stand; `null`: all are asked of warm. */
  readonly known: { readonly rows: BlockRows; readonly missing: readonly number[] } | null;
  /** What hot may be given: rows that it lacks, by its lease; rows newer than those it has; nothing. */
  readonly gives: 'ROWS' | 'NEWER_ROWS' | 'NOTHING';
}

const LATE: StoreFailure = { failed: 'TIMEOUT', detail: 'no tier answered in time' };

export class TierReader {
  readonly #parts: TierReaderParts;
  readonly #waves = new Waves();
  readonly #bypassing = new Waves();
  readonly #atQuorum = new Waves();
  readonly #addresses = new KeysOfReads();

  constructor(parts: TierReaderParts) {
    this.#parts = parts;
  }

  readMany(reads: readonly BlockRead[], options: StoreCallOptions): Promise<BlockSlot[]> {
    const nowMs = this.#parts.clock.monotonicMs();
    const deadlineAtMs = options.deadlineAtMs ?? Number.POSITIVE_INFINITY;
    if (deadlineAtMs <= nowMs) return Promise.resolve(reads.map(() => LATE));
    const waitMs = Math.min(deadlineAtMs - nowMs, DEADLINE_MAX_MS);
    const waiter = new PendingSlots<BlockSlot>(reads.length, waitMs, () => LATE);
    const table = this.#wavesOf(options);
    const wave = new Wave(waiter, reads.length, nowMs, deadlineAtMs);
    const counts = { hits: 0, stale: 0, shared: 0 };
    const isAlone = table.begin(wave);
    let inTable: WaveTable | undefined;
    for (let i = 0; i < reads.length; i += 1) {
      const read = reads[i] as BlockRead;
      const held = this.#held(read, table, counts);
      if (held !== undefined) {
        waiter.settle(i, held);
        continue;
      }
      if (isAlone) {
        wave.add(read, i);
        continue;
      }
      if (inTable === undefined || !isOneRun(inTable.run, read)) inTable = table.tableOf(read);
      const underWay = inTable.find(read.entityKey);
      if (underWay < 0) inTable.add(read.entityKey, wave, wave.add(read, i));
      else {
        counts.shared += 1;
        inTable.waveAt(underWay).join(inTable.indexAt(underWay), { waiter, place: i, deadlineAtMs });
      }
    }
    this.#count(table, reads.length, counts);
    if (wave.reads.length > 0) void this.#travel(wave, table, options);
    return waiter.complete;
  }

  /** The block was written or erased: nobody who asks from now on gets what was before. */
  outdate(key: BlockKey): void {
    this.#parts.memory?.forget(storageKey(key));
    this.#waves.outdate(key);
    this.#bypassing.outdate(key);
    this.#atQuorum.outdate(key);
  }

  #wavesOf(options: StoreCallOptions): Waves {
    if (options.quorum === true) return this.#atQuorum;
    return options.bypassCaches === true ? this.#bypassing : this.#waves;
  }

  /** @returns what is known without asking: rows in memory, or that the key is none. */
  #held(read: BlockRead, table: Waves, counts: { hits: number; stale: number }): BlockSlot | undefined {
    const { memory } = this.#parts;
    try {
      if (memory === null || table !== this.#waves) {
        this.#addresses.check(read);
        return undefined;
      }
      // Also of a block that hot is behind for: what was written since is forgotten here, and nothing is kept until
      // it is repaired.
      const held = memory.read(this.#addresses.keyOf(read), read.views);
      if (held === 'STALE') counts.stale += 1;
      if (typeof held === 'string') return undefined;
      counts.hits += 1;
      return held;
    } catch (error) {
      return { failed: 'UNAVAILABLE', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  #count(table: Waves, asked: number, counts: { hits: number; stale: number; shared: number }): void {
    const { memory, metrics } = this.#parts;
    if (memory !== null && table === this.#waves) {
      metrics.countReads('memory', 'hit', counts.hits);
      metrics.countReads('memory', 'stale', counts.stale);
      metrics.countReads('memory', 'miss', asked - counts.hits - counts.stale);
    }
    if (counts.shared > 0) metrics.countShared(counts.shared);
  }

  #isBehind(read: BlockRead): boolean {
    const { repairs } = this.#parts;
    return repairs !== null && repairs.count > 0 && repairs.has(this.#addresses.keyOf(read));
  }

  async #travel(wave: Wave, table: Waves, options: StoreCallOptions): Promise<void> {
    const token = this.#parts.createToken();
    const asksHot = table === this.#waves && this.#parts.stores.hasHot;
    try {
      const legs = asksHot
        ? await this.#askHot(wave, token)
        : wave.reads.map(({ views }, index) => legOf(index, views, 'NOTHING'));
      if (legs.length > 0) await this.#askWarm(wave, legs, table, options, token);
    } catch (error) {
      const detail = `a fault of the tiers: ${error instanceof Error ? error.message : error}`;
      wave.reads.forEach((_, index) => {
        if (!wave.isLanded(index)) table.land(wave, index, { failed: 'UNAVAILABLE', detail });
      });
    }
  }

  /** @returns what has to be asked of warm. */
  async #askHot(wave: Wave, token: string): Promise<WarmLeg[]> {
    const { stores, metrics } = this.#parts;
    const legs: WarmLeg[] = [];
    const asked = this.#notBehind(wave, legs);
    const counts: Record<TierResult, number> = { hit: 0, miss: 0, stale: legs.length, failed: 0 };
    const reads = asked === null ? wave.reads : asked.map((index) => wave.reads[index] as BlockRead);
    const slots = reads.length === 0 ? [] : await stores.readHot(reads, token, wave.lastDeadlineAtMs);
    const corrupt: BlockKey[] = [];
    for (let i = 0; i < slots.length; i += 1) {
      const index = asked === null ? i : (asked[i] as number);
      const slot = slots[i] as HotSlot;
      if (typeof slot === 'string') {
        counts.miss += 1;
        const gives = slot === 'MISSING' ? 'ROWS' : 'NOTHING';
        legs.push(legOf(index, (reads[i] as BlockRead).views, gives));
      } else if (isStoreFailure(slot)) {
        counts.failed += 1;
        if (slot.failed === 'CORRUPT') corrupt.push(reads[i] as BlockRead);
        legs.push(legOf(index, (reads[i] as BlockRead).views, 'NOTHING'));
      } else if (mayHoldAbsence(slot) || lacksRow(slot)) this.#takeHotRows(wave, index, slot, legs, counts);
      else {
        counts.hit += 1;
        this.#land(wave, index, slot, this.#waves);
      }
    }
    for (const result of RESULTS) metrics.countReads('hot', result, counts[result]);
    // Whatever stands there is not what was put there: the next reader promotes it anew.
    if (corrupt.length > 0) void stores.eraseHot(corrupt);
    return legs;
  }

  /** @returns what may be asked of hot; `null`: all. The rest goes to `legs`. */
  #notBehind(wave: Wave, legs: WarmLeg[]): number[] | null {
    if ((this.#parts.repairs?.count ?? 0) === 0) return null;
    const asked: number[] = [];
    for (let index = 0; index < wave.reads.length; index += 1) {
      const read = wave.reads[index] as BlockRead;
      if (!this.#isBehind(read)) asked.push(index);
      else legs.push(legOf(index, read.views, 'NOTHING'));
    }
    return asked;
  }

  #takeHotRows(
    wave: Wave,
    index: number,
    slot: BlockRows,
    legs: WarmLeg[],
    counts: Record<TierResult, number>,
  ): void {
    const { clock, limits } = this.#parts;
    const { bytes, views: wanted } = slot;
    let absent: number[] | null = null;
    let missing: number[] | null = null;
    for (let place = 0; place < wanted.length; place += 1) {
      const found = findRow(slot, place);
      if (found >= 0) {
        const start = rowStart(slot, found);
        if (!isAbsence(bytes, start, rowEnd(slot, found))) continue;
        absent ??= [];
        absent.push(place);
        if (isFreshAbsence(bytes, start, clock.nowMs(), limits.absenceLifeMs)) continue;
      }
      missing ??= [];
      missing.push(place);
    }
    const rows = absent === null ? slot : withoutRows(slot, absent);
    if (missing === null) {
      counts.hit += 1;
      this.#land(wave, index, rows, this.#waves);
      return;
    }
    const isLacking = lacksRow(slot);
    counts[isLacking ? 'miss' : 'stale'] += 1;
    const views = missing.map((place) => wanted[place] as number);
    // Where only absences have ended, all rows stand in the block and it gave no lease.
    const gives = isLacking ? 'ROWS' : 'NEWER_ROWS';
    legs.push({ index, views, known: { rows, missing }, gives });
  }

  async #askWarm(
    wave: Wave,
    legs: readonly WarmLeg[],
    table: Waves,
    options: StoreCallOptions,
    token: string,
  ): Promise<void> {
    const { stores, clock, metrics, promoter } = this.#parts;
    const deadlineAtMs = wave.lastDeadlineAtMs;
    const reads = legs.map(({ index, views }) => readOf(wave.reads[index] as BlockRead, views));
    const slots = await stores.readWarm(reads, {
      ...(options.quorum === true ? { quorum: true } : {}),
      ...(deadlineAtMs === Number.POSITIVE_INFINITY ? {} : { deadlineAtMs }),
    });
    const again: WarmLeg[] = [];
    const lacking: FoundRows[] = [];
    const ended: FoundRows[] = [];
    let [hits, misses, failed] = [0, 0, 0];
    for (let i = 0; i < legs.length; i += 1) {
      const leg = legs[i] as WarmLeg;
      const slot = slots[i] as BlockSlot;
      if (isStoreFailure(slot)) {
        failed += 1;
        const untilMs = wave.deadlineOf(leg.index);
        // Cut short by those who waited when it was sent, and somebody with more time has joined since.
        const mayGoOn = slot.failed === 'TIMEOUT' && untilMs > deadlineAtMs && untilMs > clock.monotonicMs();
        if (mayGoOn) again.push(leg);
        else table.land(wave, leg.index, slot);
        continue;
      }
      if (lacksRow(slot)) misses += 1;
      else hits += 1;
      const { known } = leg;
      const rows = known === null ? slot : withRows(known.rows, known.missing, slot);
      this.#land(wave, leg.index, rows, table);
      if (leg.gives === 'ROWS') lacking.push(foundOf(reads[i] as BlockRead, slot));
      else if (leg.gives === 'NEWER_ROWS') ended.push(foundOf(reads[i] as BlockRead, slot));
    }
    metrics.countReads('warm', 'hit', hits);
    metrics.countReads('warm', 'miss', misses);
    metrics.countReads('warm', 'failed', failed);
    void promoter.promote(lacking, token);
    void promoter.renew(ended);
    if (again.length > 0) await this.#askWarm(wave, again, table, options, token);
  }

  #land(wave: Wave, index: number, rows: BlockRows, table: Waves): void {
    const { memory } = this.#parts;
    if (memory !== null && table === this.#waves && !wave.isOutdated(index)) {
      const read = wave.reads[index] as BlockRead;
      if (!this.#isBehind(read)) {
        memory.put(this.#addresses.keyOf(read), rows, wave.startedMs);
      }
    }
    table.land(wave, index, rows);
  }
}

const RESULTS: readonly TierResult[] = ['hit', 'miss', 'stale', 'failed'];

function legOf(index: number, views: readonly number[], gives: WarmLeg['gives']): WarmLeg {
  return { index, views, known: null, gives };
}

function readOf(read: BlockRead, views: readonly number[]): BlockRead {
  return views === read.views ? read : { ...read, views };
}

function foundOf({ namespace, block, entityKey, views }: BlockRead, rows: BlockRows): FoundRows {
  return { namespace, block, entityKey, views, rows };
}

/** Storage keys of reads, which mostly come in runs of one block. */
class KeysOfReads {
  #namespace: string | undefined;
  #block: string | undefined;
  #prefix = '';

  /** @throws {TypeError} as `storageKey`. */
  keyOf(key: BlockKey): string {
    this.#enter(key);
    return storageKeyWithPrefix(this.#prefix, key.entityKey);
  }

  /** @throws {TypeError} as `storageKey`, without making one. */
  check(key: BlockKey): void {
    this.#enter(key);
    assertEntityKey(key.entityKey);
  }

  #enter({ namespace, block }: BlockKey): void {
    if (namespace === this.#namespace && block === this.#block) return;
    this.#prefix = storageKeyPrefix(namespace, block);
    this.#namespace = namespace;
    this.#block = block;
  }
}
