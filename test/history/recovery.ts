/**
 * The promised bounds on staleness, and from when on a write must be seen by everybody.
 *
 * An acknowledged write is in warm, and in hot or in the repair log of its writer. So it is seen by every read that
 * starts after a quiet time of `RECOVERY_MS` since its acknowledgement, in which no fault was under way, nor a process
 * without time of a busy machine:
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
  /** One after the other, none into the next. */
  readonly #times: { readonly startMs: number; endMs: number }[] = [];

  constructor(windows: readonly FaultWindow[]) {
    const inOrder = windows.filter(({ delaysRecovery }) => delaysRecovery);
    for (const { startMs, endMs } of inOrder.toSorted((a, b) => a.startMs - b.startMs)) {
      const last = this.#times.at(-1);
      if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
      else this.#times.push({ startMs, endMs });
    }
  }

  /** Whether calls might fail then. */
  isUnderFault(atMs: number): boolean {
    const time = this.#times[this.#firstThatEndsAfter(atMs)];
    return time !== undefined && time.startMs <= atMs;
  }

  /** Monotonic ms; at least `RECOVERY_MS` after `fromMs`. */
  after(fromMs: number): number {
    let quietFromMs = fromMs;
    for (let i = this.#firstThatEndsAfter(fromMs); i < this.#times.length; i += 1) {
      const { startMs, endMs } = this.#times[i] as { startMs: number; endMs: number };
      if (startMs >= quietFromMs + RECOVERY_MS) break;
      quietFromMs = endMs;
    }
    return quietFromMs + RECOVERY_MS;
  }

  #firstThatEndsAfter(atMs: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] as { endMs: number }).endMs < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
