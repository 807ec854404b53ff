import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFolder, runCommand } from './run-command.ts';

let folder: ReturnType<typeof createFolder>;
beforeAll(() => {
  folder = createFolder();
});
afterAll(() => folder.remove());

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const OPERATIONS = path.join(REPOSITORY, 'examples/flights/operations');

describe('featuregraph lineage', () => {
  test('leads from a feature to what is made of it in another domain, and to the operations that ask for it', async () => {
    const { status, stdout } = await runCommand([
      'lineage',
      'Aircraft.seats',
      '--operations',
      OPERATIONS,
      '--json',
    ]);
    expect(status).toBe(0);
    const [lineage] = JSON.parse(stdout);
    expect(lineage.stored).toEqual({
      view: 'aircraft_facts',
      version: 1,
      block: 'fleet.Aircraft',
      source: null,
    });
    expect(lineage.feeds).toEqual([
      {
        coordinate: 'Aircraft.longestRoute30dSeatMiles',
        domain: 'route',
        kind: 'ON_DEMAND',
        by: 'seatMiles',
        from: 'Aircraft.seats',
      },
    ]);
    expect(lineage.operations.map(({ operation }: { operation: string }) => operation)).toContain(
      'FleetFeatures',
    );
  });

  test('tells the references that a feature is the key of, and the source behind it', async () => {
    const { stdout } = await runCommand(['lineage', 'Aircraft.lastCarrierCode']);
    expect(stdout).toContain('fed by the source flights');
    expect(stdout).toContain('Aircraft.lastCarrier (fleet) leads to Carrier');
  });

  test('of a name that is no feature says where to look', async () => {
    const { status, stderr } = await runCommand(['lineage', 'nope']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('featuregraph features')]);
  });
});

describe('featuregraph query', () => {
  test('runs an operation over the rows of this machine: a table, or the answer as it is', async () => {
    const data = ['--data-folder', path.join(folder.path, 'data')];
    const rows = path.join(folder.path, 'rows.ndjson');
    writeFileSync(rows, '{"carrier": "UA", "name": "United", "eventTime": "2013-01-01T00:00:00Z"}\n');
    expect((await runCommand(['push', 'carrier_facts', rows, ...data])).status).toBe(0);
    const document = path.join(folder.path, 'names.graphql');
    writeFileSync(document, 'query Names($codes: [ID!]!) { carrierList(carriers: $codes) { carrier name } }');
    const variables = ['--variables', '{"codes": ["UA", "ZZ"]}'];
    const table = await runCommand(['query', document, ...variables, ...data, '--status']);
    expect(table.status).toBe(0);
    expect(table.stdout).toMatch(/│ UA +│ United +│/);
    expect(table.stdout).toMatch(/│ carrierList\.name +│ PF +│/);
    const json = await runCommand(['query', document, ...variables, ...data, '--json']);
    expect(JSON.parse(json.stdout)).toEqual({
      data: {
        carrierList: [
          { carrier: 'UA', name: 'United' },
          { carrier: 'ZZ', name: null },
        ],
      },
    });
  });

  test('with a variable that does not fit says so', async () => {
    const document = path.join(folder.path, 'one.graphql');
    writeFileSync(document, 'query One($code: ID!) { carrier(carrier: $code) { name } }');
    const { status, stderr } = await runCommand([
      'query',
      document,
      '--data-folder',
      path.join(folder.path, 'data'),
    ]);
    expect(status).not.toBe(0);
    expect(stderr).toContain('"$code" of required type "ID!"');
    expect(stderr).not.toMatch(/ at .*\.ts:\d+/);
  });
});

describe('featuregraph new domain', () => {
  test('writes a file that passes check, and takes the rows that it shows', async () => {
    // A project of its own: the repository's manifest asks for the flights.
    const config = path.join(folder.path, 'featuregraph.config.mjs');
    writeFileSync(config, 'export default {};');
    const schema = ['--config', config, '--schema-folder', path.join(folder.path, 'schema')];
    const made = await runCommand(['new', 'domain', 'driver-shift', '--code', ...schema]);
    expect(made.status).toBe(0);
    expect((await runCommand(['check', ...schema])).status).toBe(0);
    const rows = path.join(folder.path, 'shift.ndjson');
    const [, row] = /echo '(.*)' > rows\.ndjson/.exec(made.stdout) as unknown as [string, string];
    writeFileSync(rows, `${row}\n`);
    const pushed = await runCommand([
      'push',
      'driver_shift_facts',
      rows,
      ...schema,
      '--data-folder',
      path.join(folder.path, 'new'),
    ]);
    expect(pushed.status).toBe(0);
  });

  test('touches nothing that is there, and refuses names that cannot be', async () => {
    const schema = path.join(folder.path, 'schema2');
    const once = ['new', 'domain', 'driver', '--schema-folder', schema];
    expect((await runCommand(once)).status).toBe(0);
    const before = readFileSync(path.join(schema, 'driver.graphql'), 'utf8');
    expect(await runCommand(once)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is there already'),
    });
    expect(readFileSync(path.join(schema, 'driver.graphql'), 'utf8')).toBe(before);
    expect((await runCommand(['new', 'domain', '../evil', '--schema-folder', schema])).status).toBe(2);
    expect(existsSync(path.join(folder.path, 'evil.graphql'))).toBe(false);
  });
});

describe('featuregraph completion', () => {
  test('completes commands and options in bash', async () => {
    const { stdout } = await runCommand(['completion', 'bash']);
    const complete = (words: string, at: number) => {
      const script = `${stdout}\nCOMP_WORDS=(${words}); COMP_CWORD=${at}; _featuregraph; echo "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split(' ');
    };
    expect(complete('featuregraph p', 1)).toEqual(['publish', 'print-schema', 'push']);
    expect(complete('featuregraph push --pa', 2)).toEqual(['--partial']);
    expect(complete('featuregraph new d', 2)).toEqual(['domain']);
    expect(complete('featuregraph new domain --en', 3)).toEqual(['--entity']);
  });

  test('knows zsh, and no other shell', async () => {
    expect((await runCommand(['completion', 'zsh'])).stdout).toMatch(/^#compdef featuregraph/);
    expect(await runCommand(['completion', 'fish'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Expected bash or zsh'),
    });
  });
});
