import { createServer } from 'node:http';
import { startCassandra } from './cassandra.ts';
import { startRedis } from './redis.ts';
import { startRedisCluster } from './redis-cluster.ts';
import { ServiceUnavailableHere } from './service-unavailable-here.ts';

/**
 * Starts each server when the first test file asks for it, gives all of them its address, and stops them at the
 * end. Test files run in processes of their own, so they ask over HTTP on loopback.
 */
export interface ServiceKeeper {
  readonly url: string;
  stop(): Promise<void>;
}

export const SERVICE_NAMES = ['redis', 'redis-cluster', 'cassandra'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

export interface ServiceAddress {
  readonly host: string;
  readonly port: number;
}

/** What the keeper answers: where the service's nodes listen, or why there is none. */
export type ServiceAnswer =
  | { readonly nodes: readonly ServiceAddress[]; readonly processIds: readonly number[] }
  | { readonly unavailable: string }
  | { readonly failed: string };

interface Kept {
  readonly answer: ServiceAnswer;
  stop(): Promise<void>;
}

const STARTERS: Readonly<Record<ServiceName, () => Promise<Kept>>> = {
  redis: async () => {
    const server = await startRedis();
    return keep([server], () => server.stop());
  },
  'redis-cluster': async () => {
    const { nodes, stop } = await startRedisCluster();
    return keep(nodes, stop);
  },
  cassandra: async () => {
    const server = await startCassandra();
    return keep([server], () => server.stop());
  },
};

export async function startServiceKeeper(): Promise<ServiceKeeper> {
  const kept = new Map<ServiceName, Promise<Kept>>();
  const server = createServer(async (request, response) => {
    const name = SERVICE_NAMES.find((known) => request.url === `/${known}`);
    if (name === undefined) return void response.writeHead(404).end();
    let starting = kept.get(name);
    if (starting === undefined) {
      starting = STARTERS[name]().catch(failure);
      kept.set(name, starting);
    }
    response.end(JSON.stringify((await starting).answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await Promise.all([...kept.values()].map(async (starting) => (await starting).stop()));
    },
  };
}

function keep(nodes: readonly (ServiceAddress & { pid: number })[], stop: () => Promise<void>): Kept {
  const addresses = nodes.map(({ host, port }) => ({ host, port }));
  return { answer: { nodes: addresses, processIds: nodes.map((node) => node.pid) }, stop };
}

function failure(error: Error): Kept {
  const answer =
    error instanceof ServiceUnavailableHere ? { unavailable: error.reason } : { failed: error.message };
  return { answer, stop: async () => {} };
}
