import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { AbstractConnector } from 'ioredis';

/** What the driver hands to a connector. */
interface ServerOptions {
  readonly host?: string;
  readonly port?: number;
  readonly tls?: ConnectionOptions;
  readonly disconnectTimeout?: number;
}

type TlsConnector = new (options: unknown) => AbstractConnector;

/**
 * TLS connections whose errors all arrive. The driver listens for a socket's first one only: the alert of a server
 * whose handshake was given up comes as a second, and would end the process. And where it asks a cluster for its
 * slots it keeps the reason to itself.
 */
export function tlsConnector(onError: (error: Error) => void): TlsConnector {
  return class extends AbstractConnector {
    readonly #options: ServerOptions;

    constructor(options: unknown) {
      const server = options as ServerOptions;
      super(server.disconnectTimeout ?? DISCONNECT_TIMEOUT_MS);
      this.#options = server;
    }

    async connect(): Promise<TLSSocket> {
      this.connecting = true;
      const { host, port, tls } = this.#options;
      const socket = connect({
        ...tls,
        ...(host === undefined ? {} : { host }),
        ...(port === undefined ? {} : { port }),
      });
      this.stream = socket;
      let isFirst = true;
      socket.on('error', (error) => {
        if (!isFirst) return;
        isFirst = false;
        this.firstError = error;
        onError(error);
      });
      return socket;
    }
  };
}

/** After it, a connection that the server does not close is dropped. */
const DISCONNECT_TIMEOUT_MS = 2000;
