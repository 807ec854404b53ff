import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config.ts';
import { createApiKey } from '../../src/tenancy/api-key.ts';
import type { UsageEvent } from '../../src/tenancy/usage/usage-event.ts';
import { eventsIn } from '../tenancy/events-in.ts';
import { askOn, type Received } from './ask-on.ts';
import { startChild } from './gateway-child.ts';
import { PAUSE_POINTS, type PausePoint } from './pause-points.ts';

/** In the long form a hundred kills, at least twenty at each point. */
const KILLS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 102 : 3;
/** Answers before a gateway stands still: few, many, so that kills land in Apollo's pipeline and after it. */
const WRITES = [3, 40, 200];
const STANDS_STILL_WITHIN_MS = 30_000;

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-metering-'));
const apiKey = createApiKey(randomBytes).text;
const took: UsageEvent[] = [];
let sink: Server;
let flags: Partial<ConfigInput>;

beforeAll(async () => {
  sink = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    took.push(...(JSON.parse(text) as UsageEvent[]));
    response.end();
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  flags = {
    ...{ port: 0, adminPort: 0, dataFolder: path.join(folder, 'data'), logging: { level: 'error' } },
    // More than is asked for: that an answer tells its cost.
    budgets: { default: { burst: 1_000_000_000, perSecond: 1_000_000 } },
    usage: {
      folder: path.join(folder, 'usage'),
      sinks: {
        archive: { kind: 'file', folder: path.join(folder, 'archive') },
        billing: { kind: 'http', url },
      },
    },
  };
});
afterAll(async () => {
  sink.closeAllConnections();
  sink.close();
  rmSync(folder, { recursive: true });
});

interface Counts {
  readonly received: Received[];
  readonly inFlight: number;
}

/** Starts a gateway, lets clients ask until it stands still at the point, and kills it there. */
async function killAt(at: PausePoint, run: number, late = false): Promise<Counts> {
  const marker = path.join(folder, `still-${run}`);
  const write = WRITES[run % WRITES.length] as number;
  const gateway = await startChild(flags, apiKey, { at, write, marker }, late);
  const { received, ended } = askOn(gateway.url, apiKey, run);
  const giveUpAtMs = performance.now() + STANDS_STILL_WITHIN_MS;
  while (!existsSync(marker)) {
    if (performance.now() > giveUpAtMs) throw new Error(`The gateway never came to ${at}.`);
    await pause(5);
  }
  await gateway.end('SIGKILL');
  return { inFlight: await ended, received };
}

/** Answers that have no event, several, or one with another cost. */
function wronglyMetered(received: readonly Received[], events: readonly UsageEvent[]): Received[] {
  const costs = new Map<string, number[]>();
  for (const { data } of events) costs.set(data.requestId, [...(costs.get(data.requestId) ?? []), data.cost]);
  return received.filter(({ requestId, cost }) => {
    const told = costs.get(requestId) ?? [];
    return told.length !== 1 || told[0] !== cost;
  });
}

const byId = (events: readonly UsageEvent[]) => new Map(events.map((event) => [event.id, event]));

it(
  `over ${KILLS} kills every answer that arrived has one event with its cost, at every sink`,
  async () => {
    const all: Received[] = [];
    const landed = new Map<PausePoint, number>(PAUSE_POINTS.map((point) => [point, 0]));
    let inFlight = 0;
    for (let run = 0; run < KILLS; run += 1) {
      const at = PAUSE_POINTS[Math.floor(run / WRITES.length + run) % PAUSE_POINTS.length] as PausePoint;
      const counts = await killAt(at, run);
      landed.set(at, (landed.get(at) ?? 0) + 1);
      all.push(...counts.received);
      inFlight += counts.inFlight;
      const known = new Set(all.map(({ requestId }) => requestId));
      const surplus = eventsIn(path.join(folder, 'usage')).filter(({ data }) => !known.has(data.requestId));
      expect(surplus.length, `after the kill ${run} at ${at}`).toBeLessThanOrEqual(inFlight);
    }
    const last = await startChild(flags, apiKey, null);
    const events = eventsIn(path.join(folder, 'usage'));
    const costs = new Map<string, number[]>();
    for (const { data } of events)
      costs.set(data.requestId, [...(costs.get(data.requestId) ?? []), data.cost]);
    const wrong = all.filter(({ requestId, cost }) => {
      const told = costs.get(requestId) ?? [];
      return told.length !== 1 || told[0] !== cost;
    });
    expect(wrong).toEqual([]);
    console.log(
      `${all.length} answers received, ${events.length} events: ${events.length - all.length} surplus, ${inFlight} in flight at ${KILLS} kills (${[...landed].map(([point, count]) => `${point} ${count}`).join(', ')})`,
    );
    if (KILLS >= 100) expect(Math.min(...landed.values())).toBeGreaterThanOrEqual(20);
    else expect(Math.min(...landed.values())).toBeGreaterThanOrEqual(1);
    await expect.poll(() => byId(took).size, { timeout: 20_000 }).toBe(events.length);
    await expect
      .poll(() => eventsIn(path.join(folder, 'archive')).length, { timeout: 20_000 })
      .toBe(events.length);
    await last.end('SIGTERM');
    const expected = byId(events);
    expect(expected.size).toBe(events.length);
    expect(byId(took)).toEqual(expected);
    expect(byId(eventsIn(path.join(folder, 'archive')))).toEqual(expected);
    console.log(`${took.length - events.length} events came to the HTTP sink twice, and count once.`);
  },
  KILLS * 20_000,
);

it('an event that is written after its answer would be found out', async () => {
  const { received } = await killAt('append', KILLS, true);
  expect(wronglyMetered(received, eventsIn(path.join(folder, 'usage')))).not.toEqual([]);
}, 60_000);
