import { type Client, errors } from 'cassandra-driver';

/**
 * Ends connections from which nothing comes any more although requests wait: a firewall that forgot them, a machine that
 * is gone without a word. The driver would use them until some thousand requests have timed out, and asks
 * itself whether they live only after a pause, which there is none of where requests go on; the system gives up after a
 * quarter of an hour.
 */
interface DriverConnection {
  getInFlight(): number;
  readonly netClient?: { readonly bytesRead: number; destroy(error: Error): void };
}

interface DriverHost {
  readonly pool: { readonly connections: readonly DriverConnection[] };
}

interface Seen {
  readonly bytesRead: number;
  readonly sinceMs: number;
}

/** Many requests may time out at once. */
const LOOK_EVERY_MS = 100;

export class SilentConnections {
  readonly #hosts: () => Iterable<DriverHost>;
  readonly #silentMs: number;
  /** As they were when a request was first late, and nothing has come since. */
  #seen = new WeakMap<DriverConnection, Seen>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** @param silentMs without a byte after a request was late. */
  constructor(driver: Client, silentMs: number) {
    this.#hosts = () => driver.hosts.values() as unknown as Iterable<DriverHost>;
    this.#silentMs = silentMs;
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
    const { netClient } = connection;
    if (netClient === undefined || connection.getInFlight() === 0) return;
    const { bytesRead } = netClient;
    const seen = this.#seen.get(connection);
    if (seen === undefined || seen.bytesRead !== bytesRead) {
      this.#seen.set(connection, { bytesRead, sinceMs: nowMs });
    } else if (nowMs - seen.sinceMs >= this.#silentMs) {
      netClient.destroy(new Error(`nothing came for ${Math.round(nowMs - seen.sinceMs)} ms`));
    }
  }
}

/** Also one that was to be prepared first, on whichever node. */
function isLate(error: unknown): boolean {
  if (error instanceof errors.OperationTimedOutError) return true;
  if (!(error instanceof errors.NoHostAvailableError)) return false;
  return Object.values(error.innerErrors ?? {}).some(isLate);
}
