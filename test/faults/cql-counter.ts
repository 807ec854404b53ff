/** Counts, on their way to Cassandra, the requests that execute a statement and how many are unanswered at once. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface CqlCounter {
  /** @returns where clients must connect to be counted. */
  before(target: { readonly host: string; readonly port: number }): { host: string; port: number };
  reset(): void;
  sent(): number;
  mostInFlight(): number;
  stop(): Promise<void>;
}

/** A frame of the native protocol up to version 4: version, flags, stream (2 bytes), opcode, length (4 bytes). */
const HEADER_BYTES = 9;
const OPCODE_AT = 4;
const LENGTH_AT = 5;
const STREAM_AT = 2;
const EXECUTE = 0x0a;

export async function startCqlCounter(): Promise<CqlCounter> {
  let target: { readonly host: string; readonly port: number } | undefined;
  let [sent, inFlight, most] = [0, 0, 0];
  const open = new Set<Socket>();
  const server: Server = createServer((client) => {
    if (target === undefined) return void client.destroy();
    const upstream = connect(target);
    const streams = new Set<number>();
    open.add(client);
    onFrames(client, (frame) => {
      if (frame[OPCODE_AT] !== EXECUTE) return;
      streams.add(frame.readInt16BE(STREAM_AT));
      sent += 1;
      inFlight += 1;
      most = Math.max(most, inFlight);
    });
    onFrames(upstream, (frame) => {
      if (streams.delete(frame.readInt16BE(STREAM_AT))) inFlight -= 1;
    });
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.on('close', () => {
      open.delete(client);
      inFlight -= streams.size;
      streams.clear();
      upstream.destroy();
    });
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    before: (to) => {
      target = to;
      return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
    },
    reset: () => {
      sent = 0;
      most = inFlight;
    },
    sent: () => sent,
    mostInFlight: () => most,
    stop: () =>
      new Promise((resolve) => {
        for (const client of open) client.destroy();
        server.close(() => resolve());
      }),
  };
}

function onFrames(from: Socket, seen: (header: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  from.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + rest.readUInt32BE(LENGTH_AT);
      if (rest.length < end) return;
      seen(rest.subarray(0, HEADER_BYTES));
      rest = rest.subarray(end);
    }
  });
}
