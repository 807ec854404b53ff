/**
 * How much more may be asked than was asked for: each request adds a part of one extra request, and each retry or
 * speculative read takes a whole one. So a store that is slow for all is never asked twice for all.
 */
export class RequestBudget {
  readonly #share: number;
  readonly #savedMax: number;
  #saved: number;

  /** @param share extra requests per request. @param savedMax extra requests that a quiet time may save up. */
  constructor(share: number, savedMax: number) {
    this.#share = share;
    this.#savedMax = savedMax;
    this.#saved = savedMax;
  }

  /** A request was sent. */
  earn(): void {
    this.#saved = Math.min(this.#savedMax, this.#saved + this.#share);
  }

  /** @returns whether one extra request may be sent; then it is paid for. */
  spend(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }

  /** What was paid for was not sent. */
  giveBack(): void {
    this.#saved = Math.min(this.#savedMax, this.#saved + 1);
  }
}
