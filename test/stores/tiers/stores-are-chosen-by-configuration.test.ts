import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';
import { compileRegistry } from '../../../src/registry/compile-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { openLmdbEnvironment } from '../../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../../src/stores/lmdb/lmdb-online-store.ts';
import type { BlockKey } from '../../../src/stores/online-store.ts';
import { type OpenStores, openStores } from '../../../src/stores/open-stores.ts';
import { storageKey } from '../../../src/stores/storage-key.ts';
import type { StoresOptions } from '../../../src/stores/store-options.ts';
import { keyOf, textsOf, writeOf } from '../../contract/contract-rows.ts';
import { connectOnce } from '../../services/redis.ts';
import type { ServiceAddress } from '../../services/service-keeper.ts';
import { requireRedis, withService } from '../../services/services.ts';
import { temporaryFolder } from './tiers-here.ts';

const sdlOf = (domain: string, views: readonly string[]) => `"A shop of ${domain}."
type Shop @key(fields: "id")
${views.map((view) => `  @view(${view})`).join('\n')} {
  "Its id."
  id: ID!
${views.map((view, i) => `  "Number ${i}."\n  number${domain}${i}: Int @feature(view: ${/name: ("[^"]+")/.exec(view)?.[1]})`).join('\n')}
}
type Query {
  "One."
  ${domain}Shop(id: ID!): Shop @lookup
}`;

function registryOf(domains: Readonly<Record<string, readonly string[]>>): Registry {
  const { registry, problems } = compileRegistry(
    Object.entries(domains).map(([name, views]) => ({
      name,
      file: `${name}.graphql`,
      sdl: sdlOf(name, views),
      code: {},
    })),
  );
  if (registry === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  return registry;
}

const registry = registryOf({
  sales: ['name: "sales_facts"', 'name: "sales_now", hot: "ONLY"', 'name: "sales_big", block: "big"'],
  stock: ['name: "stock_facts"'],
});

const open: OpenStores[] = [];
afterAll(async () => {
  for (const stores of open) await stores.close();
});
const metrics = createMetrics();
async function start(options: StoresOptions): Promise<OpenStores> {
  const stores = await openStores(options, {
    ...{ registry, metrics, clock: systemClock, random: Math.random },
    onError: (error) => {
      throw error;
    },
  });
  open.push(stores);
  return stores;
}
const lmdb = (folder: string, name: string) => ({ kind: 'lmdb', folder: path.join(folder, name) }) as const;

async function writeAndRead({ store }: OpenStores, blocks: readonly string[]): Promise<BlockKey[]> {
  const keys = blocks.map((block) => keyOf({ block }));
  await store.writeMany(keys.map((key) => writeOf({ ...key, view: 1, text: key.block })));
  const slots = await store.readMany(keys.map((key) => ({ ...key, views: [1] })));
  expect(slots.map((slot) => textsOf(slot)[0])).toEqual(blocks);
  return keys;
}

async function isInLmdb(folder: string, key: BlockKey): Promise<boolean> {
  const environment = await openLmdbEnvironment({ folder });
  const store = createLmdbOnlineStore(environment, { clock: systemClock });
  const [slot] = await store.readMany([{ ...key, views: [1] }]);
  await environment.close();
  return textsOf(slot)[0] !== undefined;
}

describe('stores by name', () => {
  test('one store alone has nothing before it', async () => {
    const folder = temporaryFolder();
    const stores = await start({
      stores: { lmdb: lmdb(folder, 'lmdb') },
      tiers: { default: { warm: 'lmdb' } },
      dataFolder: folder,
    });
    await writeAndRead(stores, ['sales.Shop', 'sales.Shop.volatile']);
    const seen = await metrics.registry.metrics();
    expect(seen).toContain('featuregraph_block_reads_total{store="lmdb",result="found"} 2');
    expect(seen).not.toContain('featuregraph_tier_reads_total{');
    expect(Object.keys(await stores.check())).toEqual(['lmdb']);
  });

  test('a domain and a view can have stores of their own; each row is where it belongs and nowhere else', async () => {
    const folder = temporaryFolder();
    const stores = await start({
      stores: { a: lmdb(folder, 'a'), b: lmdb(folder, 'b'), c: lmdb(folder, 'c') },
      tiers: { default: { warm: 'a' }, stock: { warm: 'b' }, sales_big: { warm: 'c' } },
      dataFolder: folder,
    });
    const keys = await writeAndRead(stores, [
      'sales.Shop',
      'stock.Shop',
      'sales.Shop.big',
      'featuregraph.source',
    ]);
    const places = await Promise.all(
      keys.map(async (key) => {
        const found = await Promise.all(
          ['a', 'b', 'c'].map((name) => isInLmdb(path.join(folder, name), key)),
        );
        return ['a', 'b', 'c'].filter((_, i) => found[i]);
      }),
    );
    expect(places).toEqual([['a'], ['b'], ['c'], ['a']]);
    expect(await stores.store.eraseMany(keys)).toEqual(keys.map(() => ({ outcome: 'ERASED' })));
    const slots = await stores.store.readMany(keys.map((key) => ({ ...key, views: [1] })));
    expect(slots.map((slot) => textsOf(slot)[0])).toEqual(keys.map(() => undefined));
  });

  test('all that does not fit is told at once, and nothing is opened', async () => {
    const folder = temporaryFolder();
    const opening = openStores(
      {
        stores: {
          lmdb: lmdb(folder, 'lmdb'),
          redis: { kind: 'redis', mode: 'SINGLE', nodes: [{ host: 'x', port: 1 }] },
        },
        tiers: {
          sales_facts: { warm: 'redis' },
          stock: { warm: 'lmdb', hot: 'nowhere' },
          shtock: { warm: 'lmdb' },
        },
        dataFolder: folder,
      },
      { registry, metrics, clock: systemClock, random: Math.random, onError: () => {} },
    );
    const message = await opening.catch((error: Error) => error.message);
    expect(String(message).split('\n')).toEqual([
      'tiers.default is missing: it is for every block that no other names.',
      'tiers.sales_facts.warm: expected the name of a store of kind lmdb or cassandra, got redis, which is redis.',
      'tiers.stock.hot: expected the name of a store of kind redis, got nowhere, which is not in stores.',
      'tiers.shtock: expected the name of a domain or view of the schema, or default.',
    ]);
  });

  test('views that are read together cannot be kept apart', async () => {
    const together = registryOf({ sales: ['name: "sales_facts"', 'name: "sales_more"'] });
    const folder = temporaryFolder();
    await expect(
      openStores(
        {
          stores: { a: lmdb(folder, 'a'), b: lmdb(folder, 'b') },
          tiers: { default: { warm: 'a' }, sales_more: { warm: 'b' } },
          dataFolder: folder,
        },
        { registry: together, metrics, clock: systemClock, random: Math.random, onError: () => {} },
      ),
    ).rejects.toThrow(/The views of sales\.Shop are read together.*@view\(block:\)/);
  });
});

await withService(requireRedis, ({ host, port }: ServiceAddress) => {
  describe('tiers by name', () => {
    test('volatile views are in the hot store alone, others in both, and each tier tells what it does', async () => {
      const folder = temporaryFolder();
      const stores = await start({
        stores: {
          lmdb: lmdb(folder, 'lmdb'),
          fast: { kind: 'redis', mode: 'SINGLE', nodes: [{ host, port }], commandTimeoutMs: 2000 },
        },
        tiers: {
          default: {
            warm: 'lmdb',
            hot: 'fast',
            limits: { hotBudgetMs: 2000, memoryMaxAgeMs: 0 },
            volatileLifeMs: 60_000,
          },
        },
        dataFolder: folder,
      });
      const volatileView = registry.views.get('sales_now');
      expect(volatileView?.blockId).toBe('sales.Shop.volatile');
      const [durable, volatile] = (await writeAndRead(stores, ['sales.Shop', 'sales.Shop.volatile'])) as [
        BlockKey,
        BlockKey,
      ];
      const redis = connectOnce(port);
      expect(await redis.exists(storageKey(durable))).toBe(1);
      expect(await redis.pttl(storageKey(volatile))).toBeGreaterThan(50_000);
      redis.disconnect();
      expect(await isInLmdb(path.join(folder, 'lmdb'), durable)).toBe(true);
      expect(await isInLmdb(path.join(folder, 'lmdb'), volatile)).toBe(false);

      await stores.store.readMany([{ ...keyOf({ block: 'sales.Shop' }), views: [1] }]);
      const seen = await metrics.registry.metrics();
      for (const line of [
        'featuregraph_tier_reads_total{tier="hot",store="fast",result="hit"} 1',
        'featuregraph_tier_reads_total{tier="hot",store="fast",result="miss"} 1',
        'featuregraph_tier_reads_total{tier="warm",store="lmdb",result="miss"} 1',
        'featuregraph_breaker_state{store="fast"} 0',
        'featuregraph_breaker_state{store="lmdb"} 0',
        'featuregraph_promotions_total{store="fast",result="promoted"}',
        'featuregraph_read_batch_blocks_count{store="fast"}',
        'featuregraph_read_duration_seconds_count{store="fast"}',
      ])
        expect(seen).toContain(line);
      expect(await stores.check()).toMatchObject({ lmdb: { ok: true }, fast: { ok: true } });
    });

    test('a schema that is replaced decides anew, and one that does not fit changes nothing', async () => {
      const folder = temporaryFolder();
      const stores = await start({
        stores: {
          lmdb: lmdb(folder, 'lmdb'),
          other: lmdb(folder, 'other'),
          fast: { kind: 'redis', mode: 'SINGLE', nodes: [{ host, port }], commandTimeoutMs: 2000 },
        },
        tiers: {
          default: { warm: 'lmdb', hot: 'fast', limits: { hotBudgetMs: 2000 } },
          stock: { warm: 'other' },
        },
        dataFolder: folder,
      });
      const next = registryOf({ sales: ['name: "sales_facts"'], stock: ['name: "stock_now", block: "now"'] });
      stores.follow(next);
      const [moved] = (await writeAndRead(stores, ['stock.Shop.now'])) as [BlockKey];
      expect(await isInLmdb(path.join(folder, 'other'), moved)).toBe(true);
      expect(() => stores.follow(registryOf({ sales: ['name: "sales_facts"'] }))).toThrow('tiers.stock');
      const [still] = (await writeAndRead(stores, ['stock.Shop.now'])) as [BlockKey];
      expect(await isInLmdb(path.join(folder, 'other'), still)).toBe(true);
    });
  });
});
