import type { Client } from 'cassandra-driver';

/**
 * A mend of the driver (its NODEJS-681, open in 4.10.0): when a node is lost, its control connection begins several
 * refreshes at once, which take each other's connection away; one of them then rejects where nobody listens, and
 * that ends the process. Here a refresh waits for the one under way, and never rejects.
 */
interface ControlConnection {
  /** @param hostIterator given where a refresh goes on with its next host, by itself. */
  _refresh(hostIterator?: unknown): Promise<void>;
  _isShuttingDown?: boolean;
}

/** To be called before the driver connects. @param retryMs pause before a refresh that broke is tried again. */
export function refreshOneAtATime(driver: Client, retryMs: number): void {
  const control = (driver as unknown as { readonly controlConnection: ControlConnection }).controlConnection;
  const refresh = control._refresh.bind(control);
  let running: Promise<void> | null = null;
  /** A connection was lost while another was being made: that one may be it. */
  let isOutdated = false;

  const runAll = async (): Promise<void> => {
    do {
      isOutdated = false;
      try {
        await refresh();
      } catch {
        setTimeout(() => void control._refresh(), retryMs).unref();
      }
    } while (isOutdated && control._isShuttingDown !== true);
    running = null;
  };

  control._refresh = (hostIterator) => {
    if (hostIterator !== undefined) return refresh(hostIterator);
    if (running !== null) isOutdated = true;
    else running = runAll();
    return running;
  };
}
