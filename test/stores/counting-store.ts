/** Counts what is read of a real store: the third part of a golden triplet, and the proof of batching. */
import type { BlockRead, OnlineStore } from '../../src/stores/online-store.ts';

export interface CountingStore extends OnlineStore {
  /** One list per `readMany` call, in the order of the calls; the reads are copies and never change. */
  readonly calls: BlockRead[][];
  reset(): void;
}

/** Everything goes through to `store` unchanged; `close` closes it. */
export function countingStore(store: OnlineStore): CountingStore {
  const calls: BlockRead[][] = [];
  return {
    calls,
    reset() {
      calls.length = 0;
    },
    readMany(reads, options) {
      calls.push(
        reads.map(({ namespace, block, entityKey, views }) => ({
          namespace,
          block,
          entityKey,
          views: [...views],
        })),
      );
      return store.readMany(reads, options);
    },
    writeMany: (writes, options) => store.writeMany(writes, options),
    eraseMany: (keys) => store.eraseMany(keys),
    check: () => store.check(),
    close: () => store.close(),
  };
}
