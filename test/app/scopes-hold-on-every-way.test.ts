import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { createRequestContext } from '../../src/engine/create-request-context.ts';
import { FeatureReader } from '../../src/features/feature-reader.ts';
import { pushRows } from '../../src/ingestion/push.ts';
import type { View } from '../../src/registry/registry.ts';
import { openServedGraph, type ServedGraph } from '../../src/served-graph.ts';
import { buildSubgraph } from '../../src/subgraph/build-subgraph.ts';
import { SubgraphExecutor } from '../../src/subgraph/execute-subgraph.ts';
import { openWorkspace, type Workspace } from '../../src/workspace.ts';
import { type CountingStore, countingStore } from '../stores/counting-store.ts';

const SCHEMA: Readonly<Record<string, string>> = {
  shop: `
"Something we sell."
type Product @key(fields: "sku") @view(name: "product_open") @view(name: "product_costs", block: "costs") {
  sku: ID!
  "What it costs the buyer."
  price: Float @feature(view: "product_open")
  "What it costs us."
  cost: Float @feature(view: "product_costs") @requiresScopes(scopes: [["costs"], ["audit", "finance"]])
  "How well it sells."
  rank: Int @feature(view: "product_open") @authenticated
  "Who makes it."
  makerId: ID @feature(view: "product_open")
  "Who makes it."
  maker: Maker @reference(key: ["makerId"])
}
"Another domain's."
type Maker @key(fields: "makerId", resolvable: false) {
  makerId: ID!
}
type Query {
  product(sku: ID!): Product @lookup
  productList(skus: [ID!]!): [Product] @lookup(maxKeys: 100)
}
`,
  makers: `
"Who makes what we sell."
type Maker @key(fields: "makerId") @view(name: "maker_facts") {
  makerId: ID!
  "Its name."
  name: String @feature(view: "maker_facts", maxBytes: 40)
  "What it owes."
  debt: Float @feature(view: "maker_facts") @requiresScopes(scopes: [["debts"]])
}
type Query {
  maker(makerId: ID!): Maker @lookup
}
`,
};

let folder: string;
let workspace: Workspace;
let app: App;
let url: string;
let graph: ServedGraph;
let store: CountingStore;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-scopes-'));
  await mkdir(path.join(folder, 'schema'));
  for (const [domain, sdl] of Object.entries(SCHEMA))
    await writeFile(path.join(folder, 'schema', `${domain}.graphql`), sdl);
  const config = await loadConfig({
    cwd: folder,
    env: {},
    development: true,
    flags: {
      ...{ port: 0, adminPort: 0, logging: { level: 'silent' } },
      identity: { anonymous: true },
    },
  });
  workspace = await openWorkspace(config);
  await push('product_open', [
    { sku: 'a', price: 2, rank: 1, makerId: 'm' },
    { sku: 'b', price: 3, rank: 2, makerId: 'm' },
  ]);
  await push('product_costs', [
    { sku: 'a', cost: 0.5 },
    { sku: 'b', cost: 0.7 },
  ]);
  await push('maker_facts', [{ makerId: 'm', name: 'Acme', debt: 9 }]);
  app = await createApp(workspace);
  ({ url } = await app.listen());
  store = countingStore(workspace.store);
  const { registry, layouts, sourceWatch: sources } = workspace;
  const fail = (error: unknown) => {
    throw error;
  };
  const reader = new FeatureReader({
    ...{ registry, store, layouts, sources, onTransformError: fail, onStoreError: fail },
  });
  graph = await openServedGraph({ ...workspace, reader });
}, 60_000);

afterAll(async () => {
  await graph?.close();
  await app?.close();
  await workspace?.close();
  await rm(folder, { recursive: true });
});

async function push(view: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const { store: into, layouts, sourceTimes: sources, clock, registry, config } = workspace;
  const result = await pushRows({
    ...{ store: into, layouts, sources, clock, namespace: config.namespace },
    view: registry.views.get(view) as View,
    records: () =>
      rows.map((record, i) => ({
        rowNumber: i + 1,
        record: { ...record, eventTime: '2026-01-01T00:00:00Z' },
      })),
  });
  expect(result).toMatchObject({ accepted: rows.length, rejected: 0 });
}

interface Told {
  readonly data: unknown;
  readonly codes: readonly (string | undefined)[];
  readonly paths: readonly unknown[];
  readonly blocks: readonly string[];
  readonly errors: readonly { readonly extensions?: unknown }[];
}

/** Both ways of executing must tell the same. */
async function ask(
  text: string,
  scopes: readonly string[],
  anonymous = false,
  status: 'NONE' | 'VALUES' = 'NONE',
): Promise<Told> {
  const document = parse(text);
  expect(validate(graph.engine.apiSchema, document)).toEqual([]);
  const { clock, config } = workspace;
  const context = () =>
    createRequestContext({
      requestId: 'test',
      identity: { tenant: 't', namespace: config.namespace, scopes: new Set(scopes), anonymous },
      options: { maxAgeMs: new Map(), status, deadlineMs: 5000 },
      clock,
      startedMs: clock.monotonicMs(),
    });
  const prepared = graph.engine.prepare(document, text, null);
  store.reset();
  const answer = await prepared.execute({}, context());
  const blocks = store.calls
    .flat()
    .map(({ block, entityKey }) => `${block} ${entityKey}`)
    .toSorted();
  const done = await prepared.executeToBytes({}, context());
  expect('bytes' in done ? JSON.parse(done.bytes.toString()) : done).toEqual(answer);
  const errors = answer.errors ?? [];
  return {
    ...{ data: answer.data, blocks, errors },
    codes: errors.map(({ extensions }) => extensions?.code as string | undefined),
    paths: errors.map(({ path: at }) => at),
  };
}

describe('a feature that needs a scope', () => {
  it('is served to who has it, by any of its alternatives, or every scope', async () => {
    for (const scopes of [['costs'], ['audit', 'finance'], ['*'], ['costs', 'other']])
      expect(await ask('{ product(sku: "a") { cost price } }', scopes)).toMatchObject({
        data: { product: { cost: 0.5, price: 2 } },
        codes: [],
        blocks: ['shop.Product a', 'shop.Product.costs a'],
      });
  });

  it('is null with FORBIDDEN to others, reads nothing, and leaves its neighbours', async () => {
    for (const scopes of [[], ['audit'], ['finance'], ['cost'], ['COSTS']])
      expect(await ask('{ product(sku: "a") { cost price } }', scopes)).toMatchObject({
        data: { product: { cost: null, price: 2 } },
        codes: ['FORBIDDEN'],
        paths: [['product', 'cost']],
        blocks: ['shop.Product a'],
      });
  });

  it.each([
    ['an alias', '{ product(sku: "a") { price mine: cost } }', { price: 2, mine: null }],
    [
      'a fragment',
      '{ product(sku: "a") { ...F } } fragment F on Product { price cost }',
      { price: 2, cost: null },
    ],
    [
      'an inline fragment',
      '{ product(sku: "a") { price ... on Product { cost } ... { cost } } }',
      { price: 2, cost: null },
    ],
    ['a name another feature has', '{ product(sku: "a") { price: cost } }', { price: null }],
    ['nothing beside it', '{ product(sku: "a") { cost } }', { cost: null }],
    [
      'nothing beside it but its type',
      '{ product(sku: "a") { __typename cost } }',
      { __typename: 'Product', cost: null },
    ],
  ])('is denied through %s', async (_name, text, product) => {
    const told = await ask(text, []);
    expect(told.data).toEqual({ product });
    expect(told.codes).toEqual(['FORBIDDEN']);
    expect(told.blocks.filter((block) => block.includes('costs'))).toEqual([]);
  });

  it('is denied behind a reference of another domain', async () => {
    expect(await ask('{ product(sku: "a") { maker { name debt } } }', ['costs'])).toMatchObject({
      data: { product: { maker: { name: 'Acme', debt: null } } },
      codes: ['FORBIDDEN'],
      paths: [['product', 'maker', 'debt']],
    });
    expect(await ask('{ product(sku: "a") { maker { name debt } } }', ['debts'])).toMatchObject({
      data: { product: { maker: { name: 'Acme', debt: 9 } } },
    });
  });

  it('is denied once for a list, with count and indexes', async () => {
    const told = await ask('{ productList(skus: ["a", "b", "a"]) { price cost } }', []);
    expect(told.data).toEqual({
      productList: [
        { price: 2, cost: null },
        { price: 3, cost: null },
        { price: 2, cost: null },
      ],
    });
    expect(told.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', count: 3, indexes: [0, 1, 2] } }]);
  });

  it('is left out by @skip like any other, and has no status', async () => {
    expect(await ask('{ product(sku: "a") { price cost @skip(if: true) } }', [])).toMatchObject({
      data: { product: { price: 2 } },
      codes: [],
    });
    expect(await ask('{ product(sku: "a") { price cost } }', [], false, 'VALUES')).toMatchObject({
      data: { product: { price: 2, cost: null } },
      codes: ['FORBIDDEN'],
    });
  });

  it('is decided for each request of one document anew', async () => {
    const text = '{ product(sku: "b") { cost } }';
    for (const scopes of [['costs'], [], ['costs'], ['x'], ['audit', 'finance']])
      expect((await ask(text, scopes)).data).toEqual({
        product: { cost: scopes.includes('costs') || scopes.includes('audit') ? 0.7 : null },
      });
  });
});

describe('a feature that needs an identity', () => {
  it('is served to every tenant and denied where nobody is known', async () => {
    expect((await ask('{ product(sku: "a") { rank } }', [])).data).toEqual({ product: { rank: 1 } });
    expect(await ask('{ product(sku: "a") { rank price } }', [], true)).toMatchObject({
      data: { product: { rank: null, price: 2 } },
      codes: ['FORBIDDEN'],
    });
  });

  it('is denied over HTTP without a credential, by both fronts', async () => {
    const send = async () => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ product(sku: "a") { rank price cost } }' }),
      });
      return { status: response.status, body: await response.json() };
    };
    const first = await send();
    expect(first).toMatchObject({
      status: 200,
      body: {
        data: { product: { rank: null, price: 2, cost: null } },
        errors: [{ extensions: { code: 'FORBIDDEN' } }, { extensions: { code: 'FORBIDDEN' } }],
      },
    });
    expect(await send()).toEqual(first);
  });
});

describe('a subgraph that is asked for what was denied', () => {
  const ENTITIES = `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Product { price ...F } } }
    fragment F on Product { dear: cost }`;
  const PLAIN = '{ product(sku: "a") { price cost } }';

  async function askShop(text: string, scopes: readonly string[], anonymous = false) {
    const { registry, layouts, sourceWatch: sources, clock, config } = workspace;
    const fail = (error: unknown) => {
      throw error;
    };
    const reader = new FeatureReader({
      ...{ registry, store, layouts, sources, onTransformError: fail, onStoreError: fail },
    });
    const executor = new SubgraphExecutor(buildSubgraph({ reader, domain: 'shop' }), fail);
    const context = createRequestContext({
      requestId: 'test',
      identity: { tenant: 't', namespace: config.namespace, scopes: new Set(scopes), anonymous },
      options: { maxAgeMs: new Map(), status: 'NONE', deadlineMs: 5000 },
      clock,
      startedMs: clock.monotonicMs(),
    });
    store.reset();
    const variables = { keys: [{ __typename: 'Product', sku: 'a' }] };
    return executor.execute({ document: parse(text), variables, context, statuses: false });
  }

  it.each([ENTITIES, PLAIN])('refuses it whole and reads nothing: %s', async (text) => {
    const { data, errors } = await askShop(text, ['audit']);
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(store.calls).toEqual([]);
    expect((await askShop(text, ['costs'])).errors).toEqual([]);
    expect(store.calls).not.toEqual([]);
  });

  it('refuses what needs an identity to who has none', async () => {
    expect(await askShop('{ product(sku: "a") { rank } }', [], true)).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });
});
