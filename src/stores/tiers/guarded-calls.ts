import type { Clock } from '../../core/clock.ts';
import { isStoreFailure, type StoreCallOptions, type StoreFailure } from '../online-store.ts';
import type { CallVerdict, StoreBreaker } from './store-breaker.ts';

/**
 * The way to a store: each call gets the smaller of the store's own budget and what remains, nothing starts
 * after the deadline, a store that fails is left alone, and a store that throws has failed. Every call has a
 * slot per key for an answer, whatever happens.
 */
export class GuardedCalls {
  readonly #name: string;
  readonly #breaker: StoreBreaker;
  readonly #clock: Clock;

  constructor(name: string, breaker: StoreBreaker, clock: Clock) {
    this.#name = name;
    this.#breaker = breaker;
    this.#clock = clock;
  }

  /**
   * @param count of the slots that are expected. @param budgetMs `Infinity`: the store knows its own.
   * @param send makes the call, with the options that it shall pass on.
   */
  async call<Slot extends object | string, Options extends StoreCallOptions>(
    count: number,
    budgetMs: number,
    options: Options,
    send: (options: Options) => Promise<Slot[]>,
  ): Promise<(Slot | StoreFailure)[]> {
    const nowMs = this.#clock.monotonicMs();
    const leftMs = (options.deadlineAtMs ?? Number.POSITIVE_INFINITY) - nowMs;
    if (leftMs <= 0) {
      return filled(count, 'TIMEOUT', `the deadline had passed before ${this.#name} was asked`);
    }
    const isCut = leftMs < budgetMs && leftMs !== Number.POSITIVE_INFINITY;
    const bounded = budgetMs < leftMs ? { ...options, deadlineAtMs: nowMs + budgetMs } : options;
    const answer = await this.#breaker.run<(Slot | StoreFailure)[]>(
      () =>
        send(bounded).catch((error: unknown) =>
          filled(
            count,
            'UNAVAILABLE',
            `${this.#name} threw: ${error instanceof Error ? error.message : error}`,
          ),
        ),
      (slots) => verdictOf(slots, isCut),
    );
    return answer ?? filled(count, 'UNAVAILABLE', `${this.#name} fails and is left alone for a moment`);
  }
}

function filled(count: number, failed: StoreFailure['failed'], detail: string): StoreFailure[] {
  return new Array<StoreFailure>(count).fill({ failed, detail });
}

/** A call that had less time than the store's budget must not speak against the store when it ran out of it. */
function verdictOf(slots: readonly (object | string)[], isCut: boolean): CallVerdict {
  let late = 0;
  let unavailable = 0;
  for (let i = 0; i < slots.length; i += 1) {
    const slot = slots[i] as object | string;
    if (typeof slot === 'string' || !isStoreFailure(slot)) continue;
    if (slot.failed === 'TIMEOUT') late += 1;
    else if (slot.failed === 'UNAVAILABLE') unavailable += 1;
  }
  if (2 * (late + unavailable) < slots.length || slots.length === 0) return 'OK';
  return isCut && 2 * unavailable < slots.length ? 'UNTOLD' : 'DOWN';
}
