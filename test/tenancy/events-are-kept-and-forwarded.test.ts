import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSink } from '../../src/tenancy/usage/file-sink.ts';
import { HttpSink } from '../../src/tenancy/usage/http-sink.ts';
import { readUsage } from '../../src/tenancy/usage/read-usage.ts';
import { SeenEvents } from '../../src/tenancy/usage/seen-events.ts';
import type { UsageEvent } from '../../src/tenancy/usage/usage-event.ts';
import { eventsIn } from './events-in.ts';
import { openRecorder, record, settled } from './settled.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-usage-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const idsOf = (events: readonly UsageEvent[]) => events.map(({ data }) => data.requestId);
const logs = () => readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

async function readAll(seen: SeenEvents): Promise<UsageEvent[]> {
  const events: UsageEvent[] = [];
  for await (const event of readUsage(folder, seen)) events.push(event);
  return events;
}

describe('the log of usage', () => {
  it('has an event when its answer may leave', async () => {
    const { recorder } = openRecorder(folder);
    await Promise.all(
      ['a', 'b', 'c'].map(async (id) => {
        await record(recorder, settled(id));
        expect(idsOf(eventsIn(folder))).toContain(id);
      }),
    );
    await recorder.close();
    expect(idsOf(eventsIn(folder))).toEqual(['a', 'b', 'c']);
  });

  it('has CloudEvents 1.0, with an id of their own each', async () => {
    const { recorder } = openRecorder(folder);
    for (const id of ['same', 'same']) await record(recorder, settled(id, { tenant: 'custom' }));
    await recorder.close();
    const events = eventsIn(folder);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
    for (const event of events)
      expect(event).toMatchObject({
        specversion: '1.0',
        id: expect.stringMatching(/^p\d+-000001-[12]$/),
        source: expect.stringMatching(/^\/featuregraph\/./),
        type: 'featuregraph.request.settled.v1',
        subject: 'custom',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        data: { cost: 1, estimatedCost: 2, blocks: 1, bytes: 100, customization: 'abc' },
      });
  });

  it('lets answers leave when the disk fails, tells how many events that lost, and goes on', async () => {
    const usage = path.join(folder, 'usage');
    const { recorder, lost } = openRecorder(usage);
    writeFileSync(usage, 'in the way');
    await Promise.all([record(recorder, settled('a')), record(recorder, settled('b'))]);
    expect(lost).toEqual([['unwritten', 2]]);
    rmSync(usage);
    await record(recorder, settled('c'));
    await recorder.close();
    expect(idsOf(eventsIn(usage))).toEqual(['c']);
  });

  it('is read past a line that a kill cut short', async () => {
    const { recorder } = openRecorder(folder);
    await record(recorder, settled('a'));
    await recorder.close();
    appendFileSync(path.join(folder, logs()[0] as string), '{"specversion":"1.0","id":"p');
    const seen = new SeenEvents();
    const events = await readAll(seen);
    expect(idsOf(events)).toEqual(['a']);
    expect([seen.missingEvents, seen.missingLogs]).toEqual([0, 0]);
  });

  it('stays within its bound by letting the oldest go, and a reader can tell', async () => {
    const maxBytes = 40_000;
    const { recorder } = openRecorder(folder, {}, maxBytes);
    for (let i = 0; i < 400; i += 1) await record(recorder, settled(`r${i}`));
    await recorder.close();
    const { recorder: next } = openRecorder(folder, {}, maxBytes); // it looks at its start
    await next.close();
    const bytes = logs().reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(maxBytes);
    const seen = new SeenEvents();
    const events = await readAll(seen);
    expect(idsOf(events).at(-1)).toBe('r399');
    expect(events.length).toBeGreaterThan(30);
    expect(seen.missingLogs).toBeGreaterThan(0);
  });
});

/** A receiver that can refuse, and keeps what it took. */
async function startReceiver(): Promise<{
  readonly url: string;
  readonly took: UsageEvent[];
  readonly headers: Record<string, unknown>[];
  status: number;
  readonly server: Server;
}> {
  const took: UsageEvent[] = [];
  const headers: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    headers.push(request.headers);
    if (receiver.status === 204) took.push(...JSON.parse(text));
    response.writeHead(receiver.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  const receiver = { url, took, headers, server, status: 204 };
  return receiver;
}

describe('a sink', () => {
  it('gets every event, oldest first, also after it refused for a while', async () => {
    const receiver = await startReceiver();
    receiver.status = 503;
    const sink = new HttpSink({ url: receiver.url, token: 'secret' });
    const { recorder, failed } = openRecorder(folder, { billing: sink });
    for (let i = 0; i < 20; i += 1) await record(recorder, settled(`r${i}`));
    await expect.poll(() => failed.length).toBeGreaterThan(0);
    expect(receiver.took).toEqual([]);
    receiver.status = 204;
    await expect.poll(() => receiver.took.length, { timeout: 10_000 }).toBe(20);
    await recorder.close();
    receiver.server.close();
    expect(receiver.took).toEqual(eventsIn(folder));
    expect(idsOf(receiver.took)).toEqual(Array.from({ length: 20 }, (_one, i) => `r${i}`));
    expect(receiver.headers[0]).toMatchObject({
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
      authorization: 'Bearer secret',
    });
  });

  it('gets what was left when the process ended before it answered, from the next process', async () => {
    const receiver = await startReceiver();
    receiver.status = 500;
    const sinks = () => ({
      billing: new HttpSink({ url: receiver.url, token: null }),
      archive: new FileSink(path.join(folder, 'archive')),
    });
    const first = openRecorder(folder, sinks());
    await record(first.recorder, settled('a'));
    await first.recorder.close();
    expect(receiver.took).toEqual([]);
    receiver.status = 204;
    const second = openRecorder(folder, sinks());
    await record(second.recorder, settled('b'));
    await expect.poll(() => idsOf(receiver.took), { timeout: 10_000 }).toEqual(['a', 'b']);
    await second.recorder.close();
    receiver.server.close();
    expect(idsOf(eventsIn(path.join(folder, 'archive')))).toEqual(['a', 'b']);
    // What every sink has belongs to nobody, and nothing else is left of it.
    expect(readdirSync(folder).toSorted()).toEqual(['archive', 'p0001', 'p0002'].map(expectName));
    function expectName(start: string): unknown {
      return start === 'archive' ? 'archive' : expect.stringMatching(/^p\d{4}-000001\.jsonl$/);
    }
  });

  it('of files has each event once, however often it was sent', async () => {
    const sink = new FileSink(path.join(folder, 'archive'));
    const { recorder } = openRecorder(folder);
    for (const id of ['a', 'b', 'c']) await record(recorder, settled(id));
    await recorder.close();
    const lines = Buffer.from(
      eventsIn(folder)
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(''),
    );
    const second = lines.indexOf('\n') + 1;
    await sink.send({ log: 'p', position: 0, lines });
    await sink.send({ log: 'p', position: second, lines: lines.subarray(second) });
    await sink.send({ log: 'p', position: 0, lines });
    expect(idsOf(eventsIn(path.join(folder, 'archive')))).toEqual(['a', 'b', 'c']);
  });

  it('that takes nothing costs the oldest events only, and they are counted', async () => {
    const sink = { send: async () => Promise.reject(new Error('away')) };
    const { recorder, lost } = openRecorder(folder, { billing: sink }, 40_000);
    for (let i = 0; i < 400; i += 1) await record(recorder, settled(`r${i}`));
    await recorder.close();
    const { recorder: next, lost: lostNext } = openRecorder(folder, { billing: sink }, 40_000);
    await next.close();
    const left = eventsIn(folder);
    expect(lost).toEqual([]);
    expect(lostNext.reduce((sum, [, events]) => sum + events, 0)).toBe(400 - left.length);
    expect(left.at(-1)?.data.requestId).toBe('r399');
  });
});
