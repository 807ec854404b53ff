import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';
import { compileRegistry } from '../../../src/registry/compile-registry.ts';
import type { Registry, View } from '../../../src/registry/registry.ts';
import { CassandraClient } from '../../../src/stores/cassandra/cassandra-client.ts';
import { createCassandraOnlineStore } from '../../../src/stores/cassandra/cassandra-online-store.ts';
import { type OpenStores, openStores } from '../../../src/stores/open-stores.ts';
import { CONTRACT_TIME_MS, keyOf, textsOf, writeOf } from '../../contract/contract-rows.ts';
import { withService } from '../../services/services.ts';
import { temporaryFolder } from '../tiers/tiers-here.ts';
import { requireCassandraKeyspace } from './cassandra-here.ts';

const WEEK_SECONDS = 7 * 24 * 60 * 60;
/** The machine may be slow between a write and the look at it. */
const SLACK_SECONDS = 120;

function registryOf(ttlOfNow: string): Registry {
  const { registry, problems } = compileRegistry([
    {
      name: 'shop',
      file: 'shop.graphql',
      sdl: `"A shop."
type Shop @key(fields: "id") @view(name: "shop_now", ttl: "${ttlOfNow}") @view(name: "shop_facts") {
  "Its id."
  id: ID!
  "Visitors now."
  visitors: Int @feature(view: "shop_now")
  "Floors."
  floors: Int @feature(view: "shop_facts")
}
type Query {
  "One."
  shop(id: ID!): Shop @lookup
}`,
      code: {},
    },
  ]);
  if (registry === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  return registry;
}
const viewOf = (registry: Registry, name: string): View => registry.views.get(name) as View;

await withService(requireCassandraKeyspace, (cassandra) => {
  const client = new CassandraClient(cassandra, systemClock);
  const open: OpenStores[] = [];
  afterAll(async () => {
    for (const stores of open) await stores.close();
    await client.close();
  });
  const start = async (registry: Registry, rowsExpire?: boolean): Promise<OpenStores> => {
    const stores = await openStores(
      {
        stores: { ring: { kind: 'cassandra', ...cassandra } },
        tiers: { default: { warm: 'ring' } },
        dataFolder: temporaryFolder(),
      },
      {
        ...{ registry, metrics: createMetrics(), clock: systemClock, random: Math.random },
        ...(rowsExpire === undefined ? {} : { rowsExpire }),
        onError: (error) => {
          throw error;
        },
      },
    );
    open.push(stores);
    return stores;
  };

  /** Writes one row of a view and asks the database how many seconds it has left; `null` when it stays. */
  async function secondsLeft({ store }: OpenStores, { blockId, id }: View): Promise<number | null> {
    const key = keyOf({ block: blockId });
    const [slot] = await store.writeMany([writeOf({ ...key, view: id })]);
    expect(slot).toEqual({ outcome: 'UNTOLD' });
    const found = await client.runOnce(
      `SELECT TTL(packed_row) AS life FROM ${cassandra.keyspace}.online_rows WHERE namespace = ? AND block = ? AND entity_key = ?`,
      [key.namespace, key.block, key.entityKey],
    );
    return found.first().get('life') as number | null;
  }
  const expectLife = (seconds: number | null, ttlSeconds: number): void => {
    // Counted from the write: the row's event time is long past.
    expect(seconds).toBeLessThanOrEqual(ttlSeconds + WEEK_SECONDS);
    expect(seconds).toBeGreaterThan(ttlSeconds + WEEK_SECONDS - SLACK_SECONDS);
  };

  describe('rows in Cassandra', () => {
    test('go a week after their time to live, counted from the write; without one they stay', async () => {
      const registry = registryOf('1h');
      const stores = await start(registry);
      expectLife(await secondsLeft(stores, viewOf(registry, 'shop_now')), 3600);
      expect(await secondsLeft(stores, viewOf(registry, 'shop_facts'))).toBeNull();
    });

    test('have the life that the schema gives now', async () => {
      const stores = await start(registryOf('1h'));
      const next = registryOf('2d');
      stores.follow(next);
      expectLife(await secondsLeft(stores, viewOf(next, 'shop_now')), 2 * 24 * 3600);
    });

    test('stay where the clock stands still', async () => {
      const registry = registryOf('1h');
      const stores = await start(registry, false);
      expect(await secondsLeft(stores, viewOf(registry, 'shop_now'))).toBeNull();
    });

    test('are gone then, and a newer one that is written meanwhile is not', async () => {
      const short = createCassandraOnlineStore(client, cassandra, { lifeMsOf: () => 2000 });
      const long = createCassandraOnlineStore(client, cassandra);
      const [gone, renewed] = [keyOf({ parts: ['gone'] }), keyOf({ parts: ['renewed'] })];
      const read = async () => {
        const slots = await long.readMany([gone, renewed].map((key) => ({ ...key, views: [1] })));
        return slots.map((slot) => textsOf(slot)[0]);
      };
      await short.writeMany([gone, renewed].map((key) => writeOf({ ...key, view: 1, text: 'short' })));
      const eventTimeMs = CONTRACT_TIME_MS + 1;
      await long.writeMany([writeOf({ ...renewed, view: 1, text: 'newer', eventTimeMs })]);
      await expect.poll(read, { timeout: 30_000 }).toEqual([undefined, 'newer']);
      // What comes late and is older than what went stays hidden.
      const late = writeOf({ ...gone, view: 1, text: 'late', eventTimeMs: CONTRACT_TIME_MS - 1 });
      await long.writeMany([late]);
      expect(await read()).toEqual([undefined, 'newer']);
    });
  });
});
