import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createFolder, runCommand } from './run-command.ts';

const folder = createFolder();
afterAll(() => folder.remove());
const inFolder = ['--data-folder', path.join(folder.path, 'data')];

test.each<[args: string[], status: number, told: string]>([
  [
    ['get', 'Aircrft', 'N1', ...inFolder],
    2,
    '(Aircraft, Airport, Carrier, Route), got "Aircrft". Did you mean "Aircraft"?',
  ],
  [
    ['subgraph', 'flet', ...inFolder],
    2,
    'expected one of airport, carrier, fleet, route. Did you mean "fleet"?',
  ],
  [['lineage', 'Aircraft.modl'], 2, 'No feature is called Aircraft.modl. Did you mean "Aircraft.model"?'],
  [['features', 'modl', '--no-times'], 0, 'is like that. Did you mean "model"?'],
  [['features', '--domain', 'flet', '--no-times'], 0, 'There is no domain flet. Did you mean "fleet"?'],
  [
    ['bill', '--prices', 'gone.yaml', ...inFolder],
    2,
    'Expected a price list at gone.yaml, but there is no such file.',
  ],
  [
    ['check', '--schema-folder', path.join(folder.path, 'none')],
    2,
    'Make one by `featuregraph new domain <name>`',
  ],
  [['get', 'Aircraft', 'NOPE', ...inFolder], 0, 'Nothing is stored for this key'],
  [
    ['dev', '--at', 'yesterday'],
    2,
    'Expected a moment such as 2013-04-01T04:00:00Z (ISO 8601, with a zone), got "yesterday"',
  ],
])('%j', async (args, status, told) => {
  const finished = await runCommand(args);
  expect(finished.stderr).toContain(told);
  expect(finished.status).toBe(status);
});
