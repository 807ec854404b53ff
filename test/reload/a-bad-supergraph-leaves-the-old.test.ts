import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SchemaServer } from '../federation/serve-schema.ts';
import { type Gateway, releaseOf, serveNumbers, startGateway, until } from './serve-supergraph.ts';

/** Whatever lies where the supergraph was: what is served stays, and the next good one is taken up. */
let folder: string;
let file: string;
let numbers: SchemaServer;
let gateway: Gateway;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-reload-'));
  file = path.join(folder, 'supergraph.graphql');
  numbers = await serveNumbers();
  await writeFile(file, releaseOf(0, numbers.url));
  gateway = await startGateway(file);
});

afterAll(async () => {
  await gateway.close();
  await numbers.close();
  await rm(folder, { recursive: true });
});

async function countOf(outcome: string): Promise<number> {
  return (await gateway.metric(`featuregraph_reloads_total{outcome="${outcome}"}`)) ?? 0;
}

async function put(text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

const BAD: Readonly<Record<string, () => string>> = {
  'half of one': () => releaseOf(1, numbers.url).slice(0, 400),
  'an empty file': () => '',
  'a schema that is no supergraph': () => 'type Query { always: Int }',
  'a subgraph without an address': () => releaseOf(1, ''),
  'another file': () => 'PK\u0003\u0004 not text',
};

let releases = 1;

test.each(Object.keys(BAD))('%s is refused', async (name) => {
  const refused = await countOf('refused');
  await put((BAD[name] as () => string)());
  await until(async () => (await countOf('refused')) === refused + 1, 'it is refused');
  expect(await gateway.ask('{ always }')).toEqual({ status: 200, body: { data: { always: null } } });
  // Looked at many times more, and tried no second time.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await countOf('refused')).toBe(refused + 1);

  releases += 1;
  await put(releaseOf(releases, numbers.url));
  await gateway.served(`r${releases}`);
});

test('a file that is gone is looked for until it is back', async () => {
  const unreadable = await countOf('unreadable');
  await rm(file);
  await until(async () => (await countOf('unreadable')) > unreadable, 'it is missed');
  expect((await gateway.ask('{ always }')).status).toBe(200);
  releases += 1;
  await put(releaseOf(releases, numbers.url));
  await gateway.served(`r${releases}`);
});

test('the same text again, written anew, is no new supergraph', async () => {
  const served = await countOf('served');
  await put(releaseOf(releases, numbers.url));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await countOf('served')).toBe(served);
});
