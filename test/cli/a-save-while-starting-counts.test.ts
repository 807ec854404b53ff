import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { type SchemaWatch, watchSchema } from '../../src/cli/watch-schema.ts';

/** What is saved between the reading of a schema and the moment that its server is ready is not lost. */
const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-watch-'));
const save = (name: string): void => writeFileSync(path.join(folder, name), `# ${Math.random()}`);
/** Several times what a save may take to be quiet. */
const LATER_MS = 500;
const PATIENT = { timeout: 10_000 };

let watching: SchemaWatch | null = null;
afterEach(() => {
  watching?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('saves before a server is ready are served when it is, once; later ones as they come', async () => {
  watching = watchSchema(folder);
  save('shop.graphql');
  save('shop.ts');
  await setTimeout(LATER_MS);
  let reloads = 0;
  watching.begin(async () => {
    reloads += 1;
  });
  await vi.waitFor(() => expect(reloads).toBe(1), PATIENT);
  await setTimeout(LATER_MS);
  expect(reloads).toBe(1);
  save('notes.txt');
  await setTimeout(LATER_MS);
  expect(reloads).toBe(1);
  save('shop.graphql');
  await vi.waitFor(() => expect(reloads).toBe(2), PATIENT);
});

test('a folder that is not there has no changes, and fails nobody', async () => {
  watching = watchSchema(path.join(folder, 'none'));
  let reloads = 0;
  watching.begin(async () => {
    reloads += 1;
  });
  await setTimeout(LATER_MS);
  expect(reloads).toBe(0);
});
