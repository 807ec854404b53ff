import type { RedisClient } from './redis-client.ts';

/** Remembers what went wrong with a client's connection, for whoever looks why there is none. */
const CLIENTS = new WeakMap<RedisClient, LastError>();
/** What follows the reason that a connection ended for. */
const CLOSED = 'Connection is closed.';

/**
 * Why a client's connection was last lost or refused. Each command that fails tells, but where there is no
 * connection it tells only that.
 */
export class LastError {
  #error: Error | undefined;

  /** @returns `undefined` when nothing has gone wrong since the client was ready. */
  static of(client: RedisClient): Error | undefined {
    const last = CLIENTS.get(client);
    return last === undefined ? undefined : last.#error;
  }

  listenTo(client: RedisClient): void {
    CLIENTS.set(client, this);
    client.on('error', (error: Error & { lastNodeError?: Error }) => this.note(error.lastNodeError ?? error));
    client.on('ready', () => {
      this.#error = undefined;
    });
  }

  note(error: Error): void {
    if (this.#error === undefined || error.message !== CLOSED) this.#error = error;
  }
}
