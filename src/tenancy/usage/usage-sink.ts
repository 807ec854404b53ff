/** Where events are forwarded to. What is sent twice must count once: after a crash nobody knows what had arrived. */
export interface UsageSink {
  /** @throws (rejects) where it is not certain that all have arrived. */
  send(batch: UsageBatch, signal: AbortSignal): Promise<void>;
}

export interface UsageBatch {
  readonly log: string;
  /** Of the first byte in its log: the same lines always have the same. */
  readonly position: number;
  /** Whole lines. */
  readonly lines: Buffer;
}
