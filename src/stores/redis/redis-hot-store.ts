import type { HotStore, PromotionSlot } from '../hot-store.ts';
import type { RedisConnection } from './redis-connection.ts';
import { RedisRows, type RedisRowsOptions } from './redis-rows.ts';

/** Redis as the hot tier: a cache of blocks with bounded lives, over a connection that its opener closes. */
export type RedisHotStoreOptions = RedisRowsOptions & {
  /** The promise on staleness if everything else fails. */
  readonly lifeMs: number;
};

export function createRedisHotStore(connection: RedisConnection, options: RedisHotStoreOptions): HotStore {
  const rows = new RedisRows(connection, options);
  return {
    readMany: (reads, callOptions = {}) => rows.read(reads, callOptions),
    mergeMany: (writes, callOptions = {}) => rows.write(writes, 'PRESENT', callOptions),
    promoteMany: async (promotions, callOptions = {}) =>
      (await rows.promote(promotions, callOptions)).map(
        (slot): PromotionSlot =>
          'failed' in slot ? slot : { outcome: slot.outcome === 'WRITTEN' ? 'PROMOTED' : 'KEPT' },
      ),
    eraseMany: (keys) => rows.erase(keys),
    check: () => connection.check(),
  };
}
