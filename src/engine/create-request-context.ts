/** Fixes what holds for a whole request: who asks, its one moment, and its deadline. */

import type { Clock } from '../core/clock.ts';
import type { ReadOptions, RequestContext } from '../core/request-context.ts';
import { createRequestUsage } from '../core/request-usage.ts';

export interface RequestFacts {
  readonly requestId: string;
  readonly identity: {
    readonly tenant: string;
    readonly namespace: string;
    readonly scopes: ReadonlySet<string>;
    readonly anonymous?: boolean;
  };
  readonly options: ReadOptions;
  readonly clock: Clock;
  /** `clock.monotonicMs()` when the request arrived: reading its body counts against its deadline. */
  readonly startedMs: number;
}

export function createRequestContext(facts: RequestFacts): RequestContext {
  const { clock, options } = facts;
  const deadlineAtMs = facts.startedMs + options.deadlineMs;
  let signal: AbortSignal | undefined;
  return {
    requestId: facts.requestId,
    tenant: facts.identity.tenant,
    namespace: facts.identity.namespace,
    scopes: facts.identity.scopes,
    ...(facts.identity.anonymous === true && { anonymous: true }),
    requestTimeMs: clock.nowMs(),
    usage: createRequestUsage(),
    options,
    clock,
    deadlineAtMs,
    onlyDeadlineEnds: true,
    locals: new Map(),
    get signal() {
      signal ??= AbortSignal.timeout(Math.max(1, Math.ceil(deadlineAtMs - clock.monotonicMs())));
      return signal;
    },
  };
}
