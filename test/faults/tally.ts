/** What requests of a time brought: statuses, latencies, values by their status, and everything that is false. */
import type { View } from './model.ts';

export class Tally {
  requests = 0;
  /** During which this process had to wait for a processor: what they say of time and failures stands nowhere else. */
  starved = 0;
  /** Values of those that failed. */
  starvedFailures = 0;
  /** Whether requests are judged for their time and their failures: then starved ones are set apart. */
  readonly isTimed: boolean;

  constructor(isTimed = false) {
    this.isTimed = isTimed;
  }
  readonly byHttpStatus = new Map<number, number>();
  readonly latenciesMs: number[] = [];
  /** Values that are false by the model. */
  readonly wrong: string[] = [];
  /** Requests without an answer. */
  readonly broken: string[] = [];
  /** Answers without data. */
  readonly refused: string[] = [];
  readonly #letters = new Map<string, number>();

  add(httpStatus: number, tookMs: number): void {
    this.requests += 1;
    this.byHttpStatus.set(httpStatus, (this.byHttpStatus.get(httpStatus) ?? 0) + 1);
    this.latenciesMs.push(tookMs);
  }

  count(view: View, letter: string): void {
    const key = `${view} ${letter}`;
    this.#letters.set(key, (this.#letters.get(key) ?? 0) + 1);
  }

  /** Values of a view by the letters of their status: `P` present, `F` not found, `T` and `U` failed. */
  values(view: View, letters: string): number {
    let sum = 0;
    for (const letter of letters) sum += this.#letters.get(`${view} ${letter}`) ?? 0;
    return sum;
  }

  /** Each request that has no data. */
  get failed(): string[] {
    return [...this.broken, ...this.refused];
  }

  quantileMs(share: number): number {
    const sorted = this.latenciesMs.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  }
}
