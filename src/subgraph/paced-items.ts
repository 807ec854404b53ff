/**
 * A list that graphql-js completes a few items at a time: given it whole, it would not look up before the last field of
 * the last entity, and everybody else would wait for that.
 */
import type { Clock } from '../core/clock.ts';
import { LoopSlice } from './loop-slice.ts';

/** A shorter list is soon done, and is spared the promises. */
const WHOLE_MAX = 100;
/** Completed at once; between them is looked at the clock. */
const ITEMS_AT_ONCE = 32;
/** The loop is one, whichever subgraph works. */
const slice = new LoopSlice();

/** @returns the same items; after the first few, promises of them. */
export function pacedItems<Item>(items: readonly Item[], clock: Clock): readonly (Item | Promise<Item>)[] {
  if (items.length <= WHOLE_MAX) return items;
  slice.begin(clock);
  const paced: (Item | Promise<Item>)[] = items.slice(0, ITEMS_AT_ONCE);
  const turns: (() => void)[] = [];
  for (let from = ITEMS_AT_ONCE; from < items.length; from += ITEMS_AT_ONCE) {
    const { promise, resolve } = Promise.withResolvers<void>();
    turns.push(resolve);
    for (const item of items.slice(from, from + ITEMS_AT_ONCE)) paced.push(promise.then(() => item));
  }
  void takeTurns(turns, clock);
  return paced;
}

async function takeTurns(turns: readonly (() => void)[], clock: Clock): Promise<void> {
  // Behind the first items, which are completed when this is returned.
  await null;
  for (const turn of turns) {
    for (let wait = slice.over(clock); wait !== null; wait = slice.over(clock)) await wait;
    turn();
    // Behind what that began: one step to the items, and one to what they are completed by.
    await null;
    await null;
  }
}
