import { encodeKeySegment } from '../../core/entity-key.ts';
import { type Bucket, exchangeInBucket, fullBucket, isBucket, lookIntoBucket } from '../budget-bucket.ts';
import type { BudgetSlot, BudgetStore, LookSlot } from '../budget-store.ts';
import type { StoreCallOptions, StoreFailure } from '../online-store.ts';
import { PendingSlots } from '../pending-slots.ts';
import type { LmdbEnvironment } from './lmdb-environment.ts';

/**
 * Budgets beside the rows, for the processes of one machine, whose clock they share. An exchange is on disk before
 * it is answered, so nothing is given out twice after a power cut, and a budget that is not there is a new one: full.
 */
export interface LmdbBudgetOptions {
  /** The machine's; not the one that features are measured by, which may stand still. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** Longest that a call may take, whatever its deadline is. */
  readonly commandTimeoutMs: number;
}

export function createLmdbBudgetStore(environment: LmdbEnvironment, options: LmdbBudgetOptions): BudgetStore {
  const { budgets } = environment;
  const { nowMs } = options;
  const read = (tenant: string): Bucket | StoreFailure | null => {
    const value = budgets.getBinary(encodeKeySegment(tenant));
    return value === undefined ? null : parse(value);
  };
  return {
    async exchangeMany(exchanges, callOptions = {}) {
      const pending = pendingSlots<BudgetSlot>(exchanges.length, options, callOptions);
      const slots: BudgetSlot[] = [];
      const done = environment.commit(() => {
        slots.length = 0;
        for (const exchange of exchanges) {
          const now = nowMs();
          const bucket = read(exchange.tenant) ?? fullBucket(exchange.limits, now);
          if ('failed' in bucket) slots.push(bucket);
          else {
            slots.push(exchangeInBucket(bucket, exchange, now));
            budgets.putSync(encodeKeySegment(exchange.tenant), Buffer.from(JSON.stringify(bucket), 'utf8'));
          }
        }
      });
      done.then(
        () => slots.forEach((slot, i) => void pending.settle(i, slot)),
        (error: Error) => exchanges.forEach((_, i) => void pending.settle(i, unavailable(error))),
      );
      return pending.complete;
    },
    async lookMany(tenants) {
      try {
        environment.refresh();
      } catch (error) {
        return tenants.map(() => unavailable(error as Error));
      }
      return tenants.map(({ tenant, limits }): LookSlot => {
        const bucket = read(tenant);
        if (bucket === null) return 'NONE';
        return 'failed' in bucket ? bucket : lookIntoBucket(bucket, limits, nowMs());
      });
    },
    async check() {
      return { ok: true, detail: 'is open' };
    },
    /** The environment is its owner's. */
    close: async () => {},
  };
}

function pendingSlots<Slot>(
  count: number,
  { commandTimeoutMs, monotonicMs }: LmdbBudgetOptions,
  { deadlineAtMs }: StoreCallOptions,
): PendingSlots<Slot | StoreFailure> {
  const leftMs = (deadlineAtMs ?? Number.POSITIVE_INFINITY) - monotonicMs();
  return new PendingSlots<Slot | StoreFailure>(count, Math.min(commandTimeoutMs, leftMs), () => ({
    failed: 'TIMEOUT',
    detail: 'the disk did not take it in time',
  }));
}

function unavailable(error: Error): StoreFailure {
  return { failed: 'UNAVAILABLE', detail: error.message };
}

function parse(value: Buffer): Bucket | StoreFailure {
  try {
    const bucket: unknown = JSON.parse(value.toString('utf8'));
    if (isBucket(bucket)) return bucket;
  } catch {
    // told below
  }
  return { failed: 'CORRUPT', detail: 'what the embedded store has for it is no budget' };
}
