import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFolder, runCommand } from './run-command.ts';

let folder: ReturnType<typeof createFolder>;
beforeAll(() => {
  folder = createFolder();
});
afterAll(() => folder.remove());

const explain = (...args: string[]) =>
  runCommand(['explain', '--data-folder', `${folder.path}/data`, ...args]);
const OPERATION = 'examples/flights/operations/departure-features.graphql';

describe('featuregraph explain', () => {
  test('shows the plan as a tree, and the blocks that each wave reads', async () => {
    const { status, stdout } = await explain(OPERATION);
    expect(status).toBe(0);
    expect(stdout).toContain('DepartureFeatures: 4 fetches in 2 waves');
    expect(stdout).toMatch(/1 +│ fleet +│ fleet\.Aircraft +│ aircraft_facts, /);
    expect(stdout).toMatch(/2 +│ airport +│ airport\.Airport +│ .*airport_weather/);
    expect(stdout).toContain('airport at route.destAirport, by Airport { airport }');
  });

  test('as JSON: steps, waves, blocks and views, by a name of the manifest too', async () => {
    const { status, stdout } = await explain('DepartureFeatures', '--json');
    expect(status).toBe(0);
    const { operation, waves, fetches } = JSON.parse(stdout);
    expect([operation, waves]).toEqual(['DepartureFeatures', 2]);
    expect(
      fetches.map(({ subgraph, wave }: { subgraph: string; wave: number }) => `${wave} ${subgraph}`).sort(),
    ).toEqual(['1 carrier', '1 fleet', '1 route', '2 airport']);
    for (const { blocks } of fetches)
      expect(blocks).toEqual([{ block: expect.any(String), views: expect.any(Array) }]);
  });

  test('follows the variables that @skip and @include read', async () => {
    const { writeFileSync } = await import('node:fs');
    const file = `${folder.path}/choice.graphql`;
    writeFileSync(
      file,
      'query Q($t: ID!, $wide: Boolean!) { aircraft(tailnum: $t) { seats lastCarrier @include(if: $wide) { name } } }',
    );
    const narrow = JSON.parse(
      (await explain(file, '--json', '--variables', '{"t": "N1", "wide": false}')).stdout,
    );
    const wide = JSON.parse(
      (await explain(file, '--json', '--variables', '{"t": "N1", "wide": true}')).stdout,
    );
    expect([narrow.waves, wide.waves]).toEqual([1, 2]);
    expect(narrow.fetches[0].blocks).toEqual([{ block: 'fleet.Aircraft', views: ['aircraft_facts'] }]);
    expect(wide.fetches[0].blocks).toEqual([
      { block: 'fleet.Aircraft', views: ['aircraft_facts', 'aircraft_last_departure'] },
    ]);
  });

  test('says what it looked for, and what does not fit', async () => {
    const unknown = await explain('Nope');
    expect([unknown.status, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('Expected a .graphql file, a document id or an operation'),
    ]);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(`${folder.path}/broken.graphql`, '{ aircraft(tailnum: "N1") { seatz } }');
    const broken = await explain(`${folder.path}/broken.graphql`);
    expect([broken.status, broken.stderr]).toEqual([
      2,
      expect.stringContaining('Cannot query field "seatz"'),
    ]);
    const variables = await explain(OPERATION, '--variables', '[1]');
    expect([variables.status, variables.stderr]).toEqual([2, expect.stringContaining('JSON object')]);
  });
});
