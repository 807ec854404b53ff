import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy before a real server that delays, slows, cuts and resets what passes, as a bad network does. */
export interface TcpProxy {
  readonly host: string;
  readonly port: number;
  /** From now on, for open connections too. Fields not named go back to "as if there were no proxy". */
  set(faults: ProxyFaults): void;
  /** Resets (RST) all connections that are open now. */
  resetConnections(): void;
  /** Connections that clients have opened since the start. */
  connectionCount(): number;
  stop(): Promise<void>;
}

/** What happens to the server's answers on their way to the client. */
export interface ProxyFaults {
  readonly delayMs?: number;
  /** Answers arrive in pieces of this many bytes. */
  readonly pieceBytes?: number;
  readonly bytesPerSecond?: number;
  /** After this many bytes of answers the connection is reset, in the middle of whatever it is. */
  readonly resetAfterBytes?: number;
  /** Nothing passes in either direction; connections stay open. */
  readonly silent?: boolean;
  /** New connections are reset at once. */
  readonly refuse?: boolean;
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  let faults: ProxyFaults = {};
  let count = 0;
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    count += 1;
    if (faults.refuse === true) return void client.resetAndDestroy();
    clients.add(client);
    const upstream = connect(target);
    forward(client, upstream, () => ({ silent: faults.silent === true }));
    forward(upstream, client, () => faults);
    client.on('close', () => {
      clients.delete(client);
      upstream.destroy();
    });
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: portOf(server),
    set: (next) => {
      faults = next;
    },
    resetConnections: () => {
      for (const client of clients) client.resetAndDestroy();
    },
    connectionCount: () => count,
    stop: () =>
      new Promise((resolve) => {
        for (const client of clients) client.destroy();
        server.close(() => resolve());
      }),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy does not listen on TCP.');
  return address.port;
}

/** Passes bytes on in their order, one piece after the other, each under the faults of its moment. */
function forward(from: Socket, to: Socket, faultsNow: () => ProxyFaults): void {
  let passed = 0;
  let line: Promise<void> = Promise.resolve();
  from.on('error', () => {}); // `close` follows
  from.on('data', (chunk) => {
    const arrivedAtMs = performance.now();
    line = line.then(() => passChunk(chunk, arrivedAtMs));
  });

  async function passChunk(chunk: Buffer, arrivedAtMs: number): Promise<void> {
    await until(() => faultsNow().silent !== true || from.destroyed);
    await wait((faultsNow().delayMs ?? 0) - (performance.now() - arrivedAtMs));
    for (let at = 0; at < chunk.length && !to.destroyed; ) {
      const faults = faultsNow();
      const rate = faults.bytesPerSecond;
      const pieceBytes = faults.pieceBytes ?? (rate === undefined ? chunk.length : Math.ceil(rate / 20));
      let end = Math.min(chunk.length, at + pieceBytes);
      const resetAfter = faults.resetAfterBytes;
      if (resetAfter !== undefined) end = Math.min(end, at + Math.max(0, resetAfter - passed));
      if (end > at) await write(chunk.subarray(at, end));
      passed += end - at;
      if (resetAfter !== undefined && passed >= resetAfter) return void to.resetAndDestroy();
      if (rate !== undefined) await wait((1000 * (end - at)) / rate);
      else if (faults.pieceBytes !== undefined) await wait(0);
      at = end;
    }
  }

  function write(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => to.write(bytes, () => resolve()));
  }
}

function wait(durationMs: number): Promise<void> {
  return durationMs < 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, durationMs));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(5);
}
