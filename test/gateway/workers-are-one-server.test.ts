/** `gateway --workers`: several processes that look like one server, to clients, to operators and at the end. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { RestartPace } from '../../src/cli/workers/restart-pace.ts';
import { runCommand } from '../cli/run-command.ts';
import { type GatewayProcess, startGateway } from './start-gateway.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-workers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DRAIN_MS = 1_500;
const BODY = JSON.stringify({ query: 'query Seats { aircraft(tailnum: "N14228") { seats } }' });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const running: GatewayProcess[] = [];
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.end('SIGTERM');
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<GatewayProcess> {
  const settings = { DATA_FOLDER: folder, DRAIN_MS: `${DRAIN_MS}`, DEADLINE_MS: '30000', ...env };
  const gateway = await startGateway(settings, ['--workers', '2']);
  running.push(gateway);
  return gateway;
}

/** On a connection of its own each, so that workers take turns. */
async function ask({ url, headers }: GatewayProcess): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', connection: 'close' },
    body: BODY,
  });
  const text = await response.text();
  return response.status === 200 && text.includes('"data"') ? 'answered' : `${response.status} ${text}`;
}

async function metric({ adminUrl }: GatewayProcess, name: string): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const workersOf = (gateway: GatewayProcess): Set<unknown> =>
  new Set(
    gateway
      .log()
      .filter(({ msg }) => msg === 'answered')
      .map(({ worker }) => worker),
  );

/** Of its children, in the order of their start. */
function childrenOf({ child }: GatewayProcess): number[] {
  return readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
}

const ASKED = 'featuregraph_requests_total{operation="Seats"';

test('both answer at one port, and their metrics are summed at one other', { timeout: 120_000 }, async () => {
  const gateway = await start();
  for (let i = 0; i < 10; i += 1) expect(await ask(gateway)).toBe('answered');
  expect(await metric(gateway, ASKED)).toBe(10);
  expect(await metric(gateway, 'featuregraph_workers ')).toBe(2);
  await expect.poll(() => workersOf(gateway)).toEqual(new Set([1, 2]));
  const health = await fetch(`${gateway.adminUrl}/health/ready`);
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({ status: 'ready', stores: { lmdb: { ok: true } } });
});

test('one that dies is replaced, the other answers meanwhile, and nothing counted is lost', {
  timeout: 120_000,
}, async () => {
  const gateway = await start();
  for (let i = 0; i < 6; i += 1) await ask(gateway);
  expect(await metric(gateway, ASKED)).toBe(6);
  const [first] = childrenOf(gateway);
  process.kill(first as number, 'SIGKILL');
  await expect.poll(() => metric(gateway, 'featuregraph_worker_exits_total')).toBe(1);
  for (let i = 0; i < 4; i += 1) expect(await ask(gateway)).toBe('answered');
  await expect.poll(() => metric(gateway, 'featuregraph_workers '), { timeout: 30_000 }).toBe(2);
  expect(await metric(gateway, ASKED)).toBe(10);
  expect(childrenOf(gateway)).not.toContain(first);
  expect(gateway.log()).toContainEqual(expect.objectContaining({ level: 'error', worker: 1, by: 'SIGKILL' }));
});

test('SIGTERM fails no request, whoever has it, and ends all of them', { timeout: 120_000 }, async () => {
  const gateway = await start();
  const workers = childrenOf(gateway);
  const failures: string[] = [];
  let answered = 0;
  let isStopped = false;
  const clients = Array.from({ length: 6 }, async () => {
    while (!isStopped) {
      const told = await ask(gateway).catch((error: Error) => String(error.cause ?? error));
      if (told === 'answered') answered += 1;
      else failures.push(told);
    }
  });
  await pause(500);
  const before = answered;
  const ended = gateway.end('SIGTERM');
  // Clients go on for as long as one that looks at readiness would.
  await pause(DRAIN_MS / 2);
  expect((await fetch(`${gateway.adminUrl}/health/ready`)).status).toBe(503);
  isStopped = true;
  await Promise.all(clients);
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(before);
  expect(await ended).toBe(0);
  for (const worker of workers) expect(() => process.kill(worker, 0)).toThrow(/ESRCH/);
});

test('what stops the first stops all: said once, with its exit code', { timeout: 60_000 }, async () => {
  const schema = mkdtempSync(path.join(folder, 'schema-'));
  writeFileSync(path.join(schema, 'shop.graphql'), 'type Query { broken: Nothing }');
  const options = ['--schema-folder', schema, '--data-folder', folder, '--port', '0', '--admin-port', '0'];
  const { status, stderr } = await runCommand(['gateway', '--workers', '3', ...options]);
  expect(status).toBe(1);
  expect(stderr.match(/✗/g)).toHaveLength(1);
});

test('those that go on dying are started ever more slowly', () => {
  let nowMs = 0;
  const pace = new RestartPace({ nowMs: () => nowMs, monotonicMs: () => nowMs });
  const delays = Array.from({ length: 9 }, () => pace.delayMs());
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  nowMs += 60_000;
  expect(pace.delayMs()).toBe(100);
});
