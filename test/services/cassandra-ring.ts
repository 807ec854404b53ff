import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'cassandra-driver';
import { type CassandraServer, startCassandra } from './cassandra.ts';
import { freePorts } from './free-ports.ts';

/** Nodes of one data centre, each on a loopback address of its own and all on one port, as drivers expect them. */
export interface CassandraRing {
  readonly port: number;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

const KNOWS_WITHIN_S = 60;

/** Some 40 s a node on an idle machine. Where a machine has no 127.0.0.2, one node alone can be had. */
export async function startCassandraRing(nodes: number): Promise<CassandraRing> {
  const [port, storagePort] = (await freePorts(2)) as [number, number];
  const servers: CassandraServer[] = [];
  for (let i = 0; i < nodes; i += 1) {
    const address = `127.0.0.${i + 1}`;
    servers.push(
      await startCassandra(port, {
        ...{ listen_address: address, rpc_address: address, storage_port: storagePort },
        seed_provider: [
          {
            class_name: 'org.apache.cassandra.locator.SimpleSeedProvider',
            parameters: [{ seeds: `127.0.0.1:${storagePort}` }],
          },
        ],
        // All start empty: there is nothing to be streamed.
        auto_bootstrap: false,
      }),
    );
  }
  for (const [i] of servers.entries()) await knowsAll(`127.0.0.${i + 1}`, port, nodes);
  return {
    port,
    pids: servers.map(({ pid }) => pid),
    stop: async () => {
      for (const server of servers) await server.stop();
    },
  };
}

/** A node is ready before the others have told it of themselves; a keyspace made then is not everywhere. */
async function knowsAll(host: string, port: number, nodes: number): Promise<void> {
  for (let i = 0; i < KNOWS_WITHIN_S; i += 1) {
    const client = new Client({
      ...{ contactPoints: [host], localDataCenter: 'datacenter1', protocolOptions: { port } },
    });
    const peers = await client.execute('SELECT peer FROM system.peers').finally(() => client.shutdown());
    if (peers.rowLength === nodes - 1) return;
    await pause(1000);
  }
  throw new Error(`${host} does not know all of ${nodes} nodes after ${KNOWS_WITHIN_S} s.`);
}
