/** What every layout store promises, whatever is behind it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FeatureType } from '../../src/core/feature-type.ts';
import type { LayoutStore, StoredLayout } from '../../src/stores/layout-store.ts';

const FLOAT: FeatureType = { kind: 'scalar', name: 'Float', maxBytes: 256 };
const TYPES: readonly FeatureType[] = [
  FLOAT,
  { kind: 'enum', name: 'Kind', values: ['A', 'B'] },
  { kind: 'list', of: { kind: 'scalar', name: 'String', maxBytes: 40 }, itemsNonNull: true, maxItems: 9 },
  { kind: 'struct', name: 'Weather', fields: [{ name: 'tempC', type: FLOAT, nonNull: true }] },
  { kind: 'vector', dim: 3, element: 'F32' },
];

/** @param openStore opens one more client of the same layouts; each client is closed by itself. */
export function layoutStoreContract(name: string, openStore: () => Promise<LayoutStore>): void {
  describe(`${name} keeps the promises of a layout store`, () => {
    let store: LayoutStore;
    let other: LayoutStore;
    beforeAll(async () => {
      store = await openStore();
      other = await openStore();
    });
    afterAll(async () => {
      await store.close();
      await other.close();
    });

    test('a layout comes back as it was put, with every kind of type, to every client', async () => {
      const layout: StoredLayout = { id: 0x80000001, names: ['a', 'b', 'ü', 'd', 'e'], types: TYPES };
      await store.putMany([layout]);
      for (const client of [store, other]) expect(await client.getMany([layout.id])).toEqual([layout]);
    });

    test('slots come in the order asked; what was never put is undefined', async () => {
      const layouts = [0, 1, 0xffffffff].map((id) => ({ id, names: [`n${id}`], types: [FLOAT] }));
      await store.putMany(layouts);
      const ids = [0xffffffff, 77, 0, 1, 0];
      expect((await store.getMany(ids)).map((layout) => layout?.names)).toEqual([
        ['n4294967295'],
        undefined,
        ['n0'],
        ['n1'],
        ['n0'],
      ]);
    });

    test('no ids, no slots; no layouts, nothing to do', async () => {
      expect(await store.getMany([])).toEqual([]);
      await store.putMany([]);
    });

    test('putting a layout again, also twice at once, changes nothing', async () => {
      const layout: StoredLayout = { id: 42, names: ['x'], types: [FLOAT] };
      await Promise.all([store.putMany([layout, layout]), other.putMany([layout])]);
      await store.putMany([layout]);
      expect(await other.getMany([42])).toEqual([layout]);
    });

    test('a layout of five thousand features is kept', async () => {
      const names = Array.from({ length: 5000 }, (_, i) => `feature_with_a_long_name_${i}`);
      const layout: StoredLayout = { id: 43, names, types: names.map(() => FLOAT) };
      await store.putMany([layout]);
      expect(await other.getMany([43])).toEqual([layout]);
    });
  });
}
