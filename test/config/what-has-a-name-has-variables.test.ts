import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Config, type ConfigurationError, loadConfig } from '../../src/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(path.join(folder, 'password'), 'secret\n');
const file = path.join(folder, 'featuregraph.config.ts');
writeFileSync(
  file,
  `export default {
    stores: {
      hot: { kind: 'redis', nodes: [{ host: 'redis', port: 6379 }], commandTimeoutMs: 10 },
      'warm-eu': { kind: 'cassandra', nodes: [{ host: 'c', port: 9042 }], localDataCenter: 'd', keyspace: 'k' },
    },
    tiers: { default: { warm: 'warm-eu', hot: 'hot' } },
    subgraphs: { fleet: { url: 'http://fleet:4000/graphql' } },
  };`,
);
const load = (env: Readonly<Record<string, string>>): Promise<Config> => loadConfig({ file, env });
const problemsOf = (env: Readonly<Record<string, string>>): Promise<Record<string, string>> =>
  load(env).then(
    () => ({}),
    (error: ConfigurationError) =>
      Object.fromEntries(error.problems.map(({ key, problem }) => [key, problem])),
  );

describe('variables of what has a name', () => {
  test('say where a store is and how to enter it; the rest stays as the file has it', async () => {
    const { stores, subgraphs } = await load({
      FEATUREGRAPH_STORE_HOT_NODES: '10.0.0.1:7000, [::1]:7001',
      FEATUREGRAPH_STORE_HOT_REPLICAS: '10.0.0.2:7000',
      FEATUREGRAPH_STORE_HOT_PASSWORD_FILE: 'password',
      FEATUREGRAPH_STORE_HOT_USERNAME: 'serving',
      FEATUREGRAPH_STORE_WARM_EU_NODES: 'c1.example:9042',
      FEATUREGRAPH_STORE_WARM_EU_LOCAL_DATA_CENTER: 'eu',
      FEATUREGRAPH_STORE_WARM_EU_KEYSPACE: 'features',
      FEATUREGRAPH_STORE_WARM_EU_DIALECT: 'SCYLLA',
      FEATUREGRAPH_SUBGRAPH_FLEET_URL: 'https://fleet.example/graphql',
    });
    expect(stores.hot).toEqual({
      kind: 'redis',
      mode: 'SINGLE',
      nodes: [
        { host: '10.0.0.1', port: 7000 },
        { host: '::1', port: 7001 },
      ],
      replicas: [{ host: '10.0.0.2', port: 7000 }],
      commandTimeoutMs: 10,
      username: 'serving',
      password: 'secret',
    });
    expect(stores['warm-eu']).toEqual({
      kind: 'cassandra',
      nodes: [{ host: 'c1.example', port: 9042 }],
      localDataCenter: 'eu',
      keyspace: 'features',
      dialect: 'SCYLLA',
    });
    expect(subgraphs.fleet?.url).toBe('https://fleet.example/graphql');
  });

  test('are told where they are misspelt, or about a name that the file does not have', async () => {
    const problems = await problemsOf({
      FEATUREGRAPH_STORE_HOT_NODES: 'redis',
      FEATUREGRAPH_STORE_WARM_EU_DIALECT: 'MONGO',
      FEATUREGRAPH_STORE_COLD_NODES: 'c:1',
      FEATUREGRAPH_STORE_HOT_NODE: 'c:1',
      FEATUREGRAPH_SUBGRAPH_ROUTE_URL: 'http://route',
    });
    expect(Object.keys(problems).toSorted()).toEqual([
      'FEATUREGRAPH_STORE_COLD_NODES',
      'FEATUREGRAPH_STORE_HOT_NODE',
      'FEATUREGRAPH_STORE_HOT_NODES (stores.hot.nodes)',
      'FEATUREGRAPH_STORE_WARM_EU_DIALECT (stores.warm-eu.dialect)',
      'FEATUREGRAPH_SUBGRAPH_ROUTE_URL',
    ]);
    expect(problems.FEATUREGRAPH_STORE_COLD_NODES).toContain('STORE_HOT_NODES, STORE_WARM_EU_NODES');
    expect(problems['FEATUREGRAPH_STORE_HOT_NODES (stores.hot.nodes)']).toContain('host:port');
  });
});
