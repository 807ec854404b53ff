/** A buffer is written again only when its answer was sent: who reads slowly gets no byte of another's answer. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { createSupergraphApp, type SupergraphApp } from '../../src/supergraph-app.ts';
import { createApiKey } from '../../src/tenancy/api-key.ts';
import { closeAll, json, serve } from './serve-subgraph.ts';
import { compose, FEDERATION } from './small-graph.ts';

const ITEMS = 2000;
const NOTE_LENGTH = 200;
const OTHERS = 60;
const SLOW = 'qrstuvxyzQRSTUVXYZ';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-written-'));
const { text: apiKey } = createApiKey(randomBytes);
let app: SupergraphApp;
let url: string;

/** Half a megabyte that holds nothing but the letter. */
const itemsOf = (letter: string) =>
  Array.from({ length: ITEMS }, () => ({ size: 1, note: letter.repeat(NOTE_LENGTH) }));

beforeAll(async () => {
  const subgraph = await serve((_request, response, body) =>
    json(response, { data: { items: itemsOf(JSON.parse(body).variables.letter) } }),
  );
  const sdl = `${FEDERATION} type Item { note: String size: Int } type Query { items(letter: String!): [Item!] }`;
  const { supergraphSdl } = compose({ shop: sdl });
  const file = path.join(folder, 'supergraph.graphql');
  writeFileSync(file, supergraphSdl);
  const config = await loadConfig({
    cwd: folder,
    env: { FEATUREGRAPH_API_KEY: apiKey },
    flags: {
      port: 0,
      adminPort: 0,
      deadlineMs: 20_000,
      logging: { level: 'error' },
      subgraphs: { shop: { url: subgraph } },
    },
  });
  app = await createSupergraphApp(config, file);
  ({ url } = await app.listen());
  await read(await ask('w'));
}, 60_000);
afterAll(async () => {
  await app?.close();
  await closeAll();
  rmSync(folder, { recursive: true });
});

const QUERY = 'query Items($letter: String!) { items(letter: $letter) { size note } }';

function ask(letter: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };
    const sent = request(`${url}/graphql`, { method: 'POST', headers, agent: false }, resolve);
    sent.on('error', reject);
    sent.end(JSON.stringify({ query: QUERY, variables: { letter } }));
  });
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function expectOnly(letter: string, text: string): void {
  expect(
    text === `${JSON.stringify({ data: { items: itemsOf(letter) } })}\n`,
    `an answer of ${letter} alone`,
  ).toBe(true);
}

/** Asks so much at once, on one connection, that the system takes not nearly all of it until somebody reads. */
function askWithoutReading(letters: string): { read(): Promise<string[]> } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.pause();
  for (const letter of letters) {
    const body = JSON.stringify({ query: QUERY, variables: { letter } });
    const head = ['POST /graphql HTTP/1.1', 'host: x', `authorization: Bearer ${apiKey}`];
    const about = ['content-type: application/json', `content-length: ${body.length}`];
    socket.write([...head, ...about, '', body].join('\r\n'));
  }
  return {
    async read() {
      const chunks: Buffer[] = [];
      const bodyBytes = JSON.stringify({ data: { items: itemsOf('x') } }).length;
      let missing = letters.length * bodyBytes;
      for await (const chunk of socket) {
        chunks.push(chunk as Buffer);
        missing -= (chunk as Buffer).length;
        if (missing > 0) continue;
        const bodies = bodiesOf(Buffer.concat(chunks).toString('latin1'));
        if (bodies.length === letters.length) return bodies;
      }
      return [];
    },
  };
}

function bodiesOf(text: string): string[] {
  const bodies: string[] = [];
  for (let at = 0; ; ) {
    const head = text.indexOf('\r\n\r\n', at);
    const length = Number(/content-length: (\d+)/.exec(text.slice(at, Math.max(at, head)))?.[1]);
    if (head < 0 || text.length < head + 4 + length) return bodies;
    at = head + 4 + length;
    bodies.push(text.slice(head + 4, at));
  }
}

test('while others are answered, and after some went away in the middle', { timeout: 60_000 }, async () => {
  // Nothing of it is read before all others are done.
  const slow = askWithoutReading(SLOW);
  for (let i = 0; i < OTHERS; i += 1) {
    const letter = 'abcdefgh'[i % 8] as string;
    const response = await ask(letter);
    if (i % 3 === 0) response.destroy();
    else expectOnly(letter, await read(response));
  }
  const bodies = await slow.read();
  expect(bodies).toHaveLength(SLOW.length);
  for (const [i, body] of bodies.entries()) expectOnly(SLOW[i] as string, body);
});
