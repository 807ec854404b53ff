/**
 * The time of the event loop that work by graphql-js may take before others have their turn, in all requests of the
 * process together: what is begun in one slice waits for the next.
 */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';

/** A small request needs several rounds of the loop, and each may have a slice of this in it. */
const SLICE_MS = 2;

export class LoopSlice {
  #endsAtMs = Number.NEGATIVE_INFINITY;
  #next: Promise<void> | null = null;

  /** To be called before a piece of work begins: after a while without any, a slice begins with it. */
  begin(clock: Clock): void {
    const nowMs = clock.monotonicMs();
    if (this.#next === null && nowMs >= this.#endsAtMs) this.#endsAtMs = nowMs + SLICE_MS;
  }

  /** @returns what to wait for before more is done; `null` while the slice lasts. */
  over(clock: Clock): Promise<void> | null {
    if (clock.monotonicMs() < this.#endsAtMs) return null;
    this.#next ??= this.#renew(clock);
    return this.#next;
  }

  /** Once others have been read and served. */
  async #renew(clock: Clock): Promise<void> {
    await setImmediate();
    this.#next = null;
    this.#endsAtMs = clock.monotonicMs() + SLICE_MS;
  }
}
