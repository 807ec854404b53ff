/** Whoever asks in a devious way pays for what the store has read for it all the same, once, and has an event of it. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsIn } from '../tenancy/events-in.ts';
import { openExample, type RunningExample } from './open-example.ts';

const LIST = 'query ($t: [ID!]!) { aircraftList(tailnums: $t) { seats } }';
const BURST = 1_000_000;
const KEYS = 200;
/** Source times are read beside requests, a few a second: what is read for nobody. */
const BESIDE = KEYS / 4;
/** Until what arrived of them is read. */
const WORKED_ON_MS = 500;
const IN_TIME = { timeout: 10_000 };

let folder: string;
let example: RunningExample;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-paid-'));
  example = await openExample(
    {
      budgets: { leaseTimeoutMs: 1000, default: { burst: BURST, perSecond: 1 } },
      usage: { folder },
      cost: { maximum: BURST },
    },
    ['aircraft_facts'],
  );
}, 60_000);
afterAll(async () => {
  await example.close();
  rmSync(folder, { recursive: true });
});

/** Others at each call: what a request of its own has not read yet. */
let drawn = 0;
function keys(count = KEYS): string[] {
  drawn += count;
  return Array.from({ length: count }, (_, i) => `N${drawn + i}`);
}
const body = (query: string, variables: object, more: object = {}): string =>
  JSON.stringify({ query, variables, ...more });
const HASH = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(LIST).digest('hex') } };

async function post(text: string, headers: Record<string, string> = {}): Promise<void> {
  await example.send('POST', '/graphql', text, {
    ...{ authorization: `Bearer ${example.apiKey}`, 'content-type': 'application/json' },
    ...headers,
  });
}

/** Sends it, and goes away before the answer is whole. */
function leave(text: string, afterMs: number | 'FIRST_BYTES', times = 1): Promise<void> {
  const request = `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${example.apiKey}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(example.url).port), '127.0.0.1', () => {
      socket.write(request.repeat(times));
      if (afterMs !== 'FIRST_BYTES') setTimeout(() => socket.destroy(), afterMs);
    });
    socket.on('error', () => {}).on('close', () => resolve());
    socket.on('data', () => afterMs === 'FIRST_BYTES' && socket.destroy());
  });
}

const PARTS = `query ($t: [ID!]!, $a: Boolean = false, $b: Boolean = true) {
  aircraftList(tailnums: $t) { tailnum ... @skip(if: $a) { ... @include(if: $b) { ...S ...S } } } }
  fragment S on Aircraft { seats again: seats }`;
const TWO = 'query A { __typename } query B($t: [ID!]!) { aircraftList(tailnums: $t) { seats } }';
const aliased = (lists: number): string =>
  body(
    `query (${Array.from({ length: lists }, (_, i) => `$t${i}: [ID!]!`).join(' ')}) {
      ${Array.from({ length: lists }, (_, i) => `a${i}: aircraftList(tailnums: $t${i}) { seats }`).join(' ')} }`,
    Object.fromEntries(Array.from({ length: lists }, (_, i) => [`t${i}`, keys(KEYS / lists)])),
  );

test.each<[string, () => Promise<unknown>, number]>([
  ['aliases', () => post(aliased(10)), 1],
  [
    'a list in the document',
    () => post(body(LIST.replace('$t)', `${JSON.stringify(keys())})`).replace('($t: [ID!]!)', ''), {})),
    1,
  ],
  ['a default of a variable', () => post(body(LIST.replace('!)', `! = ${JSON.stringify(keys())})`), {})), 1],
  ['fragments and conditions with defaults', () => post(body(PARTS, { t: keys() })), 1],
  ['the dear one of two operations', () => post(body(TWO, { t: keys() }, { operationName: 'B' })), 1],
  [
    'GET',
    () =>
      example.send(
        'GET',
        `/graphql?${new URLSearchParams({ query: LIST, variables: JSON.stringify({ t: keys() }) })}`,
        undefined,
        { authorization: `Bearer ${example.apiKey}` },
      ),
    1,
  ],
  ['a document by its hash', () => post(body(LIST, { t: keys() }, { extensions: HASH })), 1],
  [
    'one request id for two requests',
    () => Promise.all([1, 2].map(() => post(body(LIST, { t: keys(KEYS / 2) }), { 'x-request-id': 'same' }))),
    2,
  ],
  ['an answer that nobody can take', () => post(body(LIST, { t: keys() }), { accept: 'image/png' }), 1],
  [
    'another tenant’s name, and what a subgraph tells',
    () =>
      post(body(LIST, { t: keys() }), {
        'x-tenant': 'other',
        'featuregraph-usage': 'blocks=-9, transforms=0',
      }),
    1,
  ],
])('%s: paid for, with an event each', async (_how, ask, requests) => {
  const before = await seen();
  await ask();
  await expect.poll(() => eventsIn(folder).length, IN_TIME).toBe(before.events + requests);
  const { read, paid } = since(before, await seen());
  expect(read).toBeGreaterThanOrEqual(KEYS);
  expect(read).toBeLessThanOrEqual(KEYS + BESIDE);
  expect(paid).toBe(KEYS);
});

/** How many arrive depends on when the connection is gone. */
test.each<[string, () => Promise<unknown>]>([
  ['gone at once', () => leave(body(LIST, { t: keys() }), 1)],
  ['gone with the first bytes', () => leave(body(LIST, { t: keys() }), 'FIRST_BYTES')],
  ['ten at once on one connection, and gone', () => leave(body(LIST, { t: keys(KEYS / 10) }), 50, 10)],
])('%s: paid for as far as it is read', async (_how, ask) => {
  const before = await seen();
  await ask();
  await pause(WORKED_ON_MS);
  await expect
    .poll(async () => {
      const { read, paid } = since(before, await seen());
      return paid - read;
    }, IN_TIME)
    .toBeGreaterThanOrEqual(-BESIDE);
});

const since = (before: Seen, after: Seen): { read: number; paid: number } => ({
  ...{ read: after.read - before.read, paid: after.paid - before.paid },
});

interface Seen {
  readonly read: number;
  readonly paid: number;
  readonly events: number;
}

async function seen(): Promise<Seen> {
  const { values } = await example.workspace.metrics.blockReads.get();
  const events = eventsIn(folder);
  return {
    read: values.reduce((sum, { value }) => sum + value, 0),
    paid: events.reduce((sum, { data }) => sum + data.cost, 0),
    events: events.length,
  };
}
