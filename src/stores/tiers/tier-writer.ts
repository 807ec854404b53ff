import { isUnfit } from '../hot-store.ts';
import {
  type BlockKey,
  type BlockSlot,
  type EraseSlot,
  isStoreFailure,
  type RowWrite,
  type StoreCallOptions,
  type StoreFailure,
  type WriteSlot,
} from '../online-store.ts';
import { verifyRow } from '../row-format.ts';
import { storageKey } from '../storage-key.ts';
import type { FoundRows, Promoter } from './promoter.ts';
import type { RecentWrites } from './recent-writes.ts';
import type { RepairEntry } from './repair-files.ts';
import type { Repairs } from './repairs.ts';
import type { HotMode } from './tier-options.ts';
import type { TierStores } from './tier-stores.ts';

/**
 * Writing through the tiers: the truth first, which decides what is newest; then hot, where the row is merged if
 * one of its view is there; else what won in the truth is promoted. An acknowledgement means: in the truth, and in
 * hot or in the log of what is to be repaired.
 */
export interface TierWriterParts {
  readonly stores: TierStores;
  readonly promoter: Promoter;
  /** `null` where there is no hot tier. */
  readonly repairs: Repairs | null;
  readonly recent: RecentWrites;
  readonly hotModeOf: (block: string, view: number) => HotMode;
  readonly createToken: () => string;
  /** The block was written or erased. */
  readonly onChanged: (key: BlockKey) => void;
}

export class TierWriter {
  readonly #parts: TierWriterParts;

  constructor(parts: TierWriterParts) {
    this.#parts = parts;
  }

  async writeMany(writes: readonly RowWrite[], options: StoreCallOptions): Promise<WriteSlot[]> {
    const slots: WriteSlot[] = new Array(writes.length);
    const good: number[] = [];
    for (let i = 0; i < writes.length; i += 1) {
      const problem = problemOf(writes[i] as RowWrite);
      if (problem === undefined) good.push(i);
      else slots[i] = problem;
    }
    if (good.length === 0) return slots;
    const { stores, repairs, recent } = this.#parts;
    const accepted = good.map((index) => writes[index] as RowWrite);
    const entries = entriesOf(accepted);
    const warm = await stores.writeWarm(accepted, options);
    good.forEach((index, at) => {
      slots[index] = warm[at] as WriteSlot;
    });
    if (repairs !== null) {
      recent.note(entries);
      // A write that timed out may have happened, or may yet.
      repairs.doubt(entriesOf(accepted.filter((_, at) => isInDoubt(warm[at] as WriteSlot))));
      const stored = good.filter((index) => !isStoreFailure(slots[index] as WriteSlot));
      const rows = stored.map((index) => writes[index] as RowWrite);
      const failure = rows.length === 0 ? undefined : await this.#bringToHot(rows, repairs, options);
      if (failure !== undefined)
        for (const index of failure.indices) slots[stored[index] as number] = failure.slot;
    }
    for (const entry of entries) this.#parts.onChanged(entry);
    return slots;
  }

  async eraseMany(keys: readonly BlockKey[]): Promise<EraseSlot[]> {
    const { stores, repairs, recent } = this.#parts;
    const slots = await stores.eraseWarm(keys);
    const erased = keys.flatMap((_, i) => (isStoreFailure(slots[i] as EraseSlot) ? [] : [i]));
    if (repairs !== null) recent.note(erased.map((i) => erasureOf(keys[i] as BlockKey)));
    const hot = await stores.eraseHot(erased.map((i) => keys[i] as BlockKey));
    const behind = erased.filter((_, at) => isStoreFailure(hot[at] ?? ERASED));
    if (repairs !== null && behind.length > 0) {
      const entries = behind.map((i) => erasureOf(keys[i] as BlockKey));
      const detail = await repairs.add(entries).then(() => undefined, messageOf);
      if (detail !== undefined) for (const i of behind) slots[i] = notSafe(detail);
    }
    for (const i of erased) this.#parts.onChanged(keys[i] as BlockKey);
    return slots;
  }

  /** @returns which rows are neither in hot nor in the log; `undefined` when all are safe. */
  async #bringToHot(
    rows: readonly RowWrite[],
    repairs: Repairs,
    options: StoreCallOptions,
  ): Promise<{ readonly indices: readonly number[]; readonly slot: StoreFailure } | undefined> {
    const { stores, hotModeOf } = this.#parts;
    const onWrite: number[] = [];
    const onRead: number[] = [];
    rows.forEach(({ block, view }, i) => {
      (hotModeOf(block, view) === 'ON_READ' ? onRead : onWrite).push(i);
    });
    const token = this.#parts.createToken();
    const [written, read] = await Promise.all([
      stores.mergeHot(pick(rows, onWrite), token, options),
      stores.mergeHot(pick(rows, onRead), undefined, options),
    ]);
    const missing: RowWrite[] = [];
    const behind: number[] = [];
    const unfit: number[] = [];
    const sort = (places: readonly number[], slots: typeof written) =>
      slots.forEach((slot, at) => {
        const index = places[at] as number;
        if (!isStoreFailure(slot)) {
          if (slot.outcome === 'MISSING' && places === onWrite) missing.push(rows[index] as RowWrite);
        } else if (isUnfit(slot)) unfit.push(index);
        else behind.push(index);
      });
    sort(onWrite, written);
    sort(onRead, read);
    // Hot cannot hold this block as it is now; without it, readers ask the truth.
    const dropped = await stores.eraseHot(pick(rows, unfit));
    unfit.forEach((index, at) => {
      if (isStoreFailure(dropped[at] ?? ERASED)) behind.push(index);
    });
    const [detail] = await Promise.all([
      behind.length === 0
        ? undefined
        : repairs.add(entriesOf(pick(rows, behind))).then(() => undefined, messageOf),
      this.#promoteWinners(missing, token, options),
    ]);
    return detail === undefined ? undefined : { indices: behind, slot: notSafe(detail) };
  }

  /** What won may be newer than what was just written. */
  async #promoteWinners(rows: readonly RowWrite[], token: string, options: StoreCallOptions): Promise<void> {
    const { stores, promoter } = this.#parts;
    const entries = entriesOf(rows);
    const slots = await stores.readWarmPatiently(entries, options);
    const found: FoundRows[] = [];
    entries.forEach((entry, i) => {
      const slot = slots[i] as BlockSlot;
      if (!isStoreFailure(slot)) found.push({ ...entry, rows: slot });
    });
    await promoter.promote(found, token);
  }
}

const ERASED: EraseSlot = { outcome: 'ERASED' };

function problemOf(write: RowWrite): StoreFailure | undefined {
  try {
    storageKey(write);
  } catch (error) {
    return { failed: 'UNAVAILABLE', detail: messageOf(error) };
  }
  // Hot may be served without looking at each checksum, so nothing comes in that does not have its own.
  if (verifyRow(write, write.row)) return undefined;
  return { failed: 'CORRUPT', detail: `a row of ${write.block} ${write.entityKey} fails its checksum` };
}

function isInDoubt(slot: WriteSlot): boolean {
  return isStoreFailure(slot) && slot.failed === 'TIMEOUT';
}

/** One entry per block, with the views that were written. */
function entriesOf(rows: readonly RowWrite[]): RepairEntry[] {
  const entries = new Map<string, BlockKey & { readonly views: number[] }>();
  for (const row of rows) {
    const key = storageKey(row);
    const entry = entries.get(key);
    if (entry === undefined) entries.set(key, { ...addressOf(row), views: [row.view] });
    else if (!entry.views.includes(row.view)) entry.views.push(row.view);
  }
  return [...entries.values()];
}

function erasureOf(key: BlockKey): RepairEntry {
  return { ...addressOf(key), views: [] };
}

function addressOf({ namespace, block, entityKey }: BlockKey): BlockKey {
  return { namespace, block, entityKey };
}

function pick<T>(items: readonly T[], places: readonly number[]): T[] {
  return places.map((place) => items[place] as T);
}

function notSafe(detail: string): StoreFailure {
  return {
    failed: 'UNAVAILABLE',
    detail: `in the warm tier, and neither in the hot tier nor in the repair log: ${detail}`,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
