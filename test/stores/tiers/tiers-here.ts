import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { openLmdbEnvironment } from '../../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../../src/stores/lmdb/lmdb-online-store.ts';
import type { OnlineStore } from '../../../src/stores/online-store.ts';
import { openRedisConnection } from '../../../src/stores/redis/redis-connection.ts';
import { createRedisHotStore } from '../../../src/stores/redis/redis-hot-store.ts';
import { openTieredStore } from '../../../src/stores/tiers/tiered-store.ts';
import type { ServiceAddress } from '../../services/service-keeper.ts';
import { singleRedis, storeOptions } from '../redis/redis-here.ts';

/** Patient, because the machine has other things to do. */
export const PATIENT = { hotBudgetMs: 2000, warmBudgetMs: 5000 } as const;
export const HOT_LIFE_MS = 60_000;

/** A folder that goes when the process of the test file does. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-tiers-'));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export async function openWarm(folder: string): Promise<OnlineStore> {
  const environment = await openLmdbEnvironment({ folder: path.join(folder, 'lmdb') });
  return createLmdbOnlineStore(environment, { clock: systemClock });
}

/** Another client of the same rows: Redis before `warm`. */
export async function openTiersOver(
  redis: ServiceAddress,
  warm: OnlineStore,
  folder: string,
): Promise<OnlineStore> {
  const connection = await openRedisConnection(singleRedis(redis), Math.random);
  const hot = createRedisHotStore(connection, {
    ...storeOptions,
    commandTimeoutMs: 2000,
    lifeMs: HOT_LIFE_MS,
  });
  const store = await openTieredStore({
    warm,
    hot,
    clock: systemClock,
    processId: randomUUID(),
    limits: PATIENT,
    repairLog: { folder: path.join(folder, 'repairs') },
  });
  const close = async (): Promise<void> => {
    await store.close();
    connection.close();
    await warm.close();
  };
  return { ...methodsOf(store), close };
}

function methodsOf(store: OnlineStore): OnlineStore {
  return {
    readMany: (reads, options) => store.readMany(reads, options),
    writeMany: (writes, options) => store.writeMany(writes, options),
    eraseMany: (keys) => store.eraseMany(keys),
    check: () => store.check(),
    close: () => store.close(),
  };
}
