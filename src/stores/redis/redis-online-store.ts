import type { Clock } from '../../core/clock.ts';
import { verifyBlock } from '../block-format.ts';
import { lacksRow, noRows } from '../block-rows.ts';
import type { HotSlot } from '../hot-store.ts';
import {
  type BlockRead,
  type BlockSlot,
  isStoreFailure,
  type OnlineStore,
  type WriteSlot,
} from '../online-store.ts';
import { openRedisConnection, type RedisConnection } from './redis-connection.ts';
import { COMMAND_TIMEOUT_MS_DEFAULT, type RedisOptions } from './redis-options.ts';
import { RedisRows } from './redis-rows.ts';

/** Online rows in Redis alone: of views that are declared volatile, because Redis may evict and forget. */
export interface RedisOnlineStoreOptions {
  readonly clock: Clock;
  /** From 0 to below 1; spreads expiries and reconnections. */
  readonly random: () => number;
  readonly blockMaxBytes?: number;
  /** How long a block stays after its last write; for ever when not given. */
  readonly lifeMs?: number;
}

/** Opens a store that owns its connections. Does not fail for a server that is not there: `check` tells. */
export async function openRedisOnlineStore(
  redis: RedisOptions,
  options: RedisOnlineStoreOptions,
): Promise<OnlineStore> {
  const connection = await openRedisConnection(redis, options.random);
  const commandTimeoutMs = redis.commandTimeoutMs ?? COMMAND_TIMEOUT_MS_DEFAULT;
  return createRedisOnlineStore(connection, new RedisRows(connection, { ...options, commandTimeoutMs }));
}

/** A store over a connection that closes with it. */
export function createRedisOnlineStore(connection: RedisConnection, rows: RedisRows): OnlineStore {
  return {
    async readMany(reads, options = {}) {
      const slots = await rows.read(reads, options);
      for (let i = 0; i < slots.length; i += 1) {
        const [read, slot] = [reads[i] as BlockRead, slots[i] as HotSlot];
        if (slot === 'MISSING') slots[i] = noRows(read.views);
        else if (hidesRow(read, slot))
          slots[i] = { failed: 'CORRUPT', detail: `a row of ${read.block} is hidden` };
      }
      return slots as BlockSlot[];
    },
    // A write makes the block that is missing, so its outcome is never MISSING.
    writeMany: async (writes, options = {}) => (await rows.write(writes, 'WRITE', options)) as WriteSlot[],
    eraseMany: (keys) => rows.erase(keys),
    check: () => connection.check(),
    close: async () => connection.close(),
  };
}

/** A damaged directory has a row under the id of another view, so none is believed of a block where that is so. */
function hidesRow({ namespace, block, entityKey }: BlockRead, slot: HotSlot): boolean {
  if (typeof slot === 'string' || isStoreFailure(slot) || !lacksRow(slot)) return false;
  return !verifyBlock(namespace, block, entityKey, slot.bytes);
}
