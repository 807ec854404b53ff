/** The way to the store of budgets: no one waits for it longer than the lease timeout, or at all while it fails. */
import type { BudgetExchange, BudgetSlot, BudgetStore } from '../../stores/budget-store.ts';
import { isStoreFailure, type StoreFailure } from '../../stores/online-store.ts';
import type { CallVerdict, StoreBreaker } from '../../stores/tiers/store-breaker.ts';

export interface GuardedExchangeParts {
  readonly store: BudgetStore;
  readonly breaker: StoreBreaker;
  readonly leaseTimeoutMs: number;
  /** Told of each, for metrics and an alarm. */
  readonly onAnswer: (slot: BudgetSlot, exchange: BudgetExchange) => void;
}

/** @param leftMs that the request which waits longest may still wait. */
export type SendExchange = (exchange: BudgetExchange, leftMs: number) => Promise<BudgetSlot>;

/** A process that was busy has let the time pass; the store is asked nevertheless, and answers in less. */
const LEFT_MIN_MS = 2;

const LATE: StoreFailure = { failed: 'TIMEOUT', detail: 'the lease timeout passed' };
const LEFT_ALONE: StoreFailure = { failed: 'UNAVAILABLE', detail: 'it fails and is left alone for a moment' };

export function guardedExchange(parts: GuardedExchangeParts): SendExchange {
  const { store, breaker, leaseTimeoutMs, onAnswer } = parts;
  return async (exchange, leftMs) => {
    const ms = Math.max(LEFT_MIN_MS, leftMs);
    const slot = await breaker.run<BudgetSlot>(
      () => within(ms, exchangeOne(store, exchange)),
      (answer) => verdictOf(answer, ms < leaseTimeoutMs / 2),
    );
    onAnswer(slot ?? LEFT_ALONE, exchange);
    return slot ?? LEFT_ALONE;
  };
}

/** Something else under a tenant's key says nothing against the store, nor does a call that had little time. */
function verdictOf(slot: BudgetSlot, isCut: boolean): CallVerdict {
  if (!isStoreFailure(slot) || slot.failed === 'CORRUPT') return 'OK';
  return isCut && slot.failed === 'TIMEOUT' ? 'UNTOLD' : 'DOWN';
}

async function exchangeOne(store: BudgetStore, exchange: BudgetExchange): Promise<BudgetSlot> {
  try {
    const [slot] = await store.exchangeMany([exchange]);
    return slot as BudgetSlot;
  } catch (error) {
    return { failed: 'UNAVAILABLE', detail: `it threw: ${error instanceof Error ? error.message : error}` };
  }
}

function within(ms: number, sent: Promise<BudgetSlot>): Promise<BudgetSlot> {
  return new Promise((resolve) => {
    // After the time, what has arrived is read first: a process that is busy must not take that for a dead store.
    const timer = setTimeout(() => setImmediate(resolve, LATE), ms);
    void sent.then((slot) => {
      clearTimeout(timer);
      resolve(slot);
    });
  });
}
