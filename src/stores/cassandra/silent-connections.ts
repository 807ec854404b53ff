import { type Client, errors } from 'cassandra-driver';

/**
 * Ends connections that answer nothing any more although requests wait: a firewall that forgot them, a machine that is
 * gone without a word, an answer whose length was damaged, so that all after it are taken for a part of it. The driver
 * would use them until some thousand requests have timed out, and asks itself whether they live only after a pause,
 * which there is none of where requests go on; the system gives up after a quarter of an hour.
 */
interface DriverConnection {
  readonly endpoint: string;
  readonly netClient?: { destroy(error: Error): void };
  /** Requests that were sent and not answered, also those that timed out, in their order. */
  readonly _operations: ReadonlyMap<number, object>;
}

interface DriverHost {
  readonly pool: { readonly connections: readonly DriverConnection[] };
}

interface Seen {
  readonly oldest: object;
  readonly oldestSinceMs: number;
  readonly answers: number;
  readonly answersSinceMs: number;
}

/** Many requests may time out at once. */
const LOOK_EVERY_MS = 100;
/**
 * A server that is slow answers late, and one connection more would not help it. But where all answers are late for this
 * many times as long, the driver may be one answer behind (seen after a damaged one), and stay so.
 */
const ALWAYS_LATE_TIMES = 5;

export class SilentConnections {
  readonly #hosts: () => Iterable<DriverHost>;
  readonly #silentMs: number;
  /** In time, by node: there is one connection to each. */
  readonly #answers = new Map<string, number>();
  readonly #seen = new WeakMap<DriverConnection, Seen>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** @param silentMs for which the oldest request is not answered, nor any other in time. */
  constructor(driver: Client, silentMs: number) {
    this.#hosts = () => driver.hosts.values() as unknown as Iterable<DriverHost>;
    this.#silentMs = silentMs;
  }

  /** @param node as results name it. */
  noteAnswer(node: string): void {
    this.#answers.set(node, (this.#answers.get(node) ?? 0) + 1);
  }

  /** To be told of each request that failed. */
  noteError(error: Error, nowMs: number): void {
    if (nowMs - this.#lookedAtMs < LOOK_EVERY_MS || !isLate(error)) return;
    this.#lookedAtMs = nowMs;
    for (const { pool } of this.#hosts()) {
      for (const connection of pool.connections) this.#look(connection, nowMs);
    }
  }

  #look(connection: DriverConnection, nowMs: number): void {
    const oldest = connection._operations.values().next().value;
    if (oldest === undefined) return;
    const answers = this.#answers.get(connection.endpoint) ?? 0;
    const seen = this.#seen.get(connection);
    const isAnswering = seen === undefined || seen.answers !== answers;
    const oldestSinceMs = isAnswering || seen.oldest !== oldest ? nowMs : seen.oldestSinceMs;
    const answersSinceMs = isAnswering ? nowMs : seen.answersSinceMs;
    this.#seen.set(connection, { oldest, oldestSinceMs, answers, answersSinceMs });
    const isSilent = nowMs - oldestSinceMs >= this.#silentMs;
    if (!isSilent && nowMs - answersSinceMs < ALWAYS_LATE_TIMES * this.#silentMs) return;
    connection.netClient?.destroy(new Error('nothing is answered in time'));
  }
}

/** Also one that was to be prepared first, on whichever node. */
function isLate(error: unknown): boolean {
  if (error instanceof errors.OperationTimedOutError) return true;
  if (!(error instanceof errors.NoHostAvailableError)) return false;
  return Object.values(error.innerErrors ?? {}).some(isLate);
}
