import type { HotStore, MergeSlot, PromotionSlot } from '../hot-store.ts';
import type { RedisConnection } from './redis-connection.ts';
import { RedisRows, type RedisRowsOptions, type RowOutcome } from './redis-rows.ts';

/** Redis as the hot tier: a cache of blocks with bounded lives, over a connection that its opener closes. */
export type RedisHotStoreOptions = RedisRowsOptions & {
  /** The promise on staleness if everything else fails. */
  readonly lifeMs: number;
};

export function createRedisHotStore(connection: RedisConnection, options: RedisHotStoreOptions): HotStore {
  const rows = new RedisRows(connection, options);
  return {
    readMany: (reads, callOptions = {}) => rows.read(reads, callOptions),
    mergeMany: async (writes, callOptions = {}) =>
      // Rows that are present are merged whoever has the lease, so none is dropped.
      (await rows.write(writes, 'PRESENT', callOptions)) as MergeSlot[],
    promoteMany: async (promotions, callOptions) =>
      (await rows.promote(promotions, callOptions)).map(promotionSlot),
    eraseMany: (keys) => rows.erase(keys),
    onLoss: (listener) => connection.onLoss(listener),
    check: () => connection.check(),
  };
}

function promotionSlot(slot: RowOutcome): PromotionSlot {
  if ('failed' in slot) return slot;
  if (slot.outcome === 'WRITTEN') return { outcome: 'PROMOTED' };
  return { outcome: slot.outcome === 'DROPPED' ? 'DROPPED' : 'KEPT' };
}
