/** The reads of one wave, over all subgraphs of the process, are one call per store and tier; only misses go on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OnlineStore } from '../../src/stores/online-store.ts';
import { storageKey } from '../../src/stores/storage-key.ts';
import { createContext, NAMESPACE } from '../features/fixtures/open-fixture.ts';
import { startRedis } from '../services/redis.ts';
import { withService } from '../services/services.ts';
import { countingStore } from '../stores/counting-store.ts';
import { type FaultyTiers, openFaultyTiers, settled } from '../stores/tiers/open-faulty-tiers.ts';
import { openSubgraphs, requestOf, type Subgraphs } from './open-subgraphs.ts';

const PLATES = Array.from({ length: 100 }, (_, i) => `p-${i}`);
/** As `READ_CHUNK_KEYS` of the Redis connection. */
const CHUNK = 100;

// A server of its own, because its commands are counted.
await withService(startRedis, (server) => {
  let tiers: FaultyTiers;
  let subgraphs: Subgraphs;
  let warmStore: ReturnType<typeof countingStore>;
  beforeAll(async () => {
    tiers = await openFaultyTiers(server, { hotModeOf: () => 'ON_WRITE' });
    warmStore = countingStore(tiers.store);
    subgraphs = await openSubgraphs((lmdb: OnlineStore) => ({ ...warmStore, close: () => lmdb.close() }));
    for (const plate of PLATES) {
      await subgraphs.fixture.write('truck_facts', [plate], { seats: 2 });
      await subgraphs.fixture.write('truck_crew', [plate], { crew: 1 });
    }
  });
  afterAll(async () => {
    await subgraphs.fixture.close();
    await tiers.close();
    await server.stop();
  });

  const mgetCalls = async (): Promise<number> => {
    const stats = await tiers.redis.info('commandstats');
    return Number(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  };

  /** Both domains asked in one tick, as the gateway's first wave does. */
  async function askBoth(): Promise<readonly unknown[]> {
    const context = createContext();
    const depot = requestOf(
      'query ($plates: [ID!]!) { trucks(plates: $plates) { seats } }',
      { plates: PLATES },
      { context },
    );
    const people = requestOf(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Truck { crew } } }',
      { r: PLATES.map((plate) => ({ __typename: 'Truck', plate })) },
      { context },
    );
    const [a, b] = await Promise.all([
      subgraphs.client('depot').execute(depot),
      subgraphs.client('people').execute(people),
    ]);
    expect([...(a?.errors ?? []), ...(b?.errors ?? [])]).toEqual([]);
    return [a?.data, b?.data];
  }

  test('100 entities in two domains, 10 blocks missing in hot: 200 of Redis in 2 commands, 10 of warm, none twice', async () => {
    const evicted = PLATES.slice(0, 10).map((entityKey, i) => ({
      namespace: NAMESPACE,
      block: i % 2 === 0 ? 'depot.Truck' : 'people.Truck',
      entityKey,
    }));
    await tiers.redis.unlink(...evicted.map(storageKey));
    warmStore.reset();
    tiers.hot.asked.length = 0;
    tiers.warm.asked.length = 0;
    const before = await mgetCalls();
    const first = await askBoth();
    expect(await mgetCalls()).toBe(before + Math.ceil(200 / CHUNK));
    expect(warmStore.calls.map((call) => call.length)).toEqual([200]);
    expect(tiers.hot.count('readMany')).toBe(1);
    expect(new Set(warmStore.calls[0]?.map(storageKey)).size).toBe(200);
    expect(tiers.warm.count('readMany')).toBe(1);
    expect(tiers.warm.keys('readMany').sort()).toEqual(evicted.map(({ entityKey }) => entityKey).sort());

    await settled(async () => (await tiers.redis.exists(...evicted.map(storageKey))) === evicted.length);
    tiers.warm.asked.length = 0;
    expect(await askBoth()).toEqual(first);
    expect(tiers.warm.asked).toEqual([]);
  });
});
