/**
 * Golden triplets: a query, its answer, and the store reads that it caused. A folder here is a case: adding one is
 * adding files, and a read more or less is a difference. `UPDATE_GOLDEN=1` writes what is seen.
 */
import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BlockRead } from '../../src/stores/online-store.ts';
import { createContext } from '../features/fixtures/open-fixture.ts';
import { openSubgraphs, plain, requestOf, type Subgraphs } from '../subgraph/open-subgraphs.ts';
import { writeGoldenRows } from './golden-rows.ts';

const ROOT = import.meta.dirname;
const UPDATE = process.env.UPDATE_GOLDEN === '1';
const CASES = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

let subgraphs: Subgraphs;
beforeAll(async () => {
  subgraphs = await openSubgraphs();
  await writeGoldenRows(subgraphs.fixture);
});
afterAll(() => subgraphs.fixture.close());
beforeEach(() => subgraphs.fixture.store.reset());

interface Variables {
  /** The subgraph that is asked; `depot` where not given. */
  readonly subgraph?: 'depot' | 'people';
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly maxAgeMs?: Readonly<Record<string, number>>;
}

test.each(CASES)('%s', async (name) => {
  const folder = path.join(ROOT, name);
  const query = await readFile(path.join(folder, 'query.graphql'), 'utf8');
  const given: Variables = await readJson(path.join(folder, 'variables.json'), {});
  const client = subgraphs.client(given.subgraph ?? 'depot');
  const context = createContext({ maxAgeMs: given.maxAgeMs ?? {}, status: 'VALUES' });
  const result = await client.execute(requestOf(query, given.variables, { context, statuses: true }));
  await compare(path.join(folder, 'answer.json'), plain(result));
  await compare(path.join(folder, 'reads.json'), subgraphs.fixture.store.calls.map(describeCall));
});

/** One entry per `readMany`; views by name, because their ids tell a reader nothing. */
function describeCall(reads: readonly BlockRead[]): string[] {
  const names = new Map([...subgraphs.fixture.registry.views.values()].map(({ id, name }) => [id, name]));
  return reads.map(
    ({ block, entityKey, views }) => `${block} ${entityKey}: ${views.map((id) => names.get(id)).join(' ')}`,
  );
}

async function compare(file: string, seen: unknown): Promise<void> {
  if (UPDATE) await writeFile(file, `${JSON.stringify(seen, null, 2)}\n`);
  expect(seen).toEqual(await readJson(file, undefined));
}

async function readJson<T>(file: string, otherwise: T): Promise<T> {
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : otherwise;
}
