import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ConfigInput, ConfigurationError, loadConfig } from '../../src/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-config-'));
const load = (flags: Partial<ConfigInput>) => loadConfig({ cwd: folder, env: {}, flags });
const problemsOf = (flags: object): Promise<Record<string, string>> =>
  load(flags as Partial<ConfigInput>).then(
    () => ({}),
    (error: unknown) => {
      if (!(error instanceof ConfigurationError)) throw error;
      return Object.fromEntries(error.problems.map(({ key, problem }) => [key, problem]));
    },
  );
const node = { host: 'redis.internal', port: 6379 };

describe('stores and tiers in the configuration', () => {
  test('are the embedded store alone where nothing is said, with no tiers before it', async () => {
    const config = await load({});
    expect(config.stores).toEqual({
      lmdb: { kind: 'lmdb', folder: path.join(folder, '.featuregraph', 'lmdb') },
    });
    expect(config.tiers).toEqual({ default: { warm: 'lmdb' } });
    expect(config.readScopes).toEqual({ bypass: 'read:bypass', quorum: 'read:quorum' });
  });

  test('are what the stores are told: secrets read, limits by their tier', async () => {
    writeFileSync(path.join(folder, 'password'), 'secret\n');
    writeFileSync(path.join(folder, 'ca.pem'), 'PEM');
    const config = await load({
      stores: {
        fast: {
          kind: 'redis',
          mode: 'CLUSTER',
          nodes: [node],
          passwordFile: 'password',
          tls: { caFile: 'ca.pem' },
        },
        ring: {
          kind: 'cassandra',
          nodes: [{ host: 'c1', port: 9042 }],
          localDataCenter: 'dc1',
          keyspace: 'features',
          readTimeoutMs: 40,
        },
        archive: { kind: 'lmdb' },
      },
      tiers: {
        default: { warm: 'ring', hot: 'fast', memory: { maxAgeMs: 200 }, absenceLifeMs: 5000 },
        weather: { warm: 'archive' },
      },
    });
    expect(config.stores).toMatchObject({
      fast: { kind: 'redis', mode: 'CLUSTER', nodes: [node], password: 'secret', tls: { caPem: 'PEM' } },
      ring: { kind: 'cassandra', keyspace: 'features', readTimeoutMs: 40 },
      archive: { kind: 'lmdb', folder: path.join(folder, '.featuregraph', 'archive') },
    });
    expect(JSON.stringify(config.stores)).not.toContain('passwordFile');
    expect(config.tiers).toEqual({
      default: { warm: 'ring', hot: 'fast', limits: { memoryMaxAgeMs: 200, absenceLifeMs: 5000 } },
      weather: { warm: 'archive' },
    });
  });

  test('are refused with the key that is wrong and what may stand there', async () => {
    const problems = await problemsOf({
      stores: {
        fast: { kind: 'redis', nodes: [], pasword: 'x' },
        ring: {
          kind: 'cassandra',
          nodes: [node],
          localDataCenter: 'd',
          keyspace: 'k',
          readConsistency: 'LOCAL_ONE',
        },
        other: { kind: 'mongo' },
      },
      tiers: { default: { warm: 'ring', memory: { maxAgeMs: 1001 } }, weather: { hot: 'fast' } },
    });
    expect(Object.keys(problems).sort()).toEqual([
      'stores.fast.nodes',
      'stores.fast.pasword',
      'stores.other.kind',
      'stores.ring.readConsistency',
      'tiers.default.memory.maxAgeMs',
      'tiers.weather.warm',
    ]);
    expect(problems['stores.fast.pasword']).toMatch(/passwordFile/);
  });

  test('tell a secret that cannot be read', async () => {
    const problems = await problemsOf({
      stores: { fast: { kind: 'redis', nodes: [node], passwordFile: 'nowhere' } },
    });
    expect(problems['stores.fast.passwordFile']).toMatch(/cannot be read/);
  });
});
