import { defineConfig } from '../src/config.ts';

/**
 * What docker-compose.yml serves: the flights example, each domain in a process of its own, over Redis and ScyllaDB.
 * Hosts are the services of that file. Where they are others, variables say so: FEATUREGRAPH_STORE_HOT_NODES,
 * FEATUREGRAPH_SUBGRAPH_FLEET_URL, …
 */
const at = (domain: string) => ({ url: `http://${domain}:4000/graphql` });

export default defineConfig({
  schemaFolder: '../schema',
  // The example's "now"; leave it out for real time.
  clock: { at: '2013-04-01T04:00:00Z' },
  stores: {
    hot: { kind: 'redis', nodes: [{ host: 'redis', port: 6379 }] },
    warm: {
      kind: 'cassandra',
      dialect: 'SCYLLA',
      nodes: [{ host: 'scylla', port: 9042 }],
      localDataCenter: 'datacenter1',
      keyspace: 'featuregraph',
      replication: { datacenter1: 1 }, // of one machine; three where there are nodes for them
      // Everything shares the machine, while five processes start and the example is loaded: patience instead of
      // the defaults, which are for a cluster of its own.
      readTimeoutMs: 500,
      writeTimeoutMs: 10_000,
    },
  },
  tiers: { default: { warm: 'warm', hot: 'hot', warmBudgetMs: 500 } },
  subgraphs: { airport: at('airport'), carrier: at('carrier'), fleet: at('fleet'), route: at('route') },
});
