/** What every tenant store promises, whatever is behind it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TenantStore } from '../../src/stores/tenant-store.ts';

/** @param openStore opens one more client of the same records; each client is closed by itself. */
export function tenantStoreContract(name: string, openStore: () => Promise<TenantStore>): void {
  describe(`${name} keeps the promises of a tenant store`, () => {
    let store: TenantStore;
    let other: TenantStore;
    beforeAll(async () => {
      store = await openStore();
      other = await openStore();
    });
    afterAll(async () => {
      await store.close();
      await other.close();
    });

    test('an empty store is at revision 0 and has no records', async () => {
      expect(await store.revision()).toBe(0);
      expect(await store.load()).toEqual({ revision: 0, records: new Map() });
    });

    test('a change moves the revision by one and is seen by every client', async () => {
      expect(await store.change(0, new Map([['tenant/a', '{"a":"ü\\u0000"}']]))).toBe(1);
      for (const client of [store, other]) {
        expect(await client.revision()).toBe(1);
        expect(await client.load()).toEqual({
          revision: 1,
          records: new Map([['tenant/a', '{"a":"ü\\u0000"}']]),
        });
      }
    });

    test('several changes are made at once; null removes', async () => {
      const changes = new Map([
        ['tenant/a', null],
        ['tenant/b', 'b'],
        ['key/1', 'one'],
      ]);
      expect(await other.change(1, changes)).toBe(2);
      expect(await store.load()).toEqual({
        revision: 2,
        records: new Map([
          ['tenant/b', 'b'],
          ['key/1', 'one'],
        ]),
      });
    });

    test('a change from a revision that is past changes nothing', async () => {
      expect(await store.change(1, new Map([['tenant/b', 'stale']]))).toBeNull();
      expect((await other.load()).records.get('tenant/b')).toBe('b');
      expect(await other.revision()).toBe(2);
    });

    test('of many at once from one revision exactly one is made', async () => {
      const from = await store.revision();
      const made = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          // A client may find itself refused for contention, which is not knowing; then it was not told "made".
          (i % 2 === 0 ? store : other).change(from, new Map([['tenant/race', String(i)]])).catch(() => null),
        ),
      );
      const winners = made.flatMap((revision, i) => (revision === null ? [] : [i]));
      expect(winners.length).toBeLessThanOrEqual(1);
      const { revision, records } = await store.load();
      expect(revision).toBe(from + 1);
      if (winners.length === 1) expect(records.get('tenant/race')).toBe(String(winners[0]));
    });

    test('thousands of records come back whole, with the revision they were made at', async () => {
      const before = (await store.load()).records.size;
      for (let i = 0; i < 25; i += 1) {
        const changes = new Map(
          Array.from({ length: 100 }, (_, j) => [`key/many-${i}-${j}`, 'x'.repeat(300)] as const),
        );
        const from = await store.revision();
        expect(await store.change(from, changes)).toBe(from + 1);
      }
      const loaded = await other.load();
      expect(loaded.records.size).toBe(before + 2500);
      expect(loaded.revision).toBe(await store.revision());
    });

    test('too many changes, none, and a record too long are refused before anything is written', async () => {
      const from = await store.revision();
      const many = new Map(Array.from({ length: 101 }, (_, i) => [`key/${i}`, 'x'] as const));
      await expect(store.change(from, many)).rejects.toThrow('1 to 100 changes');
      await expect(store.change(from, new Map())).rejects.toThrow('1 to 100 changes');
      await expect(store.change(from, new Map([['tenant/long', 'x'.repeat(65_537)]]))).rejects.toThrow(
        'at most 65536 characters',
      );
      expect(await store.revision()).toBe(from);
    });
  });
}
