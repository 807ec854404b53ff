import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { createFolder, runCommand } from './run-command.ts';

const folder = createFolder();
afterAll(() => folder.remove());

const cost = (...args: string[]) => runCommand(['cost', ...args]);
const OPERATION = 'examples/flights/operations/route-comparison.graphql';
const KEYS = '{"keys": [{"origin": "EWR", "dest": "IAH"}, {"origin": "JFK", "dest": "LAX"}]}';

describe('featuregraph cost', () => {
  test('shows what a request costs at most, place by place', async () => {
    const { status, stdout } = await cost(OPERATION, '--variables', KEYS);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^RouteComparison: at most 9 units\n/);
    expect(stdout).toMatch(/└─ routeList 2 times: 2 blocks, 2 transforms, /);
    expect(stdout).toMatch(/ {3}├─ lastAircraft 2 times: 4 blocks, 2 transforms, /);
    expect(stdout).toMatch(
      /The first \d+ KiB of an answer are free\. One operation may cost 10,000 units\.\n$/,
    );
    expect(stdout).not.toContain('\u001b[');
  });

  test('as JSON, without any store, and dearer where the stores are read for certain', async () => {
    const env = { FEATUREGRAPH_DATA_FOLDER: `${folder.path}/data` };
    const plain = JSON.parse(
      (await runCommand(['cost', OPERATION, '--variables', KEYS, '--json'], env)).stdout,
    );
    expect(plain).toMatchObject({ operation: 'RouteComparison', maximum: 10_000, blocks: 8, transforms: 6 });
    expect(plain.fields[0]).toMatchObject({ path: 'routeList', objects: 2, blocks: 2 });
    expect(existsSync(`${folder.path}/data`)).toBe(false);
    const quorum = JSON.parse((await cost(OPERATION, '--variables', KEYS, '--quorum', '--json')).stdout);
    expect(quorum.blocks).toBe(plain.blocks);
    expect(quorum.total).toBeGreaterThan(plain.total);
  });

  test('says when an operation would be refused', async () => {
    const config = `${folder.path}/featuregraph.config.ts`;
    writeFileSync(
      config,
      `export default { schemaFolder: '${process.cwd()}/schema', cost: { maximum: 5 } };`,
    );
    const { status, stdout } = await cost(OPERATION, '--config', config, '--variables', KEYS);
    expect(status).toBe(0);
    expect(stdout).toContain('More than the 5 units that one operation may cost: it is refused.');
  });

  test('says which variable it misses', async () => {
    const { status, stderr } = await cost(OPERATION);
    expect(status).not.toBe(0);
    expect(stderr).toContain('$keys');
  });
});
