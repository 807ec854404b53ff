/** Tiers over a real Redis and a real LMDB, each with faults on demand, for one test file. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Redis } from 'ioredis';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import type { BlockKey, BlockRows, BlockSlot, StoreCallOptions } from '../../../src/stores/online-store.ts';
import { openRedisConnection } from '../../../src/stores/redis/redis-connection.ts';
import { createRedisHotStore } from '../../../src/stores/redis/redis-hot-store.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
import {
  openTieredStore,
  type TieredStore,
  type TieredStoreOptions,
} from '../../../src/stores/tiers/tiered-store.ts';
import { keyOf, textsOf, writeOf } from '../../contract/contract-rows.ts';
import type { ServiceAddress } from '../../services/service-keeper.ts';
import { singleRedis, storeOptions } from '../redis/redis-here.ts';
import { Faults, faultyHotStore, faultyOnlineStore } from './faulty-stores.ts';
import { HOT_LIFE_MS, openWarm, PATIENT, temporaryFolder } from './tiers-here.ts';

export interface FaultyTiers {
  readonly store: TieredStore;
  readonly hot: Faults;
  readonly warm: Faults;
  readonly redis: Redis;
  readonly folder: string;
  /** Another process's view of the same stores, with faults of its own. */
  another(options?: Partial<TieredStoreOptions>): Promise<FaultyTiers>;
  close(): Promise<void>;
}

/** Memory is off where a test does not ask for it, so that each read shows what hot and warm have. */
export async function openFaultyTiers(
  address: ServiceAddress,
  options: Partial<TieredStoreOptions> = {},
  folder = temporaryFolder(),
): Promise<FaultyTiers> {
  const clock: Clock = options.clock ?? systemClock;
  const connection = await openRedisConnection(singleRedis(address), Math.random);
  const redis = new Redis(address.port, address.host);
  redis.on('error', () => {});
  const [hot, warm] = [new Faults(), new Faults()];
  const lmdb = await openWarm(folder);
  const store = await openTieredStore({
    warm: faultyOnlineStore(lmdb, warm),
    hot: faultyHotStore(
      createRedisHotStore(connection, {
        ...storeOptions,
        clock: systemClock,
        commandTimeoutMs: 2000,
        lifeMs: HOT_LIFE_MS,
      }),
      hot,
    ),
    clock,
    processId: randomUUID(),
    repairLog: { folder: path.join(folder, 'repairs') },
    // Repairs run when a test says so.
    repairEveryMs: 1_000_000,
    ...options,
    limits: { ...PATIENT, memoryMaxAgeMs: 0, ...options.limits },
  });
  return {
    ...{ store, hot, warm, redis, folder },
    another: (more = {}) => openFaultyTiers(address, { ...options, ...more }, folder),
    close: async () => {
      await store.close();
      connection.close();
      redis.disconnect();
      await lmdb.close();
    },
  };
}

export const VIEW = 1;
export const newKey = (): BlockKey => keyOf();

export async function writeText(
  { store }: Pick<FaultyTiers, 'store'>,
  key: BlockKey,
  text: string,
  eventTimeMs: number,
  more: { readonly view?: number; readonly tombstone?: boolean } = {},
): Promise<string> {
  const [slot] = await store.writeMany([writeOf({ ...key, view: VIEW, text, eventTimeMs, ...more })]);
  if (slot === undefined) throw new Error('a slot for the write');
  return 'failed' in slot ? slot.failed : 'OK';
}

/** The text of the one row read; `undefined` where there is none; why not, where it failed. */
export async function readText(
  { store }: Pick<FaultyTiers, 'store'>,
  key: BlockKey,
  options: StoreCallOptions = {},
): Promise<string | undefined> {
  return textOf((await store.readMany([{ ...key, views: [VIEW] }], options))[0]);
}

export function textOf(slot: BlockSlot | undefined): string | undefined {
  if (slot !== undefined && 'failed' in slot) return slot.failed;
  return textsOf(slot as BlockRows)[0];
}

/** As if memory had run short. */
export async function evict({ redis }: Pick<FaultyTiers, 'redis'>, key: BlockKey): Promise<void> {
  await redis.unlink(storageKey(key));
}

/** What hot alone has: read with warm switched off. */
export async function hotText(tiers: FaultyTiers, key: BlockKey): Promise<string | undefined> {
  const block = await tiers.redis.getBuffer(storageKey(key));
  if (block === null) return 'NOTHING';
  tiers.warm.fail('UNAVAILABLE', ['readMany']);
  try {
    return await readText(tiers, key);
  } finally {
    tiers.warm.fail(null);
  }
}

/** Promotions are on their way beside the answers. */
export async function settled(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it did not come to that within two seconds');
}
