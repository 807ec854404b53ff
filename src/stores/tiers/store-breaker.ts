import { BrokenCircuitError, CircuitState, CountBreaker, circuitBreaker, handleType } from 'cockatiel';

/**
 * Stops asking a store that fails, and finds out when it is back: one call at a time is let through then. It
 * knows calls and whether they failed, nothing of what they are.
 */
export type BreakerState = 'CLOSED' | 'HALF_OPEN' | 'OPEN';

/** As metrics tell it. */
export const BREAKER_STATE_VALUE: Readonly<Record<BreakerState, number>> = {
  CLOSED: 0,
  HALF_OPEN: 1,
  OPEN: 2,
};

/** OK: the store works. DOWN: it does not. UNTOLD: the call says nothing about it. */
export type CallVerdict = 'OK' | 'DOWN' | 'UNTOLD';

export interface StoreBreakerOptions {
  /** How long the store is left alone before one call tries it. */
  readonly halfOpenAfterMs?: number;
  readonly onState?: (state: BreakerState) => void;
}

/** A restarted server shall be in use within three seconds, and its client needs up to one to reconnect. */
const HALF_OPEN_AFTER_MS = 500;
/** Of the last calls, this many at least must be known and this part of them have failed. */
const CALLS_SEEN = 20;
const CALLS_MIN = 5;
const FAILED_SHARE = 0.5;

/** Carries the answer of a failed call out of the library, which counts by exceptions. */
class StoreDown extends Error {
  readonly answer: unknown;
  constructor(answer: unknown) {
    super('the store is down');
    this.answer = answer;
  }
}

/** As `StoreDown`, and not counted. */
class Untold extends Error {
  readonly answer: unknown;
  constructor(answer: unknown) {
    super('nothing is known of the store');
    this.answer = answer;
  }
}

export class StoreBreaker {
  readonly #policy: ReturnType<typeof circuitBreaker>;

  constructor(options: StoreBreakerOptions = {}) {
    this.#policy = circuitBreaker(handleType(StoreDown), {
      halfOpenAfter: options.halfOpenAfterMs ?? HALF_OPEN_AFTER_MS,
      // The library asks for more failures than the share, and half is enough.
      breaker: new CountBreaker({
        threshold: FAILED_SHARE - 0.01,
        size: CALLS_SEEN,
        minimumNumberOfCalls: CALLS_MIN,
      }),
    });
    this.#policy.onStateChange((state) => options.onState?.(nameOf(state)));
  }

  get state(): BreakerState {
    return nameOf(this.#policy.state);
  }

  /** @returns the call's answer, or `null` when it was not made because the store is left alone. */
  async run<T>(call: () => Promise<T>, verdictOf: (answer: T) => CallVerdict): Promise<T | null> {
    // Another call is finding out: waiting for it would cost this one its time.
    if (this.#policy.state === CircuitState.HalfOpen) return null;
    const isProbe = this.#policy.state === CircuitState.Open;
    try {
      return await this.#policy.execute(async () => {
        const answer = await call();
        const verdict = verdictOf(answer);
        if (verdict === 'DOWN' || (isProbe && verdict === 'UNTOLD')) throw new StoreDown(answer);
        if (verdict === 'UNTOLD') throw new Untold(answer);
        return answer;
      });
    } catch (error) {
      if (error instanceof StoreDown || error instanceof Untold) return error.answer as T;
      if (error instanceof BrokenCircuitError) return null;
      throw error;
    }
  }
}

function nameOf(state: CircuitState): BreakerState {
  if (state === CircuitState.Closed) return 'CLOSED';
  return state === CircuitState.HalfOpen ? 'HALF_OPEN' : 'OPEN';
}
