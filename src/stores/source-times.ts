import { encodeEntityKey } from '../core/entity-key.ts';
import { type BlockRead, isStoreFailure, type OnlineStore, type StoreFailure } from './online-store.ts';
import { encodeRow, eventTimeMsOf } from './row-format.ts';

/**
 * How far each source is: the newest event time, or heartbeat, acknowledged of it. Kept as rows of a reserved
 * block in the online store itself, so that "the newest wins" holds here as it does for features, in every store.
 */
const SOURCE_BLOCK = 'featuregraph.source';
const SOURCE_VIEW = 0;
const VIEWS = [SOURCE_VIEW];

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
    const entityKey = keyOf(source);
    const address = { namespace, block: SOURCE_BLOCK, view: SOURCE_VIEW, entityKey };
    const times = { eventTimeMs: timeMs, createdTimeMs: timeMs, revision: 0 };
    const row = encodeRow(address, { ...times, layoutId: 0, tombstone: false, segments: [] });
    const [slot] = await this.#store.writeMany([{ ...address, row }]);
    if (slot === undefined || 'failed' in slot) throw failed(source, 'recorded', slot);
    this.#onRecorded(namespace, source, timeMs);
  }

  /**
   * @returns milliseconds since 1970 by source; a source that nothing was heard of is left out.
   * @throws Error when one of them could not be read: unknown is not "never".
   */
  async readMany(namespace: string, sources: readonly string[]): Promise<Map<string, number>> {
    const reads = sources.map(
      (source): BlockRead => ({ namespace, block: SOURCE_BLOCK, entityKey: keyOf(source), views: VIEWS }),
    );
    const slots = reads.length === 0 ? [] : await this.#store.readMany(reads);
    const times = new Map<string, number>();
    for (const [index, slot] of slots.entries()) {
      const source = sources[index] as string;
      if (isStoreFailure(slot)) throw failed(source, 'read', slot);
      const row = slot[0];
      if (row !== undefined) times.set(source, eventTimeMsOf(row));
    }
    return times;
  }
}

function keyOf(source: string): string {
  const key = encodeEntityKey([source]);
  if (typeof key !== 'string')
    throw new TypeError(`Expected the name of a source, got one that cannot be a key: ${key.message}`);
  return key;
}

function failed(source: string, verb: string, slot: StoreFailure | undefined): Error {
  return new Error(
    `The time of the source ${source} could not be ${verb}: ${slot?.failed ?? 'no answer'} (${slot?.detail ?? ''}).`,
  );
}
