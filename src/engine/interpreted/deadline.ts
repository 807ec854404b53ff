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
  /** Of those who wait now. Not `Promise.race`: what it links together outlives most garbage collections (seen). */
  const waiting: ((expired: typeof EXPIRED) => void)[] = [];
  let isOver = false;
  const expire = (): void => {
    isOver = true;
    for (const end of waiting) end(EXPIRED);
    waiting.length = 0;
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
    race: (work) =>
      new Promise((resolve, reject) => {
        if (isOver) resolve(EXPIRED);
        else waiting.push(resolve);
        work.then(resolve, reject);
      }),
    stop() {
      waiting.length = 0;
      clearTimeout(timer);
      signal?.removeEventListener('abort', expire);
    },
  };
}
