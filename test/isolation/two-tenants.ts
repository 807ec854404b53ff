/** A server with tenants that have the same keys in namespaces of their own, and share one with different scopes. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { systemClock } from '../../src/core/clock.ts';
import { pushRows } from '../../src/ingestion/push.ts';
import { readPepper } from '../../src/pepper.ts';
import type { View } from '../../src/registry/registry.ts';
import { Administration } from '../../src/tenancy/administration.ts';
import { openWorkspace, type Workspace } from '../../src/workspace.ts';

const SCHEMA: Readonly<Record<string, string>> = {
  goods: `
"Something."
type Item @key(fields: "id") @view(name: "item_open") @view(name: "item_secret", block: "secret")
  @view(name: "item_feed", block: "feed", source: "feed", sourceMaxLag: "1h") {
  id: ID!
  "Its mark."
  mark: String @feature(view: "item_open", maxBytes: 60)
  "Its owner."
  ownerId: ID @feature(view: "item_open", maxBytes: 60)
  "Its owner."
  owner: Owner @reference(key: ["ownerId"])
  "Its secret."
  secret: String @feature(view: "item_secret", maxBytes: 60) @requiresScopes(scopes: [["secrets"]])
  "What is new of it."
  news: String @feature(view: "item_feed", maxBytes: 60)
}
"Another domain's."
type Owner @key(fields: "ownerId", resolvable: false) {
  ownerId: ID!
}
type Query {
  item(id: ID!): Item @lookup
  itemList(ids: [ID!]!): [Item] @lookup(maxKeys: 1000)
}
`,
  owners: `
"Who has something."
type Owner @key(fields: "ownerId") @view(name: "owner_facts") {
  ownerId: ID!
  "Its mark."
  mark: String @feature(view: "owner_facts", maxBytes: 60)
}
type Query {
  owner(ownerId: ID!): Owner @lookup
}
`,
};

export interface Tenant {
  readonly name: string;
  readonly namespace: string;
  readonly scopes: readonly string[];
  readonly key: string;
}

export const KEYS = 40;
const WHO = [
  { name: 'red', namespace: 'red', scopes: ['secrets'] },
  { name: 'blue', namespace: 'blue', scopes: ['secrets'] },
  { name: 'inner', namespace: 'shared', scopes: ['secrets'] },
  { name: 'outer', namespace: 'shared', scopes: [] },
] as const;

/** Of each namespace some keys are missing, and not the same ones: that nothing is there must not cross either. */
export function isThere(namespace: string, index: number): boolean {
  return (index + namespace.length) % 5 !== 0;
}

/** The feed of one namespace has stopped. */
export const STOPPED = 'blue';
const HOUR_MS = 3_600_000;

export interface TwoTenants {
  readonly tenants: readonly Tenant[];
  readonly url: string;
  readonly adminUrl: string;
  readonly workspace: Workspace;
  close(): Promise<void>;
}

export async function openTwoTenants(): Promise<TwoTenants> {
  const folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-isolation-'));
  await mkdir(path.join(folder, 'schema'));
  for (const [domain, sdl] of Object.entries(SCHEMA))
    await writeFile(path.join(folder, 'schema', `${domain}.graphql`), sdl);
  const config = await loadConfig({
    cwd: folder,
    env: {},
    flags: {
      ...{ port: 0, adminPort: 0, deadlineMs: 20_000, introspection: false },
      tiers: { default: { warm: 'lmdb', memory: { maxAgeMs: 1000 } } },
      logging: { level: 'info' },
    },
  });
  const workspace = await openWorkspace(config);
  for (const namespace of ['red', 'blue', 'shared']) await fill(workspace, namespace);
  const administration = new Administration({
    store: workspace.tenants,
    pepper: await readPepper(config),
    randomBytes,
    wallClock: systemClock,
  });
  await administration.createNamespace('shared');
  const tenants: Tenant[] = [];
  for (const { name, namespace, scopes } of WHO) {
    await administration.createTenant(name, { namespaces: [namespace], scopes, writes: [] });
    tenants.push({ name, namespace, scopes, key: (await administration.createKey({ tenant: name })).text });
  }
  const app = await createApp(workspace);
  const { url, adminUrl } = await app.listen();
  return {
    ...{ tenants, url, adminUrl: adminUrl ?? '', workspace },
    close: async () => {
      await app.close();
      await workspace.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function fill(workspace: Workspace, namespace: string): Promise<void> {
  const nowMs = systemClock.nowMs();
  const eventTimeMs = nowMs - 60_000;
  const ids = Array.from({ length: KEYS }, (_, i) => i).filter((i) => isThere(namespace, i));
  const push = async (view: string, rows: readonly Record<string, unknown>[], sourceTimeMs?: number) => {
    const { store, layouts, sourceTimes: sources, clock, registry } = workspace;
    const result = await pushRows({
      ...{ store, layouts, sources, clock, namespace, sourceTimeMs },
      view: registry.views.get(view) as View,
      records: () => rows.map((record, i) => ({ rowNumber: i + 1, record })),
    });
    if (result.accepted !== rows.length) throw new Error(`${view}: ${JSON.stringify(result.reports[0])}`);
  };
  const text = (i: number, what: string) => `${namespace}:${i}:${what}`;
  await push(
    'item_open',
    ids.map((i) => ({ id: `k${i}`, mark: text(i, 'mark'), ownerId: `o${i}`, eventTimeMs })),
  );
  await push(
    'item_secret',
    ids.map((i) => ({ id: `k${i}`, secret: text(i, 'secret'), eventTimeMs })),
  );
  await push(
    'owner_facts',
    ids.map((i) => ({ ownerId: `o${i}`, mark: text(i, 'owner'), eventTimeMs })),
  );
  const feedAtMs = namespace === STOPPED ? nowMs - 3 * HOUR_MS : nowMs;
  await push(
    'item_feed',
    ids.map((i) => ({ id: `k${i}`, news: text(i, 'news'), eventTimeMs: feedAtMs - 1000 })),
    feedAtMs,
  );
}
