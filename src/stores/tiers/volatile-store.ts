import type { Clock } from '../../core/clock.ts';
import type { OnlineStore } from '../online-store.ts';
import { GuardedCalls } from './guarded-calls.ts';
import type { StoreBreaker } from './store-breaker.ts';

/**
 * Rows that live in the hot tier alone: nothing stands behind it, so when it fails, they are unavailable, and at
 * once while its breaker is open. It closes with its opener's connection.
 */
export function createVolatileStore(
  store: OnlineStore,
  breaker: StoreBreaker,
  clock: Clock,
  budgetMs: number,
): OnlineStore {
  const calls = new GuardedCalls('the store of volatile views', breaker, clock);
  return {
    readMany: (reads, options = {}) =>
      calls.call(reads.length, budgetMs, options, (o) => store.readMany(reads, o)),
    writeMany: (writes, options = {}) =>
      calls.call(writes.length, budgetMs, options, (o) => store.writeMany(writes, o)),
    eraseMany: (keys) => calls.call(keys.length, Number.POSITIVE_INFINITY, {}, () => store.eraseMany(keys)),
    check: () => store.check(),
    close: async () => {},
  };
}
