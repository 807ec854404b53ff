/** How often each tenant may call something, in this process: a bucket of calls that fills again by itself. */
import type { Clock } from '../core/clock.ts';
import { FeaturegraphError } from '../core/errors.ts';

/** Buckets kept: full ones say nothing and are dropped first. */
const TENANTS_MAX = 10_000;

export class CallRate {
  readonly #perSecond: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { calls: number; atMs: number }>();

  /** @param perSecond calls a second in the long run, and at once after a second's rest. */
  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** @throws FeaturegraphError RATE_LIMITED with `retryAfterSeconds`; a refused call takes nothing. */
  take(tenant: string, what: string): void {
    const nowMs = this.#clock.monotonicMs();
    const bucket = this.#buckets.get(tenant) ?? { calls: this.#perSecond, atMs: nowMs };
    const calls = Math.min(this.#perSecond, bucket.calls + ((nowMs - bucket.atMs) / 1000) * this.#perSecond);
    if (calls < 1) {
      this.#keep(tenant, { calls, atMs: nowMs });
      const retryAfterSeconds = Math.ceil((1 - calls) / this.#perSecond);
      throw new FeaturegraphError(
        'RATE_LIMITED',
        `More than ${this.#perSecond} ${what} a second. Send more rows in one call, or retry after the time told.`,
        { retryAfterSeconds },
      );
    }
    this.#keep(tenant, { calls: calls - 1, atMs: nowMs });
  }

  #keep(tenant: string, bucket: { calls: number; atMs: number }): void {
    if (this.#buckets.size >= TENANTS_MAX && !this.#buckets.has(tenant)) this.#dropFull(bucket.atMs);
    this.#buckets.set(tenant, bucket);
  }

  #dropFull(nowMs: number): void {
    for (const [tenant, { atMs }] of this.#buckets) if (nowMs - atMs > 1000) this.#buckets.delete(tenant);
  }
}
