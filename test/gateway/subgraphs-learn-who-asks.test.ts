/** Another team's subgraph is told who asks, where it wants to know, in a way that it can prove; and no secret, ever. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createContextVerifier, SIGNED_CONTEXT_HEADER } from '../../src/tenancy/signed-context.ts';
import { openExample } from '../app/open-example.ts';
import { closeAll, json, serve } from './serve-subgraph.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-signed-'));
afterAll(async () => {
  await closeAll();
  rmSync(folder, { recursive: true });
});

const sdlFile = path.join(folder, 'survey.graphql');
writeFileSync(sdlFile, 'type Query { score: Int }');

/** What the subgraph got when a client asked the gateway. */
async function ask(signed: boolean) {
  let got = { headers: {} as IncomingHttpHeaders, body: '' };
  const url = await serve(({ headers }, response, body) => {
    got = { headers, body };
    json(response, { data: { score: 3 } });
  });
  const example = await openExample({ subgraphs: { survey: { url, sdlFile, signed } } }, []);
  try {
    expect((await example.ask({ query: '{ score }' })).body).toEqual({ data: { score: 3 } });
    const keysFile = path.join(example.workspace.config.dataFolder, 'signing-keys.json');
    const { publicKeyPem } = JSON.parse(readFileSync(keysFile, 'utf8')) as { publicKeyPem: string };
    expect(JSON.stringify(got)).not.toContain(example.apiKey);
    expect(got.headers.authorization).toBeUndefined();
    return { ...got, publicKeyPem };
  } finally {
    await example.close();
  }
}

test('one that wants to know gets a proof: of who, until when, for it alone, and for this request alone', async () => {
  const { headers, body, publicKeyPem } = await ask(true);
  const token = headers[SIGNED_CONTEXT_HEADER] as string;
  const verify = (subgraph: string, of: string) =>
    createContextVerifier(publicKeyPem, subgraph, systemClock, systemClock).verify(token, of);
  const context = await verify('survey', body);
  expect(context).toMatchObject({ tenant: 'demo', namespace: 'demo', requestId: expect.any(String) });
  expect(context.options.deadlineMs).toBeGreaterThan(0);
  await expect(verify('other', body)).rejects.toThrow(/not valid here/);
  await expect(verify('survey', `${body} `)).rejects.toThrow(/not the one that was signed/);
});

test('one that does not is told nothing', async () => {
  const { headers } = await ask(false);
  expect(headers[SIGNED_CONTEXT_HEADER]).toBeUndefined();
});
