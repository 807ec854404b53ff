/** SIGTERM under load: answers go on while clients go elsewhere, and the health endpoints tell the truth meanwhile. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Agent, request } from 'undici';
import { afterAll, expect, test } from 'vitest';
import { type GatewayProcess, startGateway } from './start-gateway.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-drain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DRAIN_MS = 1_000;
const start = () => startGateway({ DATA_FOLDER: folder, DRAIN_MS: String(DRAIN_MS), DEADLINE_MS: '30000' });
const BODY = JSON.stringify({ query: '{ aircraft(tailnum: "N14228") { seats lastCarrier { name } } }' });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What stands before replicas: sends to those that said to be ready when they were looked at last. */
class Balancer {
  readonly failures: string[] = [];
  answered = 0;
  closing = 0;
  #ready: GatewayProcess[] = [];
  #next = 0;
  #stopped = false;
  readonly #agent = new Agent({ connections: 4, keepAliveTimeout: 60_000 });
  readonly #loops: Promise<void>[] = [];

  constructor(replicas: () => readonly GatewayProcess[]) {
    this.#loops.push(this.#look(replicas));
    for (let client = 0; client < 8; client += 1) this.#loops.push(this.#send());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
    await this.#agent.close();
  }

  async #look(replicas: () => readonly GatewayProcess[]): Promise<void> {
    while (!this.#stopped) {
      const looked = await Promise.all(
        replicas().map(async (replica) => ((await statusOf(replica)) === 200 ? [replica] : [])),
      );
      this.#ready = looked.flat();
      await pause(100);
    }
  }

  async #send(): Promise<void> {
    while (!this.#stopped) {
      const replica = this.#ready[this.#next++ % this.#ready.length];
      if (replica === undefined) await pause(10);
      else await this.#ask(replica).catch((error: Error) => this.failures.push(String(error)));
    }
  }

  async #ask({ url, headers }: GatewayProcess): Promise<void> {
    const {
      statusCode,
      body,
      headers: told,
    } = await request(`${url}/graphql`, {
      ...{ method: 'POST', dispatcher: this.#agent, body: BODY },
      headers: { ...headers, 'content-type': 'application/json' },
    });
    const text = await body.text();
    if (told.connection === 'close') this.closing += 1;
    if (statusCode === 200 && !text.includes('"errors"')) this.answered += 1;
    else this.failures.push(`${statusCode} ${text}`);
  }
}

async function statusOf({ url }: GatewayProcess, at = '/health/ready'): Promise<number> {
  return await fetch(`${url}${at}`).then(
    ({ status }) => status,
    () => 0,
  );
}

test('no request fails and no connection is reset', { timeout: 180_000 }, async () => {
  const replicas = await Promise.all([start(), start()]);
  const balancer = new Balancer(() => replicas);
  const restart = async (at: number, next: () => Promise<GatewayProcess[]>) => {
    await pause(500);
    const before = balancer.closing;
    expect(await (replicas[at] as GatewayProcess).end()).toBe(0);
    // Those that came while it drained were answered, and told to go elsewhere.
    expect(balancer.closing).toBeGreaterThan(before);
    replicas.splice(at, 1, ...(await next()));
  };
  await restart(0, async () => [await start()]);
  await restart(1, async () => []);
  await balancer.stop();
  await replicas[0]?.end();
  expect(balancer.failures).toEqual([]);
  expect(balancer.answered).toBeGreaterThan(200);
});

test('health tells the truth until the end, and what is under way is answered', {
  timeout: 60_000,
}, async () => {
  const gateway = await start();
  for (const at of ['/health/ready', '/healthcheck', '/health/live'])
    expect(await statusOf(gateway, at)).toBe(200);
  const told = (await (await fetch(`${gateway.url}/health/ready`)).json()) as Record<string, unknown>;
  expect(told).toMatchObject({ status: 'ready', stores: { lmdb: { ok: true } } });
  const slow = await sendHead(gateway);
  const ended = gateway.end();
  await expect.poll(() => statusOf(gateway), { timeout: DRAIN_MS, interval: 20 }).toBe(503);
  expect(await statusOf(gateway, '/healthcheck')).toBe(503);
  expect(await statusOf(gateway, '/health/live')).toBe(200);
  expect(await statusOf({ ...gateway, url: gateway.adminUrl })).toBe(503);
  await pause(2 * DRAIN_MS);
  expect(await statusOf(gateway, '/health/live')).toBe(0);
  expect(await slow.finish()).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close[\s\S]*"seats"/i);
  expect(await ended).toBe(0);
});

/** A request whose body is still to come. */
async function sendHead({ url, headers }: GatewayProcess): Promise<{ finish(): Promise<string> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = { host: 'x', ...headers, 'content-type': 'application/json', 'content-length': BODY.length };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /graphql HTTP/1.1\r\n${head.join('')}\r\n`);
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await pause(100);
  return {
    finish: async () => {
      socket.write(BODY);
      await closed;
      return received;
    },
  };
}
