/** When refused requests shall come again: one alone as soon as it can be let, many one after the other. */
import type { Clock } from '../../core/clock.ts';

/** Refusals of the last second are taken for clients that wait together. */
const TOGETHER_MS = 1000;
/** Nobody is sent away for longer than it takes to let those who wait, or than this. */
const SPREAD_MAX_MS = 60_000;

export class RetrySpread {
  readonly #clock: Clock;
  readonly #random: () => number;
  #sinceMs = Number.NEGATIVE_INFINITY;
  /** Units that were refused in this second and in the one before. */
  #units = 0;
  #unitsBefore = 0;

  /** @param random from 0 to below 1. */
  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @param earliestMs after which the request can be let if nobody comes first. @returns whole seconds, at least 1. */
  seconds(earliestMs: number, cost: number, perSecond: number): number {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#sinceMs > TOGETHER_MS) {
      this.#unitsBefore = nowMs - this.#sinceMs > 2 * TOGETHER_MS ? 0 : this.#units;
      this.#units = 0;
      this.#sinceMs = nowMs;
    }
    const others = this.#units + this.#unitsBefore;
    this.#units += cost;
    const spreadMs = Math.min(SPREAD_MAX_MS, (others / perSecond) * 1000) * this.#random();
    return Math.max(1, Math.ceil((earliestMs + spreadMs) / 1000));
  }
}
