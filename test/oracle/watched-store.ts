/** A store that notes what it is asked, and fails as it is told to. */
import { findRow, rowStart } from '../../src/stores/block-rows.ts';
import {
  type BlockRead,
  type BlockRows,
  type BlockSlot,
  isStoreFailure,
  type OnlineStore,
  type StoreCallOptions,
  type StoreFailureReason,
} from '../../src/stores/online-store.ts';

export interface Faults {
  /** Why blocks of this id cannot be read. */
  readonly blocks?: Readonly<Record<string, StoreFailureReason>>;
  /** Of all other blocks, why those of these keys cannot be read. */
  readonly key?: (entityKey: string) => StoreFailureReason | null;
  /** Of which some rows are damaged. */
  readonly isDamaged?: (entityKey: string) => boolean;
  /** Every call is rejected, which a store must never do. */
  readonly rejects?: boolean;
}

export class WatchedStore implements OnlineStore {
  /** What was read, with the store's name and the options that change it. */
  reads: string[] = [];
  faults: Faults = {};
  readonly #name: string;
  readonly #store: OnlineStore;

  constructor(name: string, store: OnlineStore) {
    this.#name = name;
    this.#store = store;
  }

  async readMany(reads: readonly BlockRead[], options: StoreCallOptions = {}): Promise<BlockSlot[]> {
    const how = `${options.bypassCaches === true ? ' past caches' : ''}${options.quorum === true ? ' by quorum' : ''}`;
    for (const { namespace, block, entityKey, views } of reads)
      this.reads.push(
        `${this.#name} ${namespace} ${block} ${entityKey} ${[...views].sort().join(' ')}${how}`,
      );
    if (this.faults.rejects === true) throw new Error('made to reject');
    const slots = await this.#store.readMany(reads, options);
    return slots.map((slot, i) => this.#spoil(slot, reads[i] as BlockRead));
  }

  #spoil(slot: BlockSlot, { block, entityKey }: BlockRead): BlockSlot {
    const { blocks, key, isDamaged } = this.faults;
    const failed = blocks?.[block] ?? key?.(entityKey) ?? null;
    if (isStoreFailure(slot)) throw new Error(`not made to fail: ${slot.detail}`);
    if (failed !== null) return { failed, detail: 'made to fail' };
    return isDamaged?.(entityKey) === true ? damaged(slot) : slot;
  }

  writeMany: OnlineStore['writeMany'] = (writes, options) => this.#store.writeMany(writes, options);
  eraseMany: OnlineStore['eraseMany'] = (keys) => this.#store.eraseMany(keys);
  check: OnlineStore['check'] = () => this.#store.check();
  close: OnlineStore['close'] = async () => {};
}

/** Every other view's rows are. */
export function isDamagedView(view: number): boolean {
  return view % 2 === 0;
}

/** The same rows, some of which begin with a version that nobody knows. */
function damaged(rows: BlockRows): BlockRows {
  const bytes = Buffer.from(rows.bytes);
  rows.views.forEach((view, place) => {
    const found = findRow(rows, place);
    if (found >= 0 && isDamagedView(view)) bytes[rowStart(rows, found)] = 9;
  });
  return { ...rows, bytes };
}
