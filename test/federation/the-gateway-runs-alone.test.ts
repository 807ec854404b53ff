/** `featuregraph gateway --supergraph` serves any composed graph by itself: no schema folder, no registry, no store. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiKey } from '../../src/tenancy/api-key.ts';
import { createFolder, type Running, runCommand, startCommand } from '../cli/run-command.ts';
import { keys } from './keys/graph.ts';
import { composeFeature, expectedAnswer, schemasOf } from './run-feature.ts';
import { type SchemaServer, serveSchema } from './serve-schema.ts';

/** A command starts in a second or two; on a machine that is busy with other things, in ten times that. */
const STARTS_WITHIN = { timeout: 120_000 };

const folder = createFolder();
const config = path.join(folder.path, 'empty.config.ts');
const file = path.join(folder.path, 'supergraph.graphql');
const servers = new Map<string, SchemaServer>();
let registry: Server;
let registryUrl: string;
let sdl: string;

beforeAll(async () => {
  writeFileSync(config, 'export default {};\n');
  for (const [name, schema] of schemasOf(keys)) servers.set(name, await serveSchema(schema));
  sdl = composeFeature(keys, (name) => servers.get(name)?.url ?? '').supergraph.supergraphSdl;
  writeFileSync(file, sdl);
  registry = createServer(({ url }, response) => {
    response.statusCode = url === '/keys' || url === '/other' ? 200 : 404;
    response.end(url === '/other' ? 'type Query { a: Int }' : sdl);
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  registryUrl = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
afterAll(async () => {
  registry.close();
  for (const server of servers.values()) await server.close();
  folder.remove();
});

const args = (supergraph: string): string[] => [
  ...['gateway', '--config', config, '--supergraph', supergraph],
  ...['--data-folder', path.join(folder.path, 'data'), '--port', '0', '--admin-port', '0'],
];

const [one] = keys.cases;
const API_KEY = createApiKey(randomBytes).text;

async function urlOf(gateway: Running): Promise<string> {
  await gateway.printed('Ctrl-C ends it.');
  return /http:\S+\/graphql/.exec(gateway.text())?.[0] ?? '';
}

function ask(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query: one?.text }),
  });
}

async function end(gateway: Running): Promise<void> {
  gateway.child.kill('SIGTERM');
  expect((await gateway.finished).status).toBe(0);
}

describe.each(['a file', 'an address'])('from %s', (from) => {
  test('it answers, is healthy and keeps nothing', STARTS_WITHIN, async () => {
    const gateway = startCommand([...args(from === 'a file' ? file : `${registryUrl}/keys`), '--anonymous']);
    const url = await urlOf(gateway);
    const health = await fetch(new URL('/healthcheck', url));
    expect([health.status, await health.json()]).toEqual([200, { status: 'ready', stores: {} }]);
    const { data } = await expectedAnswer(composeFeature(keys), { text: one?.text ?? '' });
    expect(await (await ask(url)).json()).toEqual({ data });
    await end(gateway);
    expect(existsSync(path.join(folder.path, 'data'))).toBe(false);
  });
});

test('who has no credential is let in only where that is a setting', STARTS_WITHIN, async () => {
  const closed = startCommand(args(file), { FEATUREGRAPH_API_KEY: API_KEY });
  const url = await urlOf(closed);
  expect((await ask(url)).status).toBe(401);
  expect((await ask(url, { authorization: `Bearer ${API_KEY}` })).status).toBe(200);
  await end(closed);
  const open = startCommand(args(file), { FEATUREGRAPH_ANONYMOUS: 'on' });
  expect((await ask(await urlOf(open))).status).toBe(200);
  await end(open);
});

test.each([
  ['a file that is not there', () => path.join(folder.path, 'missing.graphql'), /missing\.graphql/],
  ['an address that answers 404', () => `${registryUrl}/missing`, /404/],
  ['an address where nobody listens', () => 'http://127.0.0.1:1/', /127\.0\.0\.1:1/],
  ['a schema that is no supergraph', () => `${registryUrl}/other`, /join__Graph/],
])('what cannot be served is told: %s', STARTS_WITHIN, async (_, supergraph, message) => {
  const { status, stderr } = await runCommand(args(supergraph()));
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/please report|at file:/);
  expect(status).not.toBe(0);
});
