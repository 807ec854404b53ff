import type { RedisClient } from './redis-client.ts';

/** Remembers what went wrong with a client's connection, for whoever looks why there is none. */
const CLIENTS = new WeakMap<RedisClient, LastError>();
/**
 * What follows when a connection is given up, for whatever reason: the driver's own word for it, a socket that is
 * gone, and the alert of a server that was told so in the middle of a TLS handshake.
 */
const FOLLOWS = /^Connection is closed\.$|\bECONNRESET\b|\bEPIPE\b|alert decode error/;

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
    if (this.#error === undefined || !FOLLOWS.test(error.message)) this.#error = error;
  }
}
