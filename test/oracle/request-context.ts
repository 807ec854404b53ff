/** A request's context with nothing special about it. */

import { fixedClock } from '../../src/core/clock.ts';
import type { ReadOptions, RequestContext } from '../../src/core/request-context.ts';
import { createRequestUsage } from '../../src/core/request-usage.ts';

export function requestContext(options: Partial<ReadOptions> = {}): RequestContext {
  const clock = fixedClock(Date.UTC(2024, 0, 1));
  const deadlineMs = options.deadlineMs ?? 5_000;
  return {
    requestId: 'test',
    tenant: 'test',
    namespace: 'test',
    scopes: new Set(),
    requestTimeMs: clock.nowMs(),
    usage: createRequestUsage(),
    options: { maxAgeMs: new Map(), status: 'NONE', ...options, deadlineMs },
    clock,
    deadlineAtMs: clock.monotonicMs() + deadlineMs,
    signal: new AbortController().signal,
  };
}
