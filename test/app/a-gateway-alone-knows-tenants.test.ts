import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { composeSupergraph } from '../../gateway/compose.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { systemClock } from '../../src/core/clock.ts';
import { openTenants } from '../../src/open-tenants.ts';
import { readPepper } from '../../src/pepper.ts';
import { createSupergraphApp, type SupergraphApp } from '../../src/supergraph-app.ts';
import { Administration } from '../../src/tenancy/administration.ts';

let folder: string;
let subgraph: Server;
let app: SupergraphApp;
let url: string;
let config: Config;
let asked: string[] = [];

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes", "@authenticated"])
type Query { open: Int secret: Int @requiresScopes(scopes: [["secrets"]]) }`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-alone-'));
  subgraph = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      asked.push(text);
      const data = {
        ...(text.includes('open') && { open: 1 }),
        ...(text.includes('secret') && { secret: 2 }),
      };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>((resolve) => subgraph.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(subgraph.address() as AddressInfo).port}/graphql`;
  const composed = composeSupergraph([{ name: 'one', url: address, sdl: SDL }]);
  if (!composed.ok) throw new Error(JSON.stringify(composed.problems));
  const file = path.join(folder, 'supergraph.graphql');
  await writeFile(file, composed.supergraph.supergraphSdl);
  config = await loadConfig({
    cwd: folder,
    env: {},
    flags: {
      ...{ port: 0, adminPort: 0, supergraph: file, logging: { level: 'silent' } },
      identity: { store: 'lmdb' },
    },
  });
  app = await createSupergraphApp(config, file);
  ({ url } = await app.listen());
});
afterAll(async () => {
  await app?.close();
  subgraph?.close();
  await rm(folder, { recursive: true });
});

test('a gateway without registry lets in tenants of a store, and asks nothing for what they may not see', async () => {
  const store = await openTenants(config);
  const administration = new Administration({
    ...{ store, randomBytes, wallClock: systemClock, pepper: await readPepper(config) },
  });
  const keys: string[] = [];
  for (const [name, scopes] of [
    ['plain', []],
    ['trusted', ['secrets']],
  ] as const) {
    await administration.createTenant(name, { namespaces: [], scopes, writes: [] });
    keys.push((await administration.createKey({ tenant: name })).text);
  }
  await store.close();
  const ask = async (key: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: '{"query":"{ open secret }"}',
    });
    // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
    return { status: response.status, body: (await response.json()) as any };
  };
  const startedMs = performance.now();
  while ((await ask(keys[0] as string)).status === 401)
    if (performance.now() - startedMs > 5000) throw new Error('The key was not seen in time.');
  asked = [];
  const plain = await ask(keys[0] as string);
  expect(plain.body.data).toEqual({ open: 1, secret: null });
  expect(plain.body.errors).toMatchObject([{ path: ['secret'], extensions: { code: 'FORBIDDEN' } }]);
  expect(asked.join()).not.toContain('secret');
  expect((await ask(keys[1] as string)).body).toEqual({ data: { open: 1, secret: 2 } });
  expect((await ask('fgk_none')).status).toBe(401);
});

test('tokens without a store of tenants are a mistake that is told at the start, not ignored', async () => {
  const jwt = { issuer: 'i', audience: 'a', keySetUrl: 'http://127.0.0.1:1/keys' };
  const file = config.supergraph as string;
  const wrong = await loadConfig({
    cwd: folder,
    env: {},
    flags: {
      port: 0,
      adminPort: 0,
      supergraph: file,
      logging: { level: 'silent' },
      identity: { jwt } as never,
    },
  });
  await expect(createSupergraphApp(wrong, file)).rejects.toThrow(/no store of them.*identity\.store/);
});
