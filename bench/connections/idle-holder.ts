/** The process that holds idle connections: each was used once, and is kept open as a client's pool would. */
import { connect, type Socket } from 'node:net';

export interface HoldOrder {
  readonly origin: string;
  readonly count: number;
}

/** Opened at once: more would only wait in the server's queue. */
const AT_ONCE = 100;
const REQUEST = 'GET /health/live HTTP/1.1\r\nHost: idle\r\n\r\n';

const held: Socket[] = [];

async function hold({ origin, count }: HoldOrder): Promise<string | null> {
  const { hostname, port } = new URL(origin);
  while (held.length < count) {
    const wanted = Math.min(AT_ONCE, count - held.length);
    const opened = await Promise.all(Array.from({ length: wanted }, () => open(hostname, Number(port))));
    for (const one of opened) {
      if (typeof one === 'string') return one;
      held.push(one);
    }
  }
  return null;
}

/** @returns what went wrong, if anything. */
function open(host: string, port: number): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(REQUEST));
    socket.once('data', () => resolve(socket));
    socket.on('error', (error) => resolve(error.message));
  });
}

function letGo(): null {
  for (const socket of held.splice(0)) socket.destroy();
  return null;
}

process.on('message', async (order: HoldOrder | 'let go') =>
  process.send?.({ failure: order === 'let go' ? letGo() : await hold(order) }),
);
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
