/** What is attacked: a gateway and a subgraph, each a process started by the product's own command, over one store. */
import { type JsonWebKey, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { exportJWK, generateKeyPair } from 'jose';
import { loadConfig } from '../../src/config.ts';
import { systemClock } from '../../src/core/clock.ts';
import { pushRows } from '../../src/ingestion/push.ts';
import { readPepper } from '../../src/pepper.ts';
import type { View } from '../../src/registry/registry.ts';
import { openServedGraph } from '../../src/served-graph.ts';
import { signingKeys } from '../../src/signing-keys.ts';
import { Administration } from '../../src/tenancy/administration.ts';
import { type ContextSigner, createContextSigner } from '../../src/tenancy/signed-context.ts';
import { openWorkspace, type Workspace } from '../../src/workspace.ts';
import type { RedisServer } from '../services/redis.ts';
import { type ServerProcess, startServer } from '../services/server-process.ts';
import { budgetConfig, makeBudgetTenants } from './budget-tenants.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const READY_WITHIN_MS = 120_000;

/** What a team's code throws, and what of it must be seen nowhere. */
export const THROWN = 'db://user:pw-canary@h/orders';
export const THROWN_SECRET = 'pw-canary';
/** Values of a feature that is tagged `pii`. */
export const PII = 'pii-canary-Ada-Lovelace';
/** A resolver prints it when it runs. */
export const RAN = 'the resolver ran';

const SDL = `
"Something we sell."
type Item @key(fields: "id") @view(name: "item_facts") @view(name: "item_costs", block: "costs") {
  id: ID!
  "Its name."
  name: String @feature(view: "item_facts", maxBytes: 500)
  "What it costs the buyer."
  price: Float @feature(view: "item_facts")
  "How many there are."
  stock: Int @feature(view: "item_facts")
  "Who bought it last."
  buyer: String @feature(view: "item_facts", maxBytes: 100) @tag(name: "pii")
  "When who bought it was born."
  born: DateTime @feature(view: "item_facts") @tag(name: "pii")
  "What it costs us."
  cost: Float @feature(view: "item_costs") @requiresScopes(scopes: [["costs"]])
  "Fails."
  broken: Float @onDemand(transform: "broken", inputs: ["price"])
  "Fails, too."
  thrown: String
  "Tells that it ran."
  ran: String
}
type Query {
  item(id: ID!): Item @lookup
  itemList(ids: [ID!]!): [Item] @lookup(maxKeys: 1000)
}
`;
const CODE = `
export const transforms = {
  broken: { inputs: { price: 'Float' }, output: 'Float', compute() { throw new Error('${THROWN}'); } },
};
export const resolvers = {
  Item: {
    thrown: () => { throw new Error('${THROWN}', { cause: new Error('${THROWN}') }); },
    ran: () => { process.stdout.write('${RAN}\\n'); return 'yes'; },
  },
};
`;

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'featuregraph';
/** Calls that write, of one tenant in a second. */
export const WRITES_PER_SECOND = 10;

export interface Target {
  readonly folder: string;
  readonly configFile: string;
  readonly url: string;
  readonly adminUrl: string;
  readonly subgraphUrl: string;
  /** What clients see of the graph. */
  readonly apiSchema: GraphQLSchema;
  readonly gateway: ServerProcess;
  readonly subgraph: ServerProcess;
  readonly signer: ContextSigner;
  /** PEM of the gateway's key. */
  privateKey(): string;
  /** By what they are for: see `makeTenants`. */
  readonly keys: Readonly<Record<KeyName, string>>;
  /** Where budgets are kept, and keys of `budget-tenants.ts`; `null` where there are no budgets. */
  readonly budgets: { readonly redis: RedisServer; readonly keys: Readonly<Record<string, string>> } | null;
  readonly jwtKey: CryptoKey;
  readonly jwtPublicJwk: JsonWebKey;
  /** All that both processes printed. */
  log(): string;
  close(): Promise<void>;
}

type KeyName = 'reader' | 'scoped' | 'writer' | 'writerAgain' | 'stranger' | 'expired' | 'revoked' | 'braces';

/** @param redis its own, for budgets, and the caller's to stop; without it there are none. */
export async function startTarget(redis: RedisServer | null = null): Promise<Target> {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-hostile-'));
  mkdirSync(path.join(folder, 'schema'));
  writeFileSync(path.join(folder, 'schema/shop.graphql'), SDL);
  writeFileSync(path.join(folder, 'schema/shop.ts'), CODE);
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwtPublicJwk: JsonWebKey = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'EdDSA' };
  writeFileSync(path.join(folder, 'jwks.json'), JSON.stringify({ keys: [jwtPublicJwk] }));
  const configFile = path.join(folder, 'featuregraph.config.ts');
  const ofBudgets = redis === null ? {} : budgetConfig(folder, redis);
  writeFileSync(configFile, `export default ${JSON.stringify({ ...CONFIG, ...ofBudgets })};\n`);
  const config = await loadConfig({ cwd: folder, env: {} });
  const workspace = await openWorkspace(config);
  const keys = await fill(workspace);
  const budgets =
    redis === null ? null : { redis, keys: await makeBudgetTenants(await administrationOf(workspace)) };
  const graph = await openServedGraph(workspace);
  const { apiSchema } = graph.engine;
  await graph.close();
  const { privateKeyPem } = await signingKeys(config);
  await workspace.close();
  const gateway = await start('gateway', configFile);
  const subgraph = await start('subgraph', configFile, 'shop');
  const read = (server: ServerProcess): string =>
    readFileSync(path.join(server.folder, 'server.log'), 'utf8');
  const find = (server: ServerProcess, pattern: RegExp): string => pattern.exec(read(server))?.[1] ?? '';
  return {
    ...{ apiSchema, folder, configFile, gateway, subgraph, keys, budgets, jwtPublicJwk, jwtKey: privateKey },
    url: find(gateway, /GraphQL\s+(\S+)\/graphql/),
    adminUrl: find(gateway, /Metrics\s+(\S+)\/metrics/),
    subgraphUrl: find(subgraph, /(http:\S+\/graphql)/),
    signer: createContextSigner(privateKeyPem, systemClock),
    privateKey: () => privateKeyPem,
    log: () => read(gateway) + read(subgraph),
    close: async () => {
      await gateway.stop();
      await subgraph.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

const CONFIG = {
  ...{ port: 0, adminPort: 0, deadlineMs: 20_000, logging: { level: 'info' } },
  identity: { jwt: { issuer: ISSUER, audience: AUDIENCE, keySetFile: 'jwks.json' } },
  limits: { writeCallsPerSecond: WRITES_PER_SECOND },
};

function start(command: string, configFile: string, ...more: string[]): Promise<ServerProcess> {
  const main = path.join(REPOSITORY, 'src/cli/main.ts');
  return startServer({
    ...{ name: command, program: process.execPath },
    args: () => ['--no-warnings', main, command, ...more, '--config', configFile],
    isReady: (log) => log.includes('Ctrl-C ends it.'),
    readyWithinMs: READY_WITHIN_MS,
  });
}

async function fill(workspace: Workspace): Promise<Target['keys']> {
  for (const namespace of ['reader', 'stranger']) {
    const eventTime = new Date(systemClock.nowMs() - 60_000).toISOString();
    const facts = { name: `of ${namespace}`, price: 2, stock: 3, buyer: PII, born: null, eventTime };
    await push(workspace, namespace, 'item_facts', [
      { id: 'a', ...facts },
      { id: namespace === 'stranger' ? 'theirs' : 'b', ...facts },
    ]);
    await push(workspace, namespace, 'item_costs', [{ id: 'a', cost: 0.5, eventTime }]);
  }
  return makeTenants(workspace);
}

async function push(
  { store, layouts, sourceTimes: sources, clock, registry }: Workspace,
  namespace: string,
  view: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  const result = await pushRows({
    ...{ store, layouts, sources, clock, namespace, view: registry.views.get(view) as View },
    records: () => rows.map((record, i) => ({ rowNumber: i + 1, record })),
  });
  if (result.accepted !== rows.length) throw new Error(JSON.stringify(result.reports[0]));
}

async function administrationOf({ tenants: store, config }: Workspace): Promise<Administration> {
  return new Administration({
    store,
    pepper: await readPepper(config),
    ...{ randomBytes, wallClock: systemClock },
  });
}

async function makeTenants(workspace: Workspace): Promise<Target['keys']> {
  const { tenants } = workspace;
  const administration = await administrationOf(workspace);
  const make = async (tenant: string, scopes: string[] = [], writes: string[] = []) => {
    await administration.createTenant(tenant, { namespaces: [], scopes, writes });
    return (await administration.createKey({ tenant })).text;
  };
  const reader = await make('reader');
  const scoped = await make('scoped', ['costs'], ['item_facts']);
  const writer = await make('writer', [], ['item_facts']);
  const writerAgain = (await administration.createKey({ tenant: 'writer' })).text;
  const stranger = await make('stranger');
  const braces = await make('}{');
  const expired = (await administration.createKey({ tenant: 'reader', lifeMs: 1 })).text;
  const revoked = (await administration.createKey({ tenant: 'reader' })).text;
  await administration.revokeKey(revoked.split('_')[1] as string);
  const { revision } = await tenants.load();
  await tenants.change(revision, new Map([['tenant/}{', '}{ is no JSON']]));
  return { reader, scoped, writer, writerAgain, stranger, braces, expired, revoked };
}
