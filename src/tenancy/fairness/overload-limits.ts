/** How much may wait for its turn where a process has more to do than it can, and for how long. */
export interface OverloadLimits {
  /** Longest that a request waits of a tenant that has a burst, as a share of the time until its deadline. */
  readonly burstWait: number;
  /** The same, of one that goes on asking for more than its share of the process. */
  readonly standingWait: number;
  /** Requests that wait, of all tenants. */
  readonly waitingRequests: number;
  /** Bytes of their bodies. */
  readonly waitingBytes: number;
  /** Requests that are executed at once. */
  readonly runningRequests: number;
}
