import type { Redis } from 'ioredis';
import { freePorts } from './free-ports.ts';
import { connectOnce, findRedisProgram, redisArgs } from './redis.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** Three masters with a replica each, all on loopback: node i + 3 is the replica of node i at the start. */
export interface RedisClusterServers {
  readonly nodes: readonly ClusterNode[];
  stop(): Promise<void>;
}

export interface ClusterNode extends ServerProcess {
  readonly host: string;
  readonly port: number;
}

const MASTERS = 3;
const SLOTS = 16_384;
const READY_WITHIN_MS = 20_000;
/** After this long without an answer a master counts as failed: short, so that tests of failover are. */
const NODE_TIMEOUT_MS = 1500;

export async function startRedisCluster(): Promise<RedisClusterServers> {
  const program = await findRedisProgram();
  const ports = await freePorts(2 * MASTERS);
  const started = await Promise.allSettled(ports.map((port) => startNode(program, port)));
  const nodes = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    const failure = started.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    await joinNodes(ports);
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, stop };
}

async function startNode(program: string, port: number): Promise<ClusterNode> {
  const clusterArgs = [
    ...['--cluster-enabled', 'yes', '--cluster-node-timeout', `${NODE_TIMEOUT_MS}`],
    ...['--cluster-announce-ip', '127.0.0.1', '--cluster-require-full-coverage', 'no'],
    ...['--cluster-replica-validity-factor', '0', '--repl-diskless-sync-delay', '0'],
  ];
  const server = await startServer({
    name: 'redis-node',
    program,
    args: (folder) => [...redisArgs(port, folder), ...clusterArgs],
    isReady: (log) => log.includes('Ready to accept connections'),
    readyWithinMs: READY_WITHIN_MS,
  });
  return Object.defineProperties(server, {
    host: { value: '127.0.0.1', enumerable: true },
    port: { value: port, enumerable: true },
  }) as ClusterNode;
}

async function joinNodes(ports: readonly number[]): Promise<void> {
  const clients = ports.map(connectOnce);
  try {
    await Promise.all(clients.map((client) => client.connect()));
    await Promise.all(
      clients.map(async (client, index) => {
        await client.call('CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`);
        if (index < MASTERS) await client.call('CLUSTER', 'ADDSLOTS', ...slotsOf(index));
        await client.call('CLUSTER', 'MEET', '127.0.0.1', `${ports[0]}`);
      }),
    );
    await until(clients, async (client) => (await nodeLines(client)).length === 2 * MASTERS);
    const ids = await Promise.all(clients.map((client) => client.call('CLUSTER', 'MYID')));
    for (let i = MASTERS; i < clients.length; i += 1) {
      await (clients[i] as Redis).call('CLUSTER', 'REPLICATE', `${ids[i - MASTERS]}`);
    }
    await until(clients, isSettled);
  } finally {
    for (const client of clients) client.disconnect();
  }
}

function slotsOf(master: number): string[] {
  const first = Math.floor((master * SLOTS) / MASTERS);
  const end = Math.floor(((master + 1) * SLOTS) / MASTERS);
  return Array.from({ length: end - first }, (_, i) => `${first + i}`);
}

/** Everybody sees all slots served, and each replica follows its master. */
async function isSettled(client: Redis): Promise<boolean> {
  const info = String(await client.call('CLUSTER', 'INFO'));
  if (!info.includes('cluster_state:ok') || !info.includes(`cluster_slots_ok:${SLOTS}`)) return false;
  if ((await nodeLines(client)).filter((line) => line.includes('slave')).length !== MASTERS) return false;
  const role = (await client.call('ROLE')) as unknown[];
  return role[0] === 'master' ? (role[2] as unknown[]).length > 0 : role[3] === 'connected';
}

async function nodeLines(client: Redis): Promise<string[]> {
  const lines = String(await client.call('CLUSTER', 'NODES'))
    .trim()
    .split('\n');
  return lines.filter((line) => !line.includes('handshake'));
}

async function until(clients: readonly Redis[], holds: (client: Redis) => Promise<boolean>): Promise<void> {
  const giveUpAtMs = performance.now() + READY_WITHIN_MS;
  while (!(await Promise.all(clients.map(holds))).every(Boolean)) {
    if (performance.now() > giveUpAtMs) {
      throw new Error(
        `The Redis Cluster did not form: ${await (clients[0] as Redis).call('CLUSTER', 'NODES')}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
