/**
 * The only place that reads the machine's time. Everything else gets a `Clock`.
 *
 * Two times, because they answer two questions: `nowMs` is the time that features live in (ages, TTLs, event
 * times) and may be set, as in the example; `monotonicMs` measures waiting (deadlines) and never jumps.
 */
export interface Clock {
  /** Milliseconds since 1970, the time features are measured against. */
  nowMs(): number;
  /** Milliseconds since some fixed moment; only differences mean something. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** A clock that stands still at `atMs`; waiting is still measured by the machine. */
export function fixedClock(atMs: number): Clock {
  return { nowMs: () => atMs, monotonicMs: () => performance.now() };
}
