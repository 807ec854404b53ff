import type { Clock } from '../../core/clock.ts';

/** How long to wait before a worker that ended is replaced: hardly at first, and longer where they go on ending. */
const FIRST_MS = 100;
const LONGEST_MS = 10_000;
/** Deaths that are remembered: one an hour says nothing about the next. */
const REMEMBERED_MS = 60_000;

export class RestartPace {
  readonly #clock: Clock;
  #deathsMs: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To be called at each death. @returns ms to wait: doubled for each of the last minute, up to ten seconds. */
  delayMs(): number {
    const nowMs = this.#clock.monotonicMs();
    this.#deathsMs = [...this.#deathsMs.filter((deathMs) => nowMs - deathMs < REMEMBERED_MS), nowMs];
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#deathsMs.length - 1));
  }
}
