/** A feature as it runs in earnest: a server per subgraph, the supergraph in a file, the gateway over it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ConfigInput, loadConfig } from '../../src/config.ts';
import { createSupergraphApp } from '../../src/supergraph-app.ts';
import type { Case, Feature } from './feature.ts';
import { type Answered, answered, type Composed, composeFeature, schemasOf } from './run-feature.ts';
import { type SchemaServer, serveSchema } from './serve-schema.ts';

export interface ServedFeature {
  readonly composed: Composed;
  readonly url: string;
  ask(one: Case): Promise<{ readonly answer: Answered; readonly asked: Readonly<Record<string, number>> }>;
  /** As it comes, for what is no answer. */
  post(body: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  close(): Promise<void>;
}

/** @param flags configuration beside what a test needs anyway. */
export async function serveFeature(
  feature: Feature,
  flags: Partial<ConfigInput> = {},
): Promise<ServedFeature> {
  const servers = new Map<string, SchemaServer>();
  for (const [name, schema] of schemasOf(feature)) servers.set(name, await serveSchema(schema));
  const composed = composeFeature(feature, (name) => servers.get(name)?.url ?? '');
  const folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-federation-'));
  const file = path.join(folder, 'supergraph.graphql');
  await writeFile(file, composed.supergraph.supergraphSdl);
  const config = await loadConfig({
    cwd: folder,
    env: {},
    flags: {
      ...{ port: 0, adminPort: 0, deadlineMs: 10_000 },
      identity: { anonymous: true },
      logging: { level: 'error' },
      ...flags,
    },
  });
  const app = await createSupergraphApp(config, file);
  const { url } = await app.listen();
  return {
    composed,
    url: `${url}/graphql`,
    async ask({ text, variables = {} }) {
      for (const server of servers.values()) server.asked = 0;
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query: text, variables }),
      });
      const asked = Object.fromEntries([...servers].map(([name, server]) => [name, server.asked]));
      return { answer: answered((await response.json()) as Parameters<typeof answered>[0]), asked };
    },
    async post(body) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    },
    async close() {
      await app.close();
      for (const server of servers.values()) await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
