import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLE_MOMENT_MS } from '../../examples/flights/features.ts';
import { type App, createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import type { Addresses } from '../../src/front.ts';
import { openWorkspace, type Workspace } from '../../src/workspace.ts';
import { openExample, type RunningExample } from './open-example.ts';

/** The same graph twice over the same rows: all domains in one process, and each as a process of its own. */
const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const DOMAINS = ['airport', 'carrier', 'fleet', 'route'];
const AT = new Date(EXAMPLE_MOMENT_MS).toISOString();

interface Domain {
  readonly child: ChildProcess;
  readonly url: string;
  readonly metricsUrl: string;
}

let together: RunningExample;
const processes = new Map<string, Domain>();
let workspace: Workspace;
let app: App;
let apart: Addresses;

beforeAll(async () => {
  together = await openExample();
  const { dataFolder } = together.workspace.config;
  await Promise.all(
    DOMAINS.map(async (domain) => processes.set(domain, await startDomain(domain, dataFolder))),
  );
  const config = await loadConfig({
    cwd: REPOSITORY,
    env: {},
    flags: {
      dataFolder,
      port: 0,
      adminPort: 0,
      clock: { at: AT },
      logging: { level: 'silent' },
      identity: { startKey: true },
      subgraphs: Object.fromEntries([...processes].map(([name, { url }]) => [name, { url }])),
    },
  });
  workspace = await openWorkspace(config);
  app = await createApp(workspace);
  apart = await app.listen();
}, 120_000);

afterAll(async () => {
  await app?.close();
  await workspace?.close();
  for (const { child } of processes.values()) child.kill('SIGKILL');
  await together?.close();
});

function startDomain(domain: string, dataFolder: string): Promise<Domain> {
  const options = ['--data-folder', dataFolder, '--port', '0', '--admin-port', '0', '--at', AT];
  const child = spawn(process.execPath, ['src/cli/main.ts', 'subgraph', domain, ...options], {
    cwd: REPOSITORY,
    env: { ...process.env, FEATUREGRAPH_LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let told = '';
    const read = (chunk: Buffer) => {
      told += chunk.toString();
      const url = /http:\/\/\S+\/graphql/.exec(told)?.[0];
      const metricsUrl = /http:\/\/\S+\/metrics/.exec(told)?.[0];
      if (url !== undefined && metricsUrl !== undefined) resolve({ child, url, metricsUrl });
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`${domain} ended with ${code}: ${told}`)));
  });
}

async function askApart(body: object) {
  const response = await fetch(`${apart.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apart.apiKey}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const TOUR = {
  query: `query Tour($tailnums: [ID!]!, $wide: Boolean!) {
    aircraftList(tailnums: $tailnums) {
      tailnum seats ageYears legs24h longestRoute30dSeatMiles
      lastCarrier @include(if: $wide) { carrier name onTimeRate7d }
      legs24hRead { status }
    }
    again: aircraft(tailnum: "N14228") { ...Seats }
    routeList(keys: [{ origin: "EWR", dest: "IAH" }, { origin: "XXX", dest: "YYY" }]) { distanceMiles originAirport { airport temperatureF wind { speedMph } } }
  }
  fragment Seats on Aircraft { seats lastCarrier { name } }`,
  variables: { tailnums: ['N14228', 'NONE', 'N102UW', 'N14228', ''], wide: true },
  // Processes that have just begun are slow on a busy machine.
  extensions: { featuregraph: { status: 'VALUES', deadlineMs: 20_000 } },
};

describe('domains in processes of their own', () => {
  it('answer byte for byte what they answer in one process', async () => {
    const one = await together.ask(TOUR);
    const other = await askApart(TOUR);
    expect(one.status).toBe(200);
    expect(JSON.parse(other.text)).toEqual(one.body);
    expect(other.text).toBe(one.text);
  });

  it('execute by programs what they are asked again, and tell how often', async () => {
    // A key that is none is told by graphql-js.
    const plain = { ...TOUR, variables: { tailnums: ['N14228', 'NONE', 'N102UW', 'N14228'], wide: true } };
    const expected = (await together.ask(plain)).text;
    for (let i = 0; i < 3; i += 1) expect((await askApart(plain)).text).toBe(expected);
    for (const [domain, { metricsUrl }] of processes) {
      const metrics = await (await fetch(metricsUrl)).text();
      const compiled = /^featuregraph_executions_total\{way="compiled",reason=""\} (\d+)$/m.exec(
        metrics,
      )?.[1];
      expect({ domain, compiled: Number(compiled ?? 0) >= 2 }).toEqual({ domain, compiled: true });
    }
  });

  it('answer their gateway only', async () => {
    for (const { url } of processes.values()) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ __typename }' }),
      });
      expect(response.status).toBe(401);
      expect((await response.json()).errors[0].extensions.code).toBe('UNAUTHENTICATED');
    }
  });

  it('leave the others’ answers as they are when one of them is killed', async () => {
    const before = JSON.parse((await askApart(TOUR)).text);
    processes.get('carrier')?.child.kill('SIGKILL');
    await new Promise((resolve) => processes.get('carrier')?.child.once('exit', resolve));
    const after = await askApart(TOUR);
    const body = JSON.parse(after.text);
    expect(after.status).toBe(200);
    expect(body.data.routeList).toEqual(before.data.routeList);
    for (const [index, aircraft] of body.data.aircraftList.entries()) {
      const { lastCarrier, ...own } = aircraft;
      const { lastCarrier: carrierBefore, ...ownBefore } = before.data.aircraftList[index];
      expect(own).toEqual(ownBefore);
      if (carrierBefore !== null)
        expect(lastCarrier).toEqual({ carrier: carrierBefore.carrier, name: null, onTimeRate7d: null });
    }
    const dead = body.errors.filter(
      (error: { extensions: { subgraph?: string } }) => error.extensions.subgraph === 'carrier',
    );
    expect(dead).toHaveLength(1);
    expect(dead[0].extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', count: expect.any(Number) });
    expect(body.extensions.featuregraph.statuses['aircraftList.lastCarrier.name']).toMatch(/^-+$/);
    expect(body.extensions.featuregraph.statuses['aircraftList.seats']).toBe(
      before.extensions.featuregraph.statuses['aircraftList.seats'],
    );
  });
});
