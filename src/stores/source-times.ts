import { type EntityKey, encodeEntityKey } from '../core/entity-key.ts';
import { findRow, rowStart } from './block-rows.ts';
import {
  type BlockRead,
  isStoreFailure,
  type OnlineStore,
  type RowWrite,
  type StoreFailure,
} from './online-store.ts';
import { encodeRow, eventTimeMsOf } from './row-format.ts';

/**
 * How far each source is: the newest event time, or heartbeat, acknowledged of it; and the newest event time seen of
 * each view, for people who look. Kept as rows of a reserved block in the online store itself, so that "the newest
 * wins" holds here as it does for features, in every store.
 */
const SOURCE_BLOCK = 'featuregraph.source';
/** What the reserved block's rows tell of, by view id. */
const TOLD_OF = { SOURCE: 0, VIEW: 1 } as const;
type ToldOf = keyof typeof TOLD_OF;

/** What a push tells when its rows are acknowledged. */
export interface PushTimes {
  /** With its version: `usage_24h@2`. */
  readonly view: string;
  /** Newest event time of its rows; `null` when none was acknowledged. */
  readonly newestEventTimeMs: number | null;
  readonly source: string | null;
  /** How far the source is; `null` when the push does not tell. */
  readonly sourceTimeMs: number | null;
}

export class SourceTimes {
  readonly #store: OnlineStore;
  readonly #onRecorded: (namespace: string, source: string, timeMs: number) => void;

  /** @param onRecorded told of each time that was acknowledged, for who keeps them at hand. */
  constructor(
    store: OnlineStore,
    onRecorded: (namespace: string, source: string, timeMs: number) => void = () => {},
  ) {
    this.#store = store;
    this.#onRecorded = onRecorded;
  }

  /** @throws Error when the store did not take it. An older time than the one that stands changes nothing. */
  async record(namespace: string, source: string, timeMs: number): Promise<void> {
    await this.#write(namespace, [{ of: 'SOURCE', name: source, timeMs }]);
    this.#onRecorded(namespace, source, timeMs);
  }

  /** The same for all that one push tells, in one write. @throws Error when the store did not take it. */
  async recordPush(namespace: string, times: PushTimes): Promise<void> {
    const { view, newestEventTimeMs, source, sourceTimeMs } = times;
    const told: Told[] = [];
    if (newestEventTimeMs !== null) told.push({ of: 'VIEW', name: view, timeMs: newestEventTimeMs });
    const ofSource = source !== null && sourceTimeMs !== null;
    if (ofSource) told.push({ of: 'SOURCE', name: source, timeMs: sourceTimeMs });
    if (told.length === 0) return;
    await this.#write(namespace, told);
    if (ofSource) this.#onRecorded(namespace, source, sourceTimeMs);
  }

  /**
   * @returns milliseconds since 1970 by source; a source that nothing was heard of is left out.
   * @throws Error when one of them could not be read: unknown is not "never".
   */
  readMany(namespace: string, sources: readonly string[]): Promise<Map<string, number>> {
    return this.#read(namespace, 'SOURCE', sources);
  }

  /** The newest event time pushed, in milliseconds since 1970, by view (`usage_24h@2`). @throws Error as `readMany` does. */
  readViews(namespace: string, views: readonly string[]): Promise<Map<string, number>> {
    return this.#read(namespace, 'VIEW', views);
  }

  async #write(namespace: string, told: readonly Told[]): Promise<void> {
    const writes = told.map(({ of, name, timeMs }): RowWrite => {
      const entityKey = keyOf(of, name);
      const address = { namespace, block: SOURCE_BLOCK, view: TOLD_OF[of], entityKey };
      const times = { eventTimeMs: timeMs, createdTimeMs: timeMs, revision: 0 };
      return {
        ...address,
        row: encodeRow(address, { ...times, layoutId: 0, tombstone: false, segments: [] }),
      };
    });
    const slots = await this.#store.writeMany(writes);
    for (const [i, { of, name }] of told.entries()) {
      const slot = slots[i];
      if (slot === undefined || 'failed' in slot) throw failed(of, name, 'recorded', slot);
    }
  }

  async #read(namespace: string, of: ToldOf, names: readonly string[]): Promise<Map<string, number>> {
    const reads = names.map(
      (name): BlockRead => ({
        namespace,
        block: SOURCE_BLOCK,
        entityKey: keyOf(of, name),
        views: [TOLD_OF[of]],
      }),
    );
    const slots = reads.length === 0 ? [] : await this.#store.readMany(reads);
    const times = new Map<string, number>();
    for (const [index, slot] of slots.entries()) {
      const name = names[index] as string;
      if (isStoreFailure(slot)) throw failed(of, name, 'read', slot);
      const found = findRow(slot, 0);
      if (found >= 0) times.set(name, eventTimeMsOf(slot.bytes, rowStart(slot, found)));
    }
    return times;
  }
}

interface Told {
  readonly of: ToldOf;
  readonly name: string;
  readonly timeMs: number;
}

function keyOf(of: ToldOf, name: string): EntityKey {
  const key = encodeEntityKey([name]);
  if (typeof key !== 'string')
    throw new TypeError(
      `Expected the name of a ${of.toLowerCase()}, got one that cannot be a key: ${key.message}`,
    );
  return key;
}

function failed(of: ToldOf, name: string, verb: string, slot: StoreFailure | undefined): Error {
  return new Error(
    `The time of the ${of.toLowerCase()} ${name} could not be ${verb}: ${slot?.failed ?? 'no answer'} (${slot?.detail ?? ''}).`,
  );
}
