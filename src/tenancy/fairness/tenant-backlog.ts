import type { PriorityClass } from '../priority-class.ts';
import { type Queued, TenantQueue } from './tenant-queue.ts';

/** A request that waits for its turn. */
export interface WaitingRequest extends Queued {
  readonly sinceMs: number;
  /** It is refused after, by the monotonic clock. */
  readonly latestMs: number;
  readonly start: () => void;
  readonly refuse: () => void;
}

/** So long must a line stand before it counts as too much work and not as a burst. */
const STANDING_AFTER_MS = 100;
/** And so long it counts after, for it may run empty by chance. */
const STANDING_FOR_MS = 200;

/** What waits of one tenant, and whether it is a burst or too much: a burst's line runs empty now and then. */
export class TenantBacklog extends TenantQueue<WaitingRequest> {
  readonly #emptyAtMs = { INTERACTIVE: Number.NEGATIVE_INFINITY, BATCH: Number.NEGATIVE_INFINITY };
  readonly #standingUntilMs = { INTERACTIVE: Number.NEGATIVE_INFINITY, BATCH: Number.NEGATIVE_INFINITY };

  /** To be asked before something of the class is put into it. */
  isStanding(priority: PriorityClass, nowMs: number): boolean {
    if (this.lines[priority].count === 0) this.#emptyAtMs[priority] = nowMs;
    else if (nowMs - this.#emptyAtMs[priority] > STANDING_AFTER_MS)
      this.#standingUntilMs[priority] = nowMs + STANDING_FOR_MS;
    return nowMs < this.#standingUntilMs[priority];
  }
}
