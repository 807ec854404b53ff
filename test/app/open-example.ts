import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EXAMPLE_MOMENT_MS, EXAMPLE_VIEWS } from '../../examples/flights/features.ts';
import { openFlightsExample } from '../../examples/flights/load.ts';
import { type App, createApp } from '../../src/app.ts';
import { type ConfigInput, loadConfig } from '../../src/config.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Addresses } from '../../src/front.ts';
import { pushRows } from '../../src/ingestion/push.ts';
import { readPepper } from '../../src/pepper.ts';
import type { View } from '../../src/registry/registry.ts';
import { Administration } from '../../src/tenancy/administration.ts';
import { openWorkspace, type Workspace } from '../../src/workspace.ts';

/** The flights example on a free port and in a folder of its own, asked over HTTP like by anybody. */
export interface RunningExample extends Addresses {
  readonly apiKey: string;
  readonly app: App;
  readonly workspace: Workspace;
  /** POSTs a GraphQL request with the key, or with the headers given. */
  ask(body: unknown, headers?: Record<string, string>): Promise<HttpAnswer>;
  send(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every shape
  readonly body: any;
}

const REPOSITORY = path.resolve(import.meta.dirname, '../..');

/** @param views those to load; all when not given. */
export async function openExample(
  flags: Partial<ConfigInput> = {},
  views?: readonly string[],
): Promise<RunningExample> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'featuregraph-'));
  const config = await loadConfig({
    cwd: REPOSITORY,
    env: {},
    development: true,
    flags: {
      dataFolder,
      port: 0,
      adminPort: 0,
      clock: { at: new Date(EXAMPLE_MOMENT_MS).toISOString() },
      logging: { level: 'silent' },
      ...flags,
    },
  });
  const workspace = await openWorkspace(config);
  await loadExample(workspace, views);
  const app = await createApp(workspace);
  const listening = await app.listen();
  const addresses = { ...listening, apiKey: listening.apiKey ?? 'none' };
  const send: RunningExample['send'] = async (method, at, body, headers = {}) => {
    const response = await fetch(`${addresses.url}${at}`, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parseOrNull(text) };
  };
  return {
    ...addresses,
    app,
    workspace,
    send,
    ask: (body, headers = { authorization: `Bearer ${addresses.apiKey}` }) =>
      send('POST', '/graphql', JSON.stringify(body), { 'content-type': 'application/json', ...headers }),
    close: async () => {
      await app.close();
      await workspace.close();
      await rm(dataFolder, { recursive: true });
    },
  };
}

async function loadExample(workspace: Workspace, views: readonly string[] | undefined): Promise<void> {
  const example = await openFlightsExample();
  for (const { view: name } of EXAMPLE_VIEWS) {
    if (views !== undefined && !views.includes(name)) continue;
    const { store, layouts, sourceTimes: sources, clock, config } = workspace;
    const view = workspace.registry.views.get(name) as View;
    const result = await pushRows({
      store,
      layouts,
      sources,
      clock,
      view,
      namespace: config.namespace,
      records: () => recordsOf(example.rows(name, EXAMPLE_MOMENT_MS)),
    });
    if (result.rejected > 0) throw new Error(`${name}: ${JSON.stringify(result.reports[0])}`);
  }
  example.close();
}

async function* recordsOf(batches: AsyncIterable<readonly Readonly<Record<string, unknown>>[]>) {
  let rowNumber = 0;
  for await (const batch of batches) {
    for (const record of batch) {
      rowNumber += 1;
      yield { rowNumber, record };
    }
  }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** As the command line changes tenants, in the example's own store. */
export async function administrationOf({ workspace }: RunningExample): Promise<Administration> {
  const pepper = await readPepper(workspace.config);
  return new Administration({ store: workspace.tenants, pepper, randomBytes, wallClock: systemClock });
}
