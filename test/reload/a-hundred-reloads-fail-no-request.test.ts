import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SchemaServer } from '../federation/serve-schema.ts';
import { type Gateway, RELEASES, releaseOf, serveNumbers, startGateway, until } from './serve-supergraph.ts';

/** A gateway is given 100 supergraphs while clients ask it all the time. */
const CLIENTS = 8;
/** Memory is compared from here on: the first releases still compile code. */
const WARM = 30;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let folder: string;
let file: string;
let numbers: SchemaServer;
let gateway: Gateway;

async function release(i: number): Promise<void> {
  await writeFile(`${file}.new`, releaseOf(i, numbers.url));
  await rename(`${file}.new`, file);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-reload-'));
  file = path.join(folder, 'supergraph.graphql');
  numbers = await serveNumbers();
  await release(0);
  gateway = await startGateway(file);
});

afterAll(async () => {
  await gateway.close();
  await numbers.close();
  await rm(folder, { recursive: true });
});

test('100 reloads under load: every release is served, no request fails, nothing grows', async () => {
  const answers: { status: number; body: unknown }[] = [];
  let asking = true;
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (asking) answers.push(await gateway.ask('{ always }'));
  });
  let heapBefore = 0;
  for (let i = 1; i <= RELEASES; i += 1) {
    await release(i);
    await gateway.served(`r${i}`);
    if (i === WARM) heapBefore = heapBytes();
  }
  asking = false;
  await Promise.all(clients);

  expect(answers.length).toBeGreaterThan(RELEASES);
  const others = answers.filter(
    ({ status, body }) => status !== 200 || JSON.stringify(body) !== '{"data":{"always":null}}',
  );
  expect(others).toEqual([]);
  expect(await gateway.metric('featuregraph_reloads_total{outcome="served"}')).toBe(RELEASES);

  await until(async () => gateway.app.replacedCount === 0, 'the replaced graphs are closed');
  // Each release that were kept would cost 120 kB: a schema, a planner, an Apollo server, connections.
  answers.length = 0;
  expect(heapBytes() - heapBefore).toBeLessThan((RELEASES - WARM) * 30_000);
}, 300_000);

function heapBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
