/**
 * The promised bounds on staleness, and from when on a write must be seen by everybody.
 *
 * An acknowledged write is in warm, and in hot or in the repair log of its writer. So it is seen by every read that
 * starts after a quiet time of `RECOVERY_MS` since its acknowledgement, in which no fault was under way:
 *
 * | what may still have to happen | at most |
 * |---|---|
 * | clients reconnect: Redis 1 s, Cassandra 2 s between two attempts | 2 s |
 * | the breaker lets a call through | 0.5 s |
 * | the next round of repairs, of the writer or of its next life, which takes its log over | 0.5 s |
 * | the round reads warm with patience | 2 s |
 * | an entry in the reader's memory, and the read that put it there, by its deadline | 3 s |
 *
 * That is 8 s; a machine that has other things to do gets two more. What was seen by a process without having
 * been acknowledged (its writer was killed, or never heard of it) is in warm and in no log: it must be seen again by
 * that process when rows that hot had before have ended: their life, the lease under which they may still be promoted
 * (2 s), and an entry in memory.
 */
export const RECOVERY_MS = 10_000;

const LEASE_MS = 2000;
const MEMORY_AND_READ_MS = 3000;

/** Longest that a row older than the truth may be served when nobody repairs it. */
export function lifeBoundMs(hotLifeMs: number): number {
  return hotLifeMs + LEASE_MS + MEMORY_AND_READ_MS;
}

/** A fault under way, in monotonic ms. */
export interface FaultWindow {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Calls may fail meanwhile, so that what they had to tell is told later. */
  readonly delaysRecovery: boolean;
}

/** Answers when a quiet time that begins after a moment is over. */
export class Recovery {
  readonly #windows: readonly FaultWindow[];

  constructor(windows: readonly FaultWindow[]) {
    this.#windows = windows
      .filter(({ delaysRecovery }) => delaysRecovery)
      .toSorted((a, b) => a.startMs - b.startMs);
  }

  /** Whether calls might fail then. */
  isUnderFault(atMs: number): boolean {
    return this.#windows.some(({ startMs, endMs }) => startMs <= atMs && atMs <= endMs);
  }

  /** Monotonic ms; at least `RECOVERY_MS` after `fromMs`. */
  after(fromMs: number): number {
    let quietFromMs = fromMs;
    for (const { startMs, endMs } of this.#windows) {
      if (startMs >= quietFromMs + RECOVERY_MS) break;
      quietFromMs = Math.max(quietFromMs, endMs);
    }
    return quietFromMs + RECOVERY_MS;
  }
}
