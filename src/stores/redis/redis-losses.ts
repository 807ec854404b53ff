import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './redis-client.ts';

/**
 * Tells when a primary may be gone, and with it what it took last: its connection ended, or another took its place. A
 * replica that is promoted lacks what had not reached it yet, a server that starts from a file what came after that.
 * @param tell called at once; mostly nothing is lost.
 */
export function watchLosses(client: RedisClient, tell: () => void): void {
  if (!(client instanceof Cluster)) {
    watchConnection(client, tell);
    return;
  }
  for (const node of client.nodes('all')) watchConnection(node, tell);
  client.on('+node', (node: Redis) => watchConnection(node, tell));
  let before = primariesOf(client);
  // Cut off from the others, an old primary keeps its connections.
  client.on('refresh', () => {
    const now = primariesOf(client);
    if ([...before].some((name) => !now.has(name))) tell();
    before = now;
  });
}

function watchConnection(node: Redis, tell: () => void): void {
  let wasReady = node.status === 'ready';
  node.on('ready', () => {
    wasReady = true;
  });
  // Also told of each attempt to connect that fails.
  node.on('close', () => {
    if (wasReady && node.options.readOnly !== true) tell();
    wasReady = false;
  });
}

function primariesOf(client: Cluster): ReadonlySet<string> {
  return new Set(client.nodes('master').map(({ options: { host, port } }) => `${host}:${port}`));
}
