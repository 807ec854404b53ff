import { lacksRow, listRows } from '../block-rows.ts';
import { isUnfit } from '../hot-store.ts';
import {
  type BlockKey,
  type BlockRead,
  type BlockSlot,
  isStoreFailure,
  type RowWrite,
} from '../online-store.ts';
import { storageKey } from '../storage-key.ts';
import { type RepairEntry, widened } from './repair-files.ts';
import type { RepairLog } from './repair-log.ts';
import type { TierStores } from './tier-stores.ts';

/**
 * Brings blocks of the hot tier up to date that a write could not reach, again and again until it is done. What
 * was acknowledged is in the log first.
 */
export interface RepairsOptions {
  readonly stores: TierStores;
  readonly log: RepairLog;
  /** Pause between rounds, in ms. */
  readonly everyMs?: number;
  /** What goes wrong in the background: the disk, a file of an ended process. */
  readonly onError: (error: unknown) => void;
  readonly onPending?: (count: number) => void;
}

interface Pending extends RepairEntry {
  views: readonly number[];
  /** In the log, or on its way there. */
  isLogged: boolean;
  /** Counts the writes that failed: a repair that one of them overtook does not settle it. */
  changes: number;
}

const EVERY_MS = 500;
/** Rounds between two looks for files of ended processes, and two signs of life. */
const HOUSEKEEPING_ROUNDS = 20;
const BATCH_BLOCKS = 500;
const FIRST_BLOCKS = 8;
/** Doubts that nobody was promised anything about may be forgotten: the hot tier's bounded life covers them. */
const DOUBTS_MAX = 100_000;
const CLOSE_ROUNDS_MAX = 2;

export class Repairs {
  readonly #options: RepairsOptions;
  readonly #pending = new Map<string, Pending>();
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  #rounds = 0;
  #compactedInRound = -1;
  #isClosed = false;

  constructor(options: RepairsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#pending.size;
  }

  /** Whether the hot tier is known to be behind for this block. */
  has(key: string): boolean {
    return this.#pending.size > 0 && this.#pending.has(key);
  }

  /** Takes over what ended processes left, and goes on in the background. */
  async start(): Promise<void> {
    await this.#takeOver().catch(this.#options.onError);
    this.#schedule();
  }

  /**
   * Remembers blocks until they are repaired, also after a restart.
   * @throws {Error} when the log cannot keep them: then nothing may be promised about these writes.
   */
  async add(entries: readonly RepairEntry[]): Promise<void> {
    const unlogged = entries
      .filter((entry) => this.#note(entry, true))
      .map((entry) => this.#pending.get(storageKey(entry)) as Pending);
    this.#options.onPending?.(this.#pending.size);
    if (unlogged.length === 0) return;
    const { log } = this.#options;
    try {
      // What was repaired makes room; between two rounds nothing was.
      const mayCompact = !log.hasRoomFor(unlogged) && this.#compactedInRound !== this.#rounds;
      if (mayCompact) this.#compactedInRound = this.#rounds;
      await (mayCompact ? log.replace(() => this.#logged()) : log.append(unlogged));
    } catch (error) {
      for (const pending of unlogged) pending.isLogged = false;
      throw error;
    }
  }

  /** Remembers blocks of writes that nobody was promised and that may have happened nevertheless. */
  doubt(entries: readonly RepairEntry[]): void {
    for (const entry of entries) if (this.#pending.size < DOUBTS_MAX) this.#note(entry, false);
    this.#options.onPending?.(this.#pending.size);
  }

  /** One round, now. Resolves when it is over. */
  async runOnce(): Promise<void> {
    this.#rounds += 1;
    this.#round = this.#round.then(() => this.#repairAll()).catch(this.#options.onError);
    await this.#round;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#round;
    for (let i = 0; i < CLOSE_ROUNDS_MAX && this.#pending.size > 0; i += 1) await this.runOnce();
    await this.#options.log.close();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(async () => {
      await this.runOnce();
      if (this.#rounds % HOUSEKEEPING_ROUNDS === 0) await this.#housekeeping();
      this.#schedule();
    }, this.#options.everyMs ?? EVERY_MS);
    this.#timer.unref();
  }

  async #housekeeping(): Promise<void> {
    await this.#options.log.touch();
    await this.#takeOver().catch(this.#options.onError);
  }

  async #takeOver(): Promise<void> {
    const { entries, problems, forget } = await this.#options.log.takeOver();
    for (const problem of problems) this.#options.onError(problem);
    if (entries.length > 0) await this.add(entries);
    await forget();
  }

  /** @returns whether the log does not have it yet. */
  #note(entry: RepairEntry, logged: boolean): boolean {
    const key = storageKey(entry);
    const known = this.#pending.get(key);
    if (known === undefined) {
      const { namespace, block, entityKey, views } = entry;
      this.#pending.set(key, {
        namespace,
        block,
        entityKey,
        views,
        isLogged: logged,
        changes: 0,
      });
      return logged;
    }
    const views = widened(known.views, entry.views);
    const isNew = logged && (views.length !== known.views.length || !known.isLogged);
    known.views = views;
    known.isLogged ||= logged;
    known.changes += 1;
    return isNew;
  }

  #logged(): readonly RepairEntry[] {
    return [...this.#pending.values()].filter(({ isLogged }) => isLogged);
  }

  async #repairAll(): Promise<void> {
    const all = [...this.#pending];
    if (all.length === 0) return;
    // The first few find out whether both stores are there: all would be asked of the truth, round after round.
    for (let start = 0, size = FIRST_BLOCKS; start < all.length; start += size, size = BATCH_BLOCKS) {
      const settled = await this.#repair(all.slice(start, start + size));
      if (settled === 0) break;
    }
    this.#options.onPending?.(this.#pending.size);
    if (this.#logged().length === 0) await this.#options.log.replace(() => this.#logged());
  }

  /** @returns how many blocks are up to date now. */
  async #repair(batch: readonly (readonly [string, Pending])[]): Promise<number> {
    const { stores } = this.#options;
    const changes = batch.map(([, pending]) => pending.changes);
    const reads = batch.map(([, pending]) => ({ ...addressOf(pending), views: pending.views }));
    const slots = await stores.readWarmPatiently(reads);
    const erase: number[] = [];
    const writes: RowWrite[] = [];
    const owners: number[] = [];
    const isBehind = new Set<number>();
    batch.forEach(([, pending], index) => {
      const slot = slots[index] as BlockSlot;
      const { views } = reads[index] as BlockRead;
      if (isStoreFailure(slot)) {
        isBehind.add(index);
        return;
      }
      // What the truth does not have, the hot tier must not have either; it holds nothing that would be lost.
      if (views.length === 0 || lacksRow(slot)) {
        erase.push(index);
        return;
      }
      listRows(slot).forEach((row, place) => {
        writes.push({ ...addressOf(pending), view: views[place] as number, row: row as Buffer });
        owners.push(index);
      });
    });
    (await stores.mergeHot(writes, undefined)).forEach((slot, at) => {
      if (!isStoreFailure(slot)) return;
      const owner = owners[at] as number;
      if (isUnfit(slot)) erase.push(owner);
      else isBehind.add(owner);
    });
    const addresses = erase.map((index) => addressOf((batch[index] as readonly [string, Pending])[1]));
    (await stores.eraseHot(addresses)).forEach((slot, at) => {
      if (isStoreFailure(slot)) isBehind.add(erase[at] as number);
    });
    let settled = 0;
    batch.forEach(([key, pending], index) => {
      this.#pending.delete(key);
      // To the end: one that cannot be repaired must not stand before the others.
      if (isBehind.has(index) || pending.changes !== changes[index]) this.#pending.set(key, pending);
      else settled += 1;
    });
    return settled;
  }
}

function addressOf({ namespace, block, entityKey }: BlockKey): BlockKey {
  return { namespace, block, entityKey };
}
