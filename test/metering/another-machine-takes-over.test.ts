/** Two machines with one folder of usage: what one leaves the other forwards, and what one has the other leaves alone. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiKey } from '../../src/tenancy/api-key.ts';
import type { UsageEvent } from '../../src/tenancy/usage/usage-event.ts';
import { eventsIn } from '../tenancy/events-in.ts';
import { type GatewayChild, startChild } from './gateway-child.ts';
import { SILENCE_MS } from './other-machine.ts';

const HOUR_MS = 3_600_000;
const IN_TIME = { timeout: 20_000 };

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-machines-'));
const usage = path.join(folder, 'usage');
const archive = path.join(folder, 'archive');
const apiKey = createApiKey(randomBytes).text;
const took: UsageEvent[] = [];
let status = 503;
let sink: Server;
let first: GatewayChild;
let second: GatewayChild;

beforeAll(async () => {
  sink = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (status === 204) took.push(...(JSON.parse(text) as UsageEvent[]));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  [first, second] = await Promise.all([start('north', 0), start('south', HOUR_MS)]);
}, 60_000);
afterAll(async () => {
  await first.end('SIGKILL');
  await second.end('SIGKILL');
  sink.closeAllConnections();
  sink.close();
  rmSync(folder, { recursive: true });
});

function start(name: string, clockAheadMs: number): Promise<GatewayChild> {
  const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  const sinks = {
    archive: { kind: 'file' as const, folder: archive },
    billing: { kind: 'http' as const, url },
  };
  const flags = {
    ...{ port: 0, adminPort: 0, dataFolder: path.join(folder, name), logging: { level: 'error' as const } },
    usage: { folder: usage, sinks },
  };
  return startChild(flags, apiKey, null, false, { name, clockAheadMs });
}

const answered: string[] = [];

async function ask({ url }: GatewayChild, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const requestId = `answer-${answered.length}`;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        'x-request-id': requestId,
      },
      body: JSON.stringify({ query: '{ aircraft(tailnum: "N1") { model } }' }),
    });
    expect(response.status).toBe(200);
    await response.text();
    answered.push(requestId);
  }
}

/** Of the logs that are not done: by log, on which machine. */
const owners = (): Map<string, string> =>
  new Map(
    readdirSync(usage)
      .filter((name) => name.endsWith('.jsonl') && name.split('.').length === 4)
      .map((name) => [name.split('.')[0] as string, /^[^.]+\.([a-z]+)/.exec(name)?.[1] ?? '']),
  );
const idsOf = (events: readonly UsageEvent[]): string[] =>
  [...new Set(events.map(({ id }) => id))].toSorted();
const logOf = (machine: string): string =>
  [...owners()].find(([, owner]) => owner === machine)?.[0] ?? 'none';

it('an answer has one event at every sink, whichever machine is frozen or killed after it', async () => {
  await ask(first, 3);
  await ask(second, 3);
  const firstLog = logOf('north');
  const secondLog = logOf('south');
  // Its sink refuses, its clock is an hour behind: it lives all the same.
  await pause(SILENCE_MS);
  expect(owners()).toEqual(
    new Map([
      [firstLog, 'north'],
      [secondLog, 'south'],
    ]),
  );

  first.signal('SIGSTOP');
  await expect.poll(() => owners().get(firstLog), IN_TIME).toBe('south');
  await pause(SILENCE_MS);
  expect(owners().get(firstLog)).toBe('south');
  first.signal('SIGCONT');
  await ask(first, 3);
  await expect.poll(() => owners().size, IN_TIME).toBe(3);

  status = 204;
  await ask(first, 3);
  await first.end('SIGKILL');
  await expect.poll(() => idsOf(took).length, IN_TIME).toBe(answered.length);
  await second.end('SIGTERM');

  const events = eventsIn(usage);
  expect(events.map(({ data }) => data.requestId).toSorted()).toEqual(answered.toSorted());
  expect(idsOf(took)).toEqual(idsOf(events));
  expect(idsOf(eventsIn(archive))).toEqual(idsOf(events));
  expect([...owners().values()]).toEqual([]);
}, 90_000);
