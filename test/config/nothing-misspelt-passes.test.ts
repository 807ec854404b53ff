import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, type LoadOptions, loadConfig } from '../../src/config.ts';

const emptyFolder = mkdtempSync(path.join(tmpdir(), 'featuregraph-config-'));

const load = (options: LoadOptions) => loadConfig({ cwd: emptyFolder, env: {}, ...options });

async function problemsOf(options: LoadOptions): Promise<Record<string, string>> {
  const error = await load(options).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  return Object.fromEntries(
    (error as ConfigurationError).problems.map(({ key, problem }) => [key, problem] as const),
  );
}

describe('the configuration', () => {
  test('needs no file: everything has a default', async () => {
    const config = await load({});
    expect(config).toMatchObject({ port: 4000, adminPort: 4001, explorer: false, clockAtMs: null });
    expect(config.dataFolder).toBe(path.join(emptyFolder, '.featuregraph'));
  });

  test('is frozen all the way down', async () => {
    const config = await load({});
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.limits, { bodyBytes: 1 })).toThrow(TypeError);
  });

  test('tells all problems at once, each with its key', async () => {
    const problems = await problemsOf({
      env: { FEATUREGRAPH_PORT: 'many', FEATUREGRAPH_PROT: '1', PATH: '/bin' },
      flags: {
        adminPort: 70_000,
        deadlineMs: 0,
        limits: { body: 1 },
        subgraphs: { fleet: { url: 'ftp://fleet', uri: '' } },
        stor: {},
      } as never,
    });
    expect(Object.keys(problems).toSorted()).toEqual([
      'FEATUREGRAPH_PORT (port)',
      'FEATUREGRAPH_PROT',
      'adminPort',
      'deadlineMs',
      'limits.body',
      'stor',
      'subgraphs.fleet.uri',
      'subgraphs.fleet.url',
    ]);
    expect(problems['limits.body']).toBe(
      'unknown key; expected one of bodyBytes, pushBodyBytes, writeCallsPerSecond, subgraphResponseBytes',
    );
  });

  test('a name that is near to one of ours is told by it, a far one by all that there are', async () => {
    const redis = { kind: 'redis', nodes: [{ host: 'a', port: 1 }], node: [], contactPoints: [] };
    const flags = {
      prot: 4000,
      limits: { bodyByte: 1 },
      stores: { hot: redis, cold: { kind: 'redsi' }, other: {} },
      clock: { at: 'yesterday' },
      subgraphs: { fleet: { url: 'localhost:4000' } },
      documents: { mode: 'ONYL' },
    };
    const env = {
      FEATUREGRAPH_PROT: '1',
      FEATUREGRAPH_STORE_HOT_NODE: 'a:1',
      FEATUREGRAPH_SUBGRAPH_FLEET_URL: 'x',
    };
    const problems = await problemsOf({ flags: flags as never, env });
    expect(problems).toEqual({
      prot: 'unknown key; did you mean "port"?',
      'limits.bodyByte': 'unknown key; did you mean "bodyBytes"?',
      // Of its own kind: not those of Cassandra.
      'stores.hot.node': 'unknown key; did you mean "nodes"?',
      'stores.hot.contactPoints': expect.stringMatching(
        /^unknown key; expected one of kind, mode, nodes, (?!.*keyspace)/,
      ),
      'stores.cold.kind':
        'expected one of lmdb, redis, cassandra, got a text of 5 characters. Did you mean "redis"?',
      'stores.other.kind': 'expected one of lmdb, redis, cassandra, got none',
      'clock.at':
        'expected a moment in ISO 8601 with a zone, such as 2026-01-06T00:00:00Z, got a text of 9 characters',
      'subgraphs.fleet.url':
        'expected an address with its scheme, such as http://127.0.0.1:4000/graphql, got a text of 14 characters',
      'documents.mode': 'expected one of ALLOW, ONLY, got a text of 4 characters. Did you mean "ONLY"?',
      FEATUREGRAPH_PROT: 'unknown; did you mean "FEATUREGRAPH_PORT"?',
      FEATUREGRAPH_STORE_HOT_NODE: expect.stringMatching(/^unknown; did you mean "/),
      FEATUREGRAPH_SUBGRAPH_FLEET_URL:
        'names nothing: the configuration file has no subgraphs; add it there first',
    });
  });

  test('each problem says what is expected and what came, and shows no text', async () => {
    const secret = 'hunter2-hunter2';
    const flags = {
      port: 70_000,
      deadlineMs: secret,
      overload: { burstWait: 2, runningRequests: 0 },
      budgets: { default: { burst: 10, mode: secret } },
      explorer: 1,
    };
    const problems = await problemsOf({ flags: flags as never, env: { FEATUREGRAPH_ADMIN_PORT: 'abc' } });
    expect(problems).toEqual({
      port: 'expected at most 65535, got 70000',
      deadlineMs: 'expected a number, got a text of 15 characters',
      'overload.burstWait': 'expected at most 1, got 2',
      'overload.runningRequests': 'expected at least 1, got 0',
      'budgets.default.perSecond': 'is missing; expected a number',
      'budgets.default.mode': 'expected one of ENFORCE, MEASURE, got a text of 15 characters',
      explorer: 'expected true or false, got 1',
      'FEATUREGRAPH_ADMIN_PORT (adminPort)': 'expected a number, got a text of 3 characters',
    });
    expect(JSON.stringify(problems)).not.toContain(secret);
  });

  test('later wins: default, file, environment, flag', async () => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'featuregraph-config-'));
    writeFileSync(
      path.join(cwd, 'featuregraph.config.ts'),
      `export default { host: 'file', tenant: 'file', namespace: 'file', limits: { bodyBytes: 2048 } };`,
    );
    const env = { FEATUREGRAPH_TENANT: 'environment', FEATUREGRAPH_NAMESPACE: 'environment' };
    const config = await loadConfig({ cwd, env, flags: { namespace: 'flag' } });
    expect(config).toMatchObject({
      host: 'file',
      tenant: 'environment',
      namespace: 'flag',
      limits: { bodyBytes: 2048, pushBodyBytes: 8 * 1024 * 1024 },
    });
  });

  test('a file that is named must be there and export a configuration', async () => {
    expect(await problemsOf({ file: 'missing.ts' })).toHaveProperty(['missing.ts']);
    const file = path.join(emptyFolder, 'empty.ts');
    writeFileSync(file, 'export const config = {};');
    expect((await problemsOf({ file }))[file]).toContain('export default defineConfig');
  });

  test('switches of the environment are words, and other words are refused', async () => {
    expect(await load({ env: { FEATUREGRAPH_EXPLORER: 'on', FEATUREGRAPH_ANONYMOUS: '0' } })).toMatchObject({
      explorer: true,
      identity: { anonymous: false },
    });
    expect(await problemsOf({ env: { FEATUREGRAPH_EXPLORER: 'ja' } })).toHaveProperty([
      'FEATUREGRAPH_EXPLORER (explorer)',
    ]);
  });

  test('keys come from a file or the environment', async () => {
    const file = path.join(emptyFolder, 'gateway.pem');
    writeFileSync(file, 'a key');
    expect((await load({ flags: { signing: { privateKeyFile: file } } })).signing.privateKeyPem).toBe(
      'a key',
    );
    expect((await load({ env: { FEATUREGRAPH_SIGNING_PUBLIC_KEY: 'pem' } })).signing.publicKeyPem).toBe(
      'pem',
    );
    expect(await problemsOf({ flags: { signing: { privateKeyFile: 'none.pem' } } })).toHaveProperty([
      'signing.privateKeyFile',
    ]);
  });

  test('development opens the explorer and introspection, unless told otherwise', async () => {
    expect(await load({ development: true })).toMatchObject({ explorer: true, introspection: true });
    expect(await load({ development: true, flags: { explorer: false } })).toMatchObject({ explorer: false });
    expect(await load({})).toMatchObject({ explorer: false, introspection: false });
  });

  test('a clock stands at a moment with a zone', async () => {
    expect((await load({ flags: { clock: { at: '2020-03-01T00:00:00Z' } } })).clockAtMs).toBe(
      Date.UTC(2020, 2, 1),
    );
    expect(await problemsOf({ flags: { clock: { at: 'yesterday' } } })).toHaveProperty(['clock.at']);
  });
});
