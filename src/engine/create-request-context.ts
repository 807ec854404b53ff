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
  return new FixedContext(facts);
}

/** A class, because each request makes one: its fields stand where they stood in the last. */
class FixedContext implements RequestContext {
  readonly requestId: string;
  readonly tenant: string;
  readonly namespace: string;
  readonly scopes: ReadonlySet<string>;
  readonly anonymous: boolean;
  readonly requestTimeMs: number;
  readonly usage = createRequestUsage();
  readonly options: ReadOptions;
  readonly clock: Clock;
  readonly deadlineAtMs: number;
  readonly onlyDeadlineEnds = true;
  readonly locals = new Map<object, unknown>();
  #signal: AbortSignal | null = null;

  constructor({ requestId, identity, options, clock, startedMs }: RequestFacts) {
    this.requestId = requestId;
    this.tenant = identity.tenant;
    this.namespace = identity.namespace;
    this.scopes = identity.scopes;
    this.anonymous = identity.anonymous === true;
    this.requestTimeMs = clock.nowMs();
    this.options = options;
    this.clock = clock;
    this.deadlineAtMs = startedMs + options.deadlineMs;
  }

  get signal(): AbortSignal {
    const leftMs = Math.ceil(this.deadlineAtMs - this.clock.monotonicMs());
    this.#signal ??= AbortSignal.timeout(Math.max(1, leftMs));
    return this.#signal;
  }
}
