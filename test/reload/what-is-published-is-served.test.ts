import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishVersion } from '../../gateway/published/publish-version.ts';
import { readVersion, versionFolder } from '../../gateway/published/published-folder.ts';
import type { SchemaServer } from '../federation/serve-schema.ts';
import { type Gateway, releaseOf, serveNumbers, startGateway } from './serve-supergraph.ts';

/** A gateway follows a folder of versions: a new one is served, and an old one that is brought back. */
let folder: string;
let numbers: SchemaServer;
let gateway: Gateway;

async function publish(supergraphSdl: string, restores: number | null): Promise<number | undefined> {
  const content = { supergraphSdl, subgraphs: [], restores };
  const facts = await publishVersion(
    folder,
    async () => content,
    () => new Date().toISOString(),
  );
  return facts?.version;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-published-'));
  numbers = await serveNumbers();
  await publish(releaseOf(1, numbers.url), null);
  gateway = await startGateway(path.join(folder, 'current/supergraph.graphql'));
});

afterAll(async () => {
  await gateway.close();
  await numbers.close();
  await rm(folder, { recursive: true });
});

test('a new version is served, and the old one again when it is brought back', async () => {
  await gateway.served('r1');
  expect(await publish(releaseOf(2, numbers.url), null)).toBe(2);
  await gateway.served('r2');
  expect((await gateway.ask('{ r1 }')).status).toBe(400);

  const old = await readVersion(versionFolder(folder, 1));
  expect(await publish(old.supergraphSdl, 1)).toBe(3);
  await gateway.served('r1');
  expect((await gateway.ask('{ r2 }')).status).toBe(400);
});
