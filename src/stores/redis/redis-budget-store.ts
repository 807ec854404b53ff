import type { Clock } from '../../core/clock.ts';
import { encodeKeySegment } from '../../core/entity-key.ts';
import type {
  BudgetAnswer,
  BudgetExchange,
  BudgetLook,
  BudgetRefusal,
  BudgetReserve,
  BudgetSlot,
  BudgetState,
  BudgetStore,
  LookSlot,
} from '../budget-store.ts';
import type { StoreCallOptions, StoreFailure } from '../online-store.ts';
import { PendingSlots } from '../pending-slots.ts';
import { BUDGET_SCRIPT, BUDGET_SINCE_SCRIPT } from './redis-budget-script.ts';
import type { RedisConnection, ScriptCall } from './redis-connection.ts';
import { slotOf } from './redis-slots.ts';

/**
 * Budgets in Redis. What is kept must not be evicted, and lasts as long as Redis' own persistence makes it last. A
 * failover to a replica that lags gives out again what the replica had not heard of.
 */
export interface RedisBudgetOptions {
  readonly clock: Clock;
  /** Longest that a call may take, whatever its deadline is. */
  readonly commandTimeoutMs: number;
}

/** Groups of tenants, each with an index in the same slot of a Cluster. */
const GROUPS = 32;
/** For a minute. */
const SINCE_TRIES = 60;
const SINCE_AGAIN_MS = 1000;
const NOBODY = {
  ...{ holder: '', number: 0, giveBack: 0, keeps: 0, need: 0, wanted: 0, spare: 0 },
  ...{ slots: 0, slotsUsed: 0 },
};
const NO_RESERVE: BudgetReserve = { units: 0, ofDay: 0, slots: 0 };
const REFUSALS: readonly (BudgetRefusal | null)[] = [null, 'BUDGET', 'QUOTA'];

export class RedisBudgetStore implements BudgetStore {
  readonly #connection: RedisConnection;
  readonly #options: RedisBudgetOptions;

  constructor(connection: RedisConnection, options: RedisBudgetOptions) {
    this.#connection = connection;
    connection.serves('BUDGETS');
    this.#options = options;
    this.#tellSince();
  }

  async exchangeMany(
    exchanges: readonly BudgetExchange[],
    options: StoreCallOptions = {},
  ): Promise<BudgetSlot[]> {
    const calls = exchanges.map((exchange) => callOf('EXCHANGE', exchange));
    return this.#run(calls, options, (numbers) => answerOf(numbers));
  }

  async lookMany(tenants: readonly BudgetLook[], options: StoreCallOptions = {}): Promise<LookSlot[]> {
    const calls = tenants.map((look) => callOf('LOOK', { ...look, ...NOBODY }));
    return this.#run(calls, options, (numbers) => (numbers.length === 0 ? 'NONE' : stateOf(numbers)));
  }

  check() {
    return this.#connection.check();
  }

  /** The connection is its opener's. */
  async close(): Promise<void> {}

  async #run<Slot>(
    calls: readonly ScriptCall[],
    options: StoreCallOptions,
    slotFrom: (numbers: readonly number[]) => Slot,
  ): Promise<(Slot | StoreFailure)[]> {
    const timeoutMs = this.#timeoutMs(options);
    const detail = this.#connection.refusal();
    if (detail !== undefined || timeoutMs <= 0)
      return calls.map(() =>
        detail === undefined
          ? { failed: 'TIMEOUT', detail: 'the deadline had passed before Redis was asked' }
          : { failed: 'UNAVAILABLE', detail },
      );
    const pending = new PendingSlots<Slot | StoreFailure>(calls.length, timeoutMs, () => ({
      failed: 'TIMEOUT',
      detail: 'Redis did not answer in time',
    }));
    this.#connection.run(BUDGET_SCRIPT, calls, (index, answer) => {
      pending.settle(index, answer instanceof Error ? failureOf(answer) : slotFrom(answer as number[]));
    });
    return pending.complete;
  }

  #timeoutMs({ deadlineAtMs }: StoreCallOptions): number {
    const { clock, commandTimeoutMs } = this.#options;
    return Math.min(commandTimeoutMs, (deadlineAtMs ?? Number.POSITIVE_INFINITY) - clock.monotonicMs());
  }

  /**
   * So that an empty server's buckets fill from the start on. One that is not there yet is told a little later, or by
   * the first exchange.
   */
  #tellSince(triesLeft = SINCE_TRIES): void {
    if (triesLeft === 0) return;
    const calls = Array.from({ length: GROUPS }, (_, group) => ({ keys: [indexKey(group)], args: [] }));
    const again = (): void => void setTimeout(() => this.#tellSince(triesLeft - 1), SINCE_AGAIN_MS).unref();
    if (this.#connection.refusal() !== undefined) {
      again();
      return;
    }
    let failed = 0;
    let answered = 0;
    this.#connection.run(BUDGET_SINCE_SCRIPT, calls, (_, answer) => {
      answered += 1;
      if (answer instanceof Error) failed += 1;
      if (answered === GROUPS && failed > 0) again();
    });
  }
}

function callOf(mode: 'EXCHANGE' | 'LOOK', exchange: BudgetExchange): ScriptCall {
  const { tenant, holder, number, giveBack, keeps, need, wanted, spare, slots, slotsUsed, limits } = exchange;
  const { burst, perSecond, overdraft, dailyQuota, inFlight, reserve = NO_RESERVE } = limits;
  const isLeaving = limits.reserve !== undefined;
  const asked = [number, giveBack, keeps, need, wanted, spare, slots];
  const may = [burst, perSecond, overdraft, dailyQuota ?? -1, inFlight ?? -1];
  const leaves = [reserve.units, reserve.ofDay, reserve.slots];
  return {
    keys: keysOf(tenant),
    args: [
      mode,
      `${isLeaving ? 'b' : 'h'}:${holder}`,
      ...[...asked, ...may, slotsUsed, ...leaves].map(String),
    ],
  };
}

/** The tenant's key and its group's; exported for tests that plant something there. */
export function keysOf(tenant: string): readonly [string, string] {
  const name = encodeKeySegment(tenant);
  const group = slotOf(name) % GROUPS;
  return [`budget:1:${name}:${tagOf(group)}`, indexKey(group)];
}

function indexKey(group: number): string {
  return `budgets:1:${tagOf(group)}`;
}

function tagOf(group: number): string {
  return `{budgets-${group}}`;
}

function answerOf(numbers: readonly number[]): BudgetAnswer {
  const [granted = 0, refused = 0, slots = 0] = numbers;
  return { ...stateOf(numbers), granted, refused: REFUSALS[refused] ?? null, slots };
}

function stateOf(numbers: readonly number[]): BudgetState {
  const [, , , levelMilli = 0, usedToday = 0, dayEndsInMs = 0, slotsHeld = 0, unitsHeld = 0] = numbers;
  return { levelMilli, usedToday, dayEndsInMs, slotsHeld, unitsHeld };
}

/** Something else under a key is that tenant's alone; whatever else Redis says is about Redis. */
function failureOf(error: Error): StoreFailure {
  const [, what] = /^WRONGVALUE (.*)/.exec(error.message) ?? [];
  if (what === undefined) return { failed: 'UNAVAILABLE', detail: error.message };
  return { failed: 'CORRUPT', detail: `no budget is under ${what}; without that key it begins empty` };
}
