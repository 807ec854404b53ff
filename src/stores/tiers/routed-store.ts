import type { BlockKey, OnlineStore } from '../online-store.ts';

/**
 * One online store over several, each with blocks of its own: a call is split by store, asked of all at once, and
 * its slots come back in the order of the call. The stores are closed by their opener.
 */
export function createRoutedStore(
  stores: readonly OnlineStore[],
  storeOf: (block: string) => OnlineStore,
): OnlineStore {
  return {
    readMany: (reads, options) => split(reads, storeOf, (store, part) => store.readMany(part, options)),
    writeMany: (writes, options) => split(writes, storeOf, (store, part) => store.writeMany(part, options)),
    eraseMany: (keys) => split(keys, storeOf, (store, part) => store.eraseMany(part)),
    async check() {
      const checks = await Promise.all(stores.map((store) => store.check()));
      return {
        ok: checks.every(({ ok }) => ok),
        detail: [...new Set(checks.map(({ detail }) => detail))].join('; '),
      };
    },
    async close() {
      for (const store of stores) await store.close();
    },
  };
}

function split<Item extends BlockKey, Slot>(
  items: readonly Item[],
  storeOf: (block: string) => OnlineStore,
  call: (store: OnlineStore, part: readonly Item[]) => Promise<Slot[]>,
): Promise<Slot[]> {
  const only = onlyStore(items, storeOf);
  return only === null ? splitMany(items, storeOf, call) : call(only, items);
}

/** @returns `null` where there are several, or none. */
function onlyStore(items: readonly BlockKey[], storeOf: (block: string) => OnlineStore): OnlineStore | null {
  let block: string | undefined;
  let only: OnlineStore | null = null;
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i] as BlockKey;
    if (item.block === block) continue;
    block = item.block;
    const store = storeOf(block);
    if (only !== null && store !== only) return null;
    only = store;
  }
  return only;
}

async function splitMany<Item extends BlockKey, Slot>(
  items: readonly Item[],
  storeOf: (block: string) => OnlineStore,
  call: (store: OnlineStore, part: readonly Item[]) => Promise<Slot[]>,
): Promise<Slot[]> {
  const places = new Map<OnlineStore, number[]>();
  let block: string | undefined;
  let current: number[] = [];
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i] as Item;
    if (item.block !== block) {
      block = item.block;
      const store = storeOf(block);
      const known = places.get(store);
      current = known ?? [];
      if (known === undefined) places.set(store, current);
    }
    current.push(i);
  }
  const slots: Slot[] = new Array(items.length);
  await Promise.all(
    [...places].map(async ([store, indices]) => {
      const part = await call(
        store,
        indices.map((i) => items[i] as Item),
      );
      indices.forEach((place, at) => {
        slots[place] = part[at] as Slot;
      });
    }),
  );
  return slots;
}
