import { type Queued, TenantQueue } from './fair-queues.ts';

/** A request that waits for its turn. */
export interface WaitingRequest extends Queued {
  readonly sinceMs: number;
  /** It is refused after, by the monotonic clock. */
  readonly latestMs: number;
  readonly start: () => void;
  readonly refuse: () => void;
}

/** So long must a queue stand before it counts as too much work and not as a burst. */
const STANDING_AFTER_MS = 100;
/** And so long it counts after, for it may run empty by chance. */
const STANDING_FOR_MS = 200;

/** What waits of one tenant, and whether it is a burst or too much: a burst's queue runs empty now and then. */
export class TenantBacklog extends TenantQueue<WaitingRequest> {
  #emptyAtMs = Number.NEGATIVE_INFINITY;
  #standingUntilMs = Number.NEGATIVE_INFINITY;

  /** To be asked before something is put into it. */
  isStanding(nowMs: number): boolean {
    if (this.count === 0) this.#emptyAtMs = nowMs;
    else if (nowMs - this.#emptyAtMs > STANDING_AFTER_MS) this.#standingUntilMs = nowMs + STANDING_FOR_MS;
    return nowMs < this.#standingUntilMs;
  }
}
