import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { createFolder, runCommand } from './run-command.ts';

const folder = createFolder();
afterAll(() => folder.remove());

const explain = (...args: string[]) => runCommand(['explain', ...args]);
const OPERATION = 'examples/flights/operations/departure-features.graphql';
const file = (name: string, text: string): string => {
  writeFileSync(`${folder.path}/${name}`, text);
  return `${folder.path}/${name}`;
};
const CHOICE =
  'query Q($t: ID!, $wide: Boolean!) { aircraft(tailnum: $t) { seats lastCarrier @include(if: $wide) { name } } }';

describe('featuregraph explain', () => {
  test('shows the plan as a tree, and the blocks that each wave reads', async () => {
    const { status, stdout } = await explain(OPERATION);
    expect(status).toBe(0);
    expect(stdout).toContain('DepartureFeatures: 4 fetches in 2 waves');
    expect(stdout).toMatch(/├─ at once\n│ {2}├─ \w+\n/);
    expect(stdout).toMatch(
      /\nInterpreted: a subgraph runs in this process and answers objects, not bytes\.\n$/,
    );
    expect(stdout).toMatch(/\nCosts at most \d units\.\n/);
    expect(stdout).toMatch(/1 +│ fleet\.Aircraft +│ 1 +│ aircraft_facts, .*│ aircraft +│/);
    expect(stdout).toMatch(/2 +│ airport\.Airport +│ at most 2 +│ .*airport_weather +│/);
    expect(stdout).toContain('airport at route.destAirport, by Airport { airport }');
    expect(stdout).not.toContain('\u001b[');
  });

  test('tells what is computed from another domain’s features', async () => {
    const { stdout } = await explain('examples/flights/operations/route-comparison.graphql');
    expect(stdout).toContain('Aircraft.longestRoute30dSeatMiles is computed from seats');
    expect(stdout).toMatch(/Costs at most \d units, with one key in each list that is not given\./);
    expect(stdout).toMatch(/2 +│ route\.Aircraft +│ at most 1 per key of \$keys +│/);
  });

  test('as JSON: steps, waves, blocks, views and keys, by name or id in the manifest, without any store', async () => {
    const id = Object.entries(
      JSON.parse(readFileSync('examples/delay-client/generated/persisted-documents.json', 'utf8')),
    ).find(([, text]) => (text as string).startsWith('query DepartureFeatures'))?.[0] as string;
    const env = { FEATUREGRAPH_DATA_FOLDER: `${folder.path}/data` };
    const { status, stdout } = await runCommand(['explain', 'DepartureFeatures', '--json'], env);
    expect(status).toBe(0);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ operation: 'DepartureFeatures', plans: [{ choices: [{}], fetches: 4 }] });
    expect(told.plans[0].waves[1]).toEqual([
      {
        block: 'airport.Airport',
        entity: 'Airport',
        views: ['airport_traffic_1h', 'airport_weather'],
        at: ['route.originAirport'],
        keys: { fixed: 1, per: {} },
        atMost: true,
      },
    ]);
    expect(JSON.parse((await explain(id, '--json')).stdout)).toEqual(told);
    expect(existsSync(`${folder.path}/data`)).toBe(false);
  });

  test('shows a plan for each choice of @skip and @include that is open', async () => {
    const operation = file('choice.graphql', CHOICE);
    const open = (await explain(operation)).stdout;
    expect(open).toContain('Q: 2 fetches in 2 waves where $wide is true');
    expect(open).toContain('Q: 1 fetch in 1 wave where $wide is false');
    const given = await explain(operation, '--variables', `@${file('wide.json', '{"wide": false}')}`);
    expect(given.stdout).toMatch(/^Q: 1 fetch in 1 wave\n/);
    expect(given.stdout).not.toContain('carrier');
  });

  test('counts the blocks of the keys given', async () => {
    const { stdout } = await explain('AircraftFeatures', '--variables', '{"tailnums": ["a", "b", "a"]}');
    expect(stdout).toMatch(/1 +│ fleet\.Aircraft +│ 2 +│/);
  });

  test('says what it looked for, and what does not fit', async () => {
    const unknown = await explain('Nope');
    expect([unknown.status, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('Expected a .graphql file, a document id or an operation'),
    ]);
    const broken = await explain(file('broken.graphql', '{ aircraft(tailnum: "N1") { seatz } }'));
    expect([broken.status, broken.stderr]).toEqual([
      2,
      expect.stringContaining('1:29  Cannot query field "seatz" on type "Aircraft". Did you mean "seats"?'),
    ]);
    const [typed, cut] = await Promise.all([
      explain('{ aircraft(tailnum: "N1") { seats } }'),
      explain('{ aircraft(tailnum: "N1") { seats }'),
    ]);
    expect([typed.status, typed.stdout]).toEqual([0, expect.stringContaining('1 fetch in 1 wave')]);
    expect([cut.status, cut.stderr]).toEqual([
      2,
      expect.stringContaining('1:36  Syntax Error: Expected Name'),
    ]);
    for (const [variables, problem] of [
      ['[1]', 'JSON object'],
      ['{"tailnum": null}', 'must not be null'],
      ['{"tail": "N1"}', 'no variable "tail"; expected one of'],
    ] as const) {
      const refused = await explain(OPERATION, '--variables', variables);
      expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining(problem)]);
    }
  });
});
