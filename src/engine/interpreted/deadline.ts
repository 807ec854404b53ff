/** The end of a request's time, as one promise for all its fetches. */
import type { RequestContext } from '../../core/request-context.ts';

export const EXPIRED: unique symbol = Symbol('expired');

export interface Deadline {
  readonly isOver: boolean;
  /** @returns what `work` gives, or EXPIRED when time is over first; `work` is then left to itself. */
  race<Value>(work: Promise<Value>): Promise<Value | typeof EXPIRED>;
  /** Must be called when the request ends, or its timer outlives it. */
  stop(): void;
}

/** Over at `context.deadlineAtMs`, and when the client goes away. */
export function startDeadline(context: RequestContext): Deadline {
  const over = Promise.withResolvers<typeof EXPIRED>();
  let isOver = false;
  const expire = (): void => {
    isOver = true;
    over.resolve(EXPIRED);
  };
  const leftMs = context.deadlineAtMs - context.clock.monotonicMs();
  const timer = setTimeout(expire, Math.max(0, leftMs));
  const signal = context.onlyDeadlineEnds === true ? null : context.signal;
  if (leftMs <= 0 || signal?.aborted === true) expire();
  signal?.addEventListener('abort', expire, { once: true });
  return {
    get isOver() {
      return isOver;
    },
    race: (work) => Promise.race([work, over.promise]),
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', expire);
    },
  };
}
