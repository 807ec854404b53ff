import { createServer, type Server } from 'node:net';

/**
 * Free loopback ports, below the range from which the system takes ports for outgoing connections, so that none
 * is lost between the look and the start. All are held open together, so they differ.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  const ports: number[] = [];
  while (ports.length < count) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORT_RANGE);
    const server = await hold(port);
    if (server === undefined) continue;
    held.push(server);
    ports.push(port);
  }
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A Redis Cluster node listens 10,000 above its port too, which must stay below 65,536 and this range's end. */
const FIRST_PORT = 11_000;
const PORT_RANGE = 9_000;

function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
