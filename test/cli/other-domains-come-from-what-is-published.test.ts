import path from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

/** A team that has one domain's file plans and composes the whole graph, with what the others have published. */
const EXAMPLE = path.resolve(import.meta.dirname, '../../examples/domain-repo');
const FILES = ['--schema-folder', path.join(EXAMPLE, 'schema')];
const PUBLISHED = ['--published', path.join(EXAMPLE, 'published')];

test('compose gives the supergraph of all, each domain where it is served', async () => {
  const { status, stdout } = await runCommand(['compose', ...FILES, ...PUBLISHED]);
  expect(status).toBe(0);
  for (const name of ['carrier', 'fleet', 'trips'])
    expect(stdout).toContain(`@join__graph(name: "${name}", url: "http://${name}:4000/graphql")`);
}, 60_000);

test('explain tells what an operation reads in every domain', async () => {
  const operation = path.join(EXAMPLE, 'operations/no-show-features.graphql');
  const { status, stdout } = await runCommand(['explain', operation, ...FILES, ...PUBLISHED, '--json']);
  expect(status).toBe(0);
  const [plan] = (JSON.parse(stdout) as { plans: { waves: { block: string }[][] }[] }).plans;
  expect(plan?.waves.map((wave) => wave.map(({ block }) => block))).toEqual([
    ['trips.Trip'],
    ['fleet.Aircraft'],
    ['carrier.Carrier'],
  ]);
}, 60_000);

test.each(['compose', 'check'])(
  '%s does not go on without what it was told to look at',
  async (command) => {
    const { status, stderr } = await runCommand([command, ...FILES, '--published', 'nowhere']);
    expect(status).toBe(2);
    expect(stderr).toContain('nothing has been published at nowhere yet');
  },
  60_000,
);
