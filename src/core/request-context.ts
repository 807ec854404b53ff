import type { Clock } from './clock.ts';
import type { RequestUsage } from './request-usage.ts';

/** What a request asks of every read it causes; the same in every subgraph. */
export interface ReadOptions {
  /** Oldest acceptable age by view name, in ms; tighter than the view's TTL. */
  readonly maxAgeMs: ReadonlyMap<string, number>;
  /** Whether the answer tells the status of each value. */
  readonly status: 'NONE' | 'VALUES';
  /** Time the whole request may take, in ms. */
  readonly deadlineMs: number;
  /** `BYPASS`: read the stores that are the truth, and nothing that was read before. `USE` where not given. */
  readonly cache?: 'USE' | 'BYPASS';
  /** `QUORUM`: read what a majority of all replicas agrees on, in every data centre. `ONE` where not given. */
  readonly consistency?: 'ONE' | 'QUORUM';
}

/**
 * Everything that is decided about a request before anything is read, fixed for its whole life and the same in
 * every subgraph. Objects that live as long as a request (its loader) are found by this object's identity.
 */
export interface RequestContext {
  readonly requestId: string;
  readonly tenant: string;
  /** Whose rows are read: the credential decides, never an argument. */
  readonly namespace: string;
  readonly scopes: ReadonlySet<string>;
  /** Without a credential, where that is allowed. */
  readonly anonymous?: boolean;
  /** The one moment that every age, TTL and transform of the request is measured at, in ms since 1970. */
  readonly requestTimeMs: number;
  readonly options: ReadOptions;
  /** Counted while the request runs; its price is made of it. */
  readonly usage: RequestUsage;
  readonly clock: Clock;
  /** `clock.monotonicMs()` after which nothing is started any more. */
  readonly deadlineAtMs: number;
  /** Aborted when the deadline passes or the client goes away. Made when first asked for. */
  readonly signal: AbortSignal;
  /**
   * True where `signal` aborts at the deadline and never before: who keeps the deadline himself need not listen to
   * it, which costs more than the wait itself.
   */
  readonly onlyDeadlineEnds?: boolean;
  /**
   * What lives as long as this request, by who keeps it here; a context made from this one has its own. Where not
   * given, it is kept in a weak map, which costs garbage collection a twentieth of a small request.
   */
  readonly locals?: Map<object, unknown>;
}
