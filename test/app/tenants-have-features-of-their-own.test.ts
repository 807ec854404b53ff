import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { type ConfigInput, loadConfig } from '../../src/config.ts';
import { systemClock } from '../../src/core/clock.ts';
import { customizationHash } from '../../src/features/customization.ts';
import { pushRows } from '../../src/ingestion/push.ts';
import { readPepper } from '../../src/pepper.ts';
import type { View } from '../../src/registry/registry.ts';
import { createSubgraphApp } from '../../src/subgraph-app.ts';
import { Administration } from '../../src/tenancy/administration.ts';
import { openWorkspace, type Workspace } from '../../src/workspace.ts';
import { eventsIn } from '../tenancy/events-in.ts';

const SCHEMA: Readonly<Record<string, string>> = {
  'shops.graphql': `
"A shop."
type Shop @key(fields: "shopId") @view(name: "shop_facts") {
  shopId: ID!
  "Seats in it."
  seats: Int @feature(view: "shop_facts", default: 10)
  "How large it is."
  size: String @onDemand(transform: "sizeOf", inputs: ["seats"], default: "?")
  "Seats for so many."
  seatsFor("Guests." guests: Int!): Int @onDemand(transform: "less", inputs: ["seats"])
}
type Query {
  shop(shopId: ID!): Shop @lookup
  shops(shopIds: [ID!]!): [Shop!] @lookup(maxKeys: 10)
}
`,
  'shops.js': `
const size = (limit) => ({
  inputs: { seats: 'Int' },
  output: 'String',
  compute: ({ seats }) => (seats === null ? null : seats >= limit ? 'large' : 'small'),
});
const less = (factor) => ({
  inputs: { n: 'Int' },
  arguments: { guests: 'Int!' },
  output: 'Int',
  compute: ({ n }, { guests }) => (n === null ? null : n - factor * guests),
});
export const transforms = { sizeOf: size(20), strictSizeOf: size(100), less: less(1), lessTwice: less(2) };
`,
  'ratings.graphql': `
"A shop, rated."
type Shop @key(fields: "shopId") @view(name: "shop_ratings") {
  shopId: ID!
  seats: Int @external
  "Stars."
  stars: Int @feature(view: "shop_ratings", default: 3)
  "Stars times seats."
  weight: Int @requires(fields: "seats") @onDemand(transform: "product", inputs: ["stars", "seats"])
}
`,
  'ratings.js': `
export const transforms = {
  product: {
    inputs: { a: 'Int', b: 'Int' },
    output: 'Int',
    compute: ({ a, b }) => (a === null || b === null ? null : a * b),
  },
};
`,
};
const OWN = {
  defaults: { 'Shop.seats': 50, 'Shop.stars': 5 },
  transforms: { 'Shop.size': 'strictSizeOf', 'Shop.seatsFor': 'lessTwice' },
};

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-own-'));
let workspace: Workspace;
let app: App;
let url: string;
const keys = new Map<string, string>();

const configOf = (
  tenants: NonNullable<ConfigInput['tenants']>,
  subgraphs: NonNullable<ConfigInput['subgraphs']> = {},
) =>
  loadConfig({
    cwd: folder,
    env: {},
    flags: {
      ...{ port: 0, adminPort: 0, tenants, subgraphs, logging: { level: 'silent' } },
      ...{ drainMs: 0, usage: { folder: path.join(folder, 'usage') } },
    },
  });

beforeAll(async () => {
  mkdirSync(path.join(folder, 'schema'));
  for (const [file, text] of Object.entries(SCHEMA)) writeFileSync(path.join(folder, 'schema', file), text);
  const config = await configOf({ acme: OWN });
  workspace = await openWorkspace(config);
  const { store, layouts, sourceTimes: sources, clock, registry, tenants } = workspace;
  for (const namespace of ['acme', 'other']) {
    const pushed = await pushRows({
      ...{ store, layouts, sources, clock, namespace },
      view: registry.views.get('shop_facts') as View,
      records: () => [
        {
          rowNumber: 1,
          record: { shopId: 'known', seats: 60, eventTime: new Date(systemClock.nowMs()).toISOString() },
        },
      ],
    });
    expect(pushed).toMatchObject({ accepted: 1 });
  }
  const administration = new Administration({
    ...{ store: tenants, pepper: await readPepper(config), randomBytes, wallClock: systemClock },
  });
  for (const tenant of ['acme', 'other']) {
    await administration.createTenant(tenant, { namespaces: [], scopes: [], writes: [] });
    keys.set(tenant, (await administration.createKey({ tenant })).text);
  }
  app = await createApp(workspace);
  url = (await app.listen()).url;
}, 60_000);
afterAll(async () => {
  await app.close();
  await workspace.close();
  rmSync(folder, { recursive: true });
});

const PATIENT = { featuregraph: { deadlineMs: 20_000 } };

async function ask(tenant: string, query: string, extensions?: unknown, at = url) {
  const response = await fetch(`${at}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${keys.get(tenant)}` },
    body: JSON.stringify({ query, ...(extensions === undefined ? {} : { extensions }) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
  return (await response.json()) as any;
}

const QUERY = '{ shops(shopIds: ["known", "new"]) { seats size seatsFor(guests: 7) stars weight } }';
const EXPECTED = {
  acme: [
    { seats: 60, size: 'small', seatsFor: 46, stars: 5, weight: 300 },
    { seats: 50, size: 'small', seatsFor: 36, stars: 5, weight: 250 },
  ],
  other: [
    { seats: 60, size: 'large', seatsFor: 53, stars: 3, weight: 180 },
    { seats: 10, size: 'small', seatsFor: 3, stars: 3, weight: 30 },
  ],
};

describe('a tenant with defaults and transforms of its own', () => {
  it('is served with them, and nobody else, in turn and at once, by every way', async () => {
    for (let i = 0; i < 4; i += 1)
      for (const tenant of ['acme', 'other'] as const)
        expect((await ask(tenant, QUERY)).data.shops).toEqual(EXPECTED[tenant]);
    const both = await Promise.all(
      Array.from({ length: 40 }, async (_one, i) => {
        const tenant = i % 2 === 0 ? 'acme' : 'other';
        return [tenant, (await ask(tenant, QUERY)).data.shops] as const;
      }),
    );
    for (const [tenant, shops] of both) expect(shops).toEqual(EXPECTED[tenant]);
    const ways = (await workspace.metrics.executions.get()).values.filter(({ value }) => value > 0);
    expect(ways.map(({ labels }) => labels.reason || labels.way)).toContain('CUSTOMIZED');
  });

  it('pays the same', async () => {
    const costs = new Map<string, Set<number>>();
    for (const { data } of eventsIn(path.join(folder, 'usage')))
      costs.set(data.tenant, (costs.get(data.tenant) ?? new Set()).add(data.cost));
    expect(costs.get('acme')).toEqual(costs.get('other'));
    expect(costs.get('acme')?.size).toBe(1);
  });

  it('is told the same statuses: a default of its own is no value', async () => {
    const told = (tenant: string) => ask(tenant, QUERY, { featuregraph: { status: 'VALUES' } });
    const [acme, other] = [await told('acme'), await told('other')];
    expect(acme.data.shops).toEqual(EXPECTED.acme);
    expect(acme.extensions).toEqual(other.extensions);
  });

  it('has its hash in each of its events, and others have none', () => {
    const events = eventsIn(path.join(folder, 'usage'));
    const hashes = (tenant: string) =>
      new Set(events.filter(({ data }) => data.tenant === tenant).map(({ data }) => data.customization));
    expect(hashes('acme')).toEqual(new Set([customizationHash(OWN)]));
    expect(hashes('other')).toEqual(new Set([undefined]));
  });

  it('has another hash with other values, and the same in another order', () => {
    const turned = { ...OWN, defaults: { 'Shop.stars': 5, 'Shop.seats': 50 } };
    const changed = { ...OWN, defaults: { 'Shop.stars': 5, 'Shop.seats': 51 } };
    expect(customizationHash(turned)).toBe(customizationHash(OWN));
    expect(customizationHash(changed)).not.toBe(customizationHash(OWN));
    expect(customizationHash({ defaults: {}, transforms: {} })).toBeNull();
  });
});

describe('where the domains are served apart from their gateway', () => {
  it('has them too, in answers that are executed anew and in those that are known', async () => {
    const opened: { close(): Promise<void> }[] = [];
    try {
      const subgraphs: Record<string, { url: string }> = {};
      for (const domain of ['shops', 'ratings']) {
        const own = await openWorkspace(await configOf({ acme: OWN }));
        const subgraph = await createSubgraphApp(own, domain);
        opened.unshift(subgraph, own);
        subgraphs[domain] = { url: (await subgraph.listen()).url };
      }
      const above = await openWorkspace(await configOf({ acme: OWN }, subgraphs));
      const gateway = await createApp(above);
      opened.unshift(gateway, above);
      const apart = (await gateway.listen()).url;
      for (let i = 0; i < 4; i += 1)
        for (const tenant of ['acme', 'other'] as const)
          expect((await ask(tenant, QUERY, PATIENT, apart)).data?.shops).toEqual(EXPECTED[tenant]);
    } finally {
      for (const one of opened) await one.close();
    }
  });
});

describe('what does not fit the schema', () => {
  const wrong = {
    acme: {
      defaults: { 'Shop.seats': 'many', 'Shop.nothing': 1, 'Shop.stars': null },
      transforms: { 'Shop.size': 'nothing', 'Shop.seats': 'sizeOf', 'Shop.seatsFor': 'sizeOf' },
    },
  };

  it('is told at load, all at once, and nothing is opened', async () => {
    const config = await configOf(wrong);
    const problem = await openWorkspace(config).then(
      () => 'none',
      (error: Error) => error.message,
    );
    expect(problem.split('\n')).toEqual([
      expect.stringMatching(/^tenants\.acme\.defaults\.Shop\.seats: expected Int.*, got/),
      'tenants.acme.defaults.Shop.nothing: there is no such feature; `featuregraph features` lists all',
      'tenants.acme.transforms.Shop.size: shops registers no transform nothing; expected one of sizeOf, strictSizeOf, less, lessTwice',
      'tenants.acme.transforms.Shop.seats: is stored, not on demand, so no transform makes it',
      'tenants.acme.transforms.Shop.seatsFor: expected a transform as less, (Int; guests: Int!) → Int, got sizeOf, (Int) → String',
    ]);
  });

  it('keeps a changed schema from being served', async () => {
    const file = path.join(folder, 'schema', 'ratings.graphql');
    writeFileSync(file, (SCHEMA['ratings.graphql'] as string).replaceAll('stars', 'points'));
    await expect(app.reload()).rejects.toThrow('tenants.acme.defaults.Shop.stars: there is no such feature');
    expect((await ask('acme', QUERY)).data.shops).toEqual(EXPECTED.acme);
    writeFileSync(file, SCHEMA['ratings.graphql'] as string);
    await app.reload();
    expect((await ask('acme', QUERY)).data.shops).toEqual(EXPECTED.acme);
  });
});
