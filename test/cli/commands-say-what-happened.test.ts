import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createFolder, runCommand } from './run-command.ts';

const folder = createFolder();
afterAll(() => folder.remove());

const inFolder = ['--data-folder', path.join(folder.path, 'data')];
const file = (name: string, text: string): string => {
  const found = path.join(folder.path, name);
  writeFileSync(found, text);
  return found;
};
const TIME = '2013-03-01T00:00:00Z';

describe('check', () => {
  test('passes the example, and nothing is opened for it', async () => {
    const { status, stdout } = await runCommand(['check']);
    expect(stdout).toMatch(/4 domains, 20 views, \d+ features \(\d+ on demand\); they compose\./);
    expect(status).toBe(0);
  });

  test('tells all problems of all files, with place and mend, and exits with 1', async () => {
    const broken = createFolder();
    const type = (extra: string) => `"A thing." type Thing @key(fields: "id") { "Its id." id: ID! ${extra} }`;
    writeFileSync(path.join(broken.path, 'one.graphql'), type('"Bad." a: Int @feature(view: "none")'));
    writeFileSync(path.join(broken.path, 'two.graphql'), 'type {');
    const { status, stdout, stderr } = await runCommand(['check', '--schema-folder', broken.path]);
    expect(status).toBe(1);
    expect(stdout).toContain(path.join(broken.path, 'one.graphql:1:'));
    expect(stdout).toContain(path.join(broken.path, 'two.graphql'));
    expect(stdout).toContain('→');
    expect(stderr).toMatch(/\d+ errors: this must not be merged\./);
    const json = await runCommand(['check', '--json', '--schema-folder', broken.path]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      findings: expect.arrayContaining([expect.objectContaining({ level: 'ERROR', rule: 'syntax' })]),
    });
    broken.remove();
  });
});

describe('compose and print-schema', () => {
  test('write the supergraph and one subgraph', async () => {
    const target = path.join(folder.path, 'supergraph.graphql');
    expect((await runCommand(['compose', '-o', target])).status).toBe(0);
    expect(readFileSync(target, 'utf8')).toContain('@join__graph(name: "fleet"');
    const printed = await runCommand(['print-schema', 'fleet']);
    expect(printed.stdout).toContain('type Aircraft');
    expect(printed.stdout).toContain('specs.apollo.dev/federation/');
    expect(await runCommand(['print-schema', 'navy'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Expected the name of a domain (airport, carrier, fleet, route)'),
    });
  });
});

describe('push, get and delete', () => {
  test('tell of a file without rows, and of rows that count no more', async () => {
    const push = (rows: string) =>
      runCommand(['push', 'aircraft_legs_24h', file('legs.ndjson', rows), '--partial', ...inFolder]);
    expect((await push('')).stderr).toContain('There were no rows to read.');
    const old = await push(`{"tailnum": "OLD", "legs24h": 3, "eventTime": "2013-01-05T00:00:00Z"}`);
    expect([old.status, old.stderr]).toEqual([
      0,
      expect.stringMatching(
        /1 row .* written[\s\S]*None of them counts any more: .*2013-01-05.*OUTSIDE_MAX_AGE/,
      ),
    ]);
  });

  test('keep the good rows, list the bad ones, and exit with 1', async () => {
    const rows = file('rows.csv', `tailnum,seats,eventTime\nN1,150,${TIME}\nN2,many,${TIME}\n,100,${TIME}\n`);
    const { status, stdout, stderr } = await runCommand([
      'push',
      'aircraft_facts',
      rows,
      '--partial',
      ...inFolder,
    ]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/row +│ key +│ feature +│ expected +│ received/);
    expect(stdout).toMatch(/│ 2 +│ N2 +│ seats +│ Int[^│]*│ "many" +│/);
    expect(stdout).toMatch(/│ 3 +│ +│ tailnum/);
    expect(stdout).not.toContain('\u001b['); // piped: no colours
    expect(stderr).toContain('1 row of aircraft_facts written; 2 rows refused.');

    const found = await runCommand(['get', 'Aircraft', 'N1', '--json', ...inFolder]);
    const seats = (JSON.parse(found.stdout) as { field: string }[]).find(({ field }) => field === 'seats');
    expect(seats).toMatchObject({ value: 150, status: 'PRESENT', eventTime: '2013-03-01T00:00:00.000Z' });
    const table = await runCommand(['get', 'Aircraft', 'N1', ...inFolder]);
    expect(table.stdout).toMatch(
      /│ seats +│ 150 +│ PRESENT +│ 2013-03-01T00:00:00Z +│ 31d 4h +│ aircraft_facts/,
    );
  });

  test('--all-or-nothing writes none of a file with one bad row', async () => {
    const rows = file(
      'mixed.ndjson',
      `{"tailnum":"N7","seats":9,"eventTime":"${TIME}"}\n{"tailnum":"N8","seats":"x","eventTime":"${TIME}"}\n`,
    );
    const pushed = await runCommand([
      'push',
      'aircraft_facts',
      rows,
      '--partial',
      '--all-or-nothing',
      '--json',
      ...inFolder,
    ]);
    expect(pushed.status).toBe(1);
    expect(JSON.parse(pushed.stdout)).toMatchObject({ ok: false, accepted: 0, withheld: 1, rejected: 1 });
    expect((await runCommand(['get', 'Aircraft', 'N7', ...inFolder])).stdout).not.toContain('PRESENT');
  });

  test('a deleted row is not found, and an older one does not bring it back', async () => {
    const rows = file('one.csv', `tailnum,seats,eventTime\nN9,150,${TIME}\n`);
    const push = () => runCommand(['push', 'aircraft_facts', rows, '--partial', ...inFolder]);
    expect((await push()).status).toBe(0);
    expect((await runCommand(['delete', 'aircraft_facts', 'N9', ...inFolder])).status).toBe(0);
    expect((await push()).stderr).toContain('no newer than what stands');
    expect((await runCommand(['get', 'Aircraft', 'N9', ...inFolder])).stdout).not.toContain('PRESENT');
  });
});

describe('wrong usage exits with 2 and says what was expected', () => {
  test.each([
    [
      ['get', 'Plane', 'N1'],
      'Expected the name of an entity (Aircraft, Airport, Carrier, Route), got "Plane".',
    ],
    [['get', 'Route', 'JFK'], 'Expected the key of Route as <origin> <dest>, got 1 part.'],
    [['push', 'nothing', 'x.csv'], 'Expected the name of a view'],
    [['push', 'aircraft_facts', 'x.csv'], 'Expected a file at "x.csv", but there is none.'],
    [['push', 'aircraft_facts', 'x.csv', '--revision', '1000'], 'Expected 0 to 999'],
    [['dev', '--port', 'many'], 'Expected a whole number, got "many".'],
    [['subgraph', 'navy'], 'navy'],
    [['fly'], "unknown command 'fly'"],
    [['get', 'Aircraft'], "missing required argument 'key'"],
    [['store', 'init', '--replicas', '3'], "unknown option '--replicas'"],
    [['check', '--config', 'none.ts'], 'none.ts'],
    [
      ['tenant', 'budget', 'set', 'acme', '--weight', '1001'],
      'Expected a whole number from 1 to 1000, got "1001".',
    ],
    [
      ['tenant', 'budget', 'set', 'acme', '--reserve-percent', '100'],
      'Expected a whole number from 0 to 99, got "100".',
    ],
  ])('%j', async (args, expected) => {
    const data = args[0] === 'get' || args[0] === 'push' ? inFolder : [];
    const { status, stderr } = await runCommand([...args, ...(args.length > 2 ? data : [])]);
    expect(stderr).toContain(expected);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(status).toBe(2);
  });

  test('all problems of the configuration at once, as JSON where asked', async () => {
    const env = { FEATUREGRAPH_PORT: 'x', FEATUREGRAPH_PROT: '1' };
    const { status, stdout } = await runCommand(['check', '--json'], env);
    expect(status).toBe(2);
    expect(
      JSON.parse(stdout)
        .problems.map(({ key }: { key: string }) => key)
        .toSorted(),
    ).toEqual(['FEATUREGRAPH_PORT (port)', 'FEATUREGRAPH_PROT']);
  });
});

test('every command has help with examples', async () => {
  const { stdout } = await runCommand(['--help']);
  const commands = [...stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map((match) => match[1] as string);
  expect(commands.length).toBeGreaterThanOrEqual(10);
  for (const command of commands) {
    const help = await runCommand([command, '--help']);
    expect(help.status).toBe(0);
    expect(help.stdout).toMatch(new RegExp(`Examples:\n {2}\\$ featuregraph ${command}`));
  }
}, 120_000);
