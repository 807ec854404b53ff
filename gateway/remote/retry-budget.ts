/**
 * Bounds retries to a share of the requests, so that a subgraph in trouble is not asked twice as much as one in
 * health. A success pays in, a retry takes out.
 */
const RETRY_SHARE = 0.1;

/** A short burst of retries is allowed after a quiet time, also at the very start. */
const RETRIES_SAVED_MAX = 10;

export class RetryBudget {
  #saved: number;

  constructor(saved = RETRIES_SAVED_MAX) {
    this.#saved = saved;
  }

  /** To be called once per request. */
  request(): void {
    this.#saved = Math.min(RETRIES_SAVED_MAX, this.#saved + RETRY_SHARE);
  }

  /** @returns whether a retry may be made; it is then spent. */
  spend(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
