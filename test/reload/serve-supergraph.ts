/** A gateway over a supergraph that changes, with one real subgraph behind it: what the reload tests run. */
import { buildSchema } from 'graphql';
import { composeSupergraph } from '../../gateway/compose.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { createSupergraphApp, type SupergraphApp } from '../../src/supergraph-app.ts';
import { type SchemaServer, serveSchema } from '../federation/serve-schema.ts';

/** Every release has a field of its own besides, so that the answer tells which one gave it. */
export const RELEASES = 100;
/** How often the gateway looks, in ms. */
export const EVERY_MS = 10;

export async function serveNumbers(): Promise<SchemaServer> {
  const fields = Array.from({ length: RELEASES + 1 }, (_, i) => `r${i}: Int`).join(' ');
  return serveSchema(buildSchema(`type Query { always: Int ${fields} }`));
}

/** The supergraph of release `i`: it has the fields `always` and `r<i>`. */
export function releaseOf(i: number, url: string): string {
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { always: Int r${i}: Int }`;
  const composition = composeSupergraph([{ name: 'numbers', url, sdl }]);
  if (!composition.ok) throw new Error(composition.problems.map(({ message }) => message).join('\n'));
  return composition.supergraph.supergraphSdl;
}

export interface Gateway {
  readonly app: SupergraphApp;
  ask(query: string): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Resolves when the field is served. @throws Error where it is not within half a minute. */
  served(field: string): Promise<void>;
  /** A metric's value; `undefined` where it was never counted. */
  metric(line: string): Promise<number | undefined>;
  close(): Promise<void>;
}

export async function startGateway(location: string): Promise<Gateway> {
  const app = await createSupergraphApp(await configOf(), location, { everyMs: EVERY_MS });
  const { url, adminUrl } = await app.listen();
  const ask = async (query: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };
  return {
    app,
    ask,
    served: (field) => until(async () => (await ask(`{ ${field} }`)).status === 200, `${field} is served`),
    metric: async (line) => {
      const text = await (await fetch(`${adminUrl}/metrics`)).text();
      const found = text.split('\n').find((one) => one.startsWith(`${line} `));
      return found === undefined ? undefined : Number(found.slice(line.length));
    },
    close: () => app.close(),
  };
}

async function configOf(): Promise<Config> {
  return loadConfig({
    cwd: import.meta.dirname,
    env: { FEATUREGRAPH_LOG_LEVEL: 'silent', FEATUREGRAPH_ANONYMOUS: 'true' },
    flags: { port: 0, adminPort: 0, deadlineMs: 20_000 },
  });
}

export async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < 30_000; waitedMs += EVERY_MS) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  throw new Error(`Waited half a minute, and it is not so that ${what}.`);
}
