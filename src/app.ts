import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type CompositionProblem, composeSupergraph, type Supergraph } from '../gateway/compose.ts';
import { readTrustedDocuments, TrustedDocuments } from '../gateway/documents/trusted-documents.ts';
import { createAdminServer } from '../gateway/http/admin-server.ts';
import { startApollo } from '../gateway/http/apollo.ts';
import { addExplorerRoutes, isExplorerPath } from '../gateway/http/explorer-routes.ts';
import { addGraphqlRoute } from '../gateway/http/graphql-route.ts';
import { addHealthRoutes, type Health } from '../gateway/http/health-routes.ts';
import { addIngestRoutes } from '../gateway/http/ingest-routes.ts';
import { createServer } from '../gateway/http/server.ts';
import { createHivePlanner } from '../gateway/planner/hive-planner.ts';
import { createHttpSubgraphClient } from '../gateway/remote/http-subgraph-client.ts';
import type { Config } from './config.ts';
import { systemClock } from './core/clock.ts';
import type { ListBound } from './engine/admit.ts';
import { Engine } from './engine/engine.ts';
import type { SubgraphClient } from './engine/subgraph-client.ts';
import type { Registry } from './registry/registry.ts';
import { buildSubgraph, type Subgraph } from './subgraph/build-subgraph.ts';
import type { OnInternalError } from './subgraph/format-errors.ts';
import { inProcessClient } from './subgraph/in-process-client.ts';
import { startSubgraphServer } from './subgraph/subgraph-server.ts';
import { createApiKey } from './tenancy/api-key.ts';
import { type Identity, KeyRing } from './tenancy/identity.ts';
import {
  createContextSigner,
  createContextVerifier,
  createSigningKeys,
  SIGNED_CONTEXT_HEADER,
} from './tenancy/signed-context.ts';
import type { Workspace } from './workspace.ts';

/** The composition root: from a workspace to running servers. */
export interface App {
  readonly engine: Engine;
  /** Starts to listen. */
  listen(): Promise<Addresses>;
  /** Lets running requests end, then closes what `createApp` opened; the workspace stays its owner's. */
  close(): Promise<void>;
}

export interface Addresses {
  /** `http://127.0.0.1:4000` */
  readonly url: string;
  readonly adminUrl: string;
  /** `null` where the explorer is off. */
  readonly explorerUrl: string | null;
  /** The key of the configured tenant: given by the environment, or made for this run. */
  readonly apiKey: string;
}

/** The subgraphs do not compose; nothing listens. */
export class CompositionError extends Error {
  readonly problems: readonly CompositionProblem[];
  constructor(problems: readonly CompositionProblem[]) {
    super(problems.map(({ code, message }) => `${code}: ${message}`).join('\n'));
    this.name = 'CompositionError';
    this.problems = problems;
  }
}

export async function createApp(
  workspace: Workspace,
  options: { readonly defaultQuery?: string } = {},
): Promise<App> {
  const { config, clock, logger, metrics, registry, store } = workspace;
  const supergraph = await compose(workspace);
  const clients = await createClients(workspace, supergraph);
  const engine = new Engine({
    apiSchema: supergraph.apiSchema,
    planner: createHivePlanner(supergraph.supergraphSdl),
    clients,
    isFeature: supergraph.isFeature,
    listBounds: listBoundsOf(registry),
  });
  const documents = await loadDocuments(workspace, engine);
  const apollo = await startApollo({
    engine,
    supergraphSdl: supergraph.supergraphSdl,
    clock,
    logger,
    readOptions: { deadlineMs: config.deadlineMs, knownViews: new Set(registry.views.keys()) },
    introspection: config.introspection,
  });
  const { keyRing, apiKey } = createKeys(config);
  let ending = false;
  const health = async (): Promise<Health> => ({
    ready: !ending,
    stores: { [config.store.kind]: await store.check() },
  });
  const server = createServer({
    identifier: keyRing,
    logger,
    metrics,
    clock,
    bodyLimitBytes: config.limits.bodyBytes,
    makeRequestId: () => randomUUID(),
    openPaths: (path) => path.startsWith('/health') || (config.explorer && isExplorerPath(path)),
  });
  addHealthRoutes(server, health);
  addGraphqlRoute(server, () => apollo, documents);
  await addIngestRoutes(server, {
    registry,
    store,
    layouts: workspace.layouts,
    sources: workspace.sourceTimes,
    clock,
    metrics,
  });
  if (config.explorer)
    await addExplorerRoutes(server, { apiKey, defaultQuery: options.defaultQuery ?? '{ __typename }' });
  const admin = createAdminServer(metrics, health);
  return {
    engine,
    listen: async () => {
      await workspace.sourceWatch.start([config.namespace]);
      const url = await listenOn(server, config.host, config.port, 'port');
      const adminUrl = await listenOn(admin, config.host, config.adminPort, 'adminPort').catch(
        async (error) => {
          await server.close();
          throw error;
        },
      );
      return { url, adminUrl, explorerUrl: config.explorer ? `${url}/` : null, apiKey };
    },
    close: async () => {
      ending = true;
      await server.close();
      await apollo.stop();
      await admin.close();
      for (const client of clients.values()) await client.close();
    },
  };
}

/** One domain as a server of its own, which answers the gateway's signed requests only. */
export async function createSubgraphApp(
  workspace: Workspace,
  domainName: string,
): Promise<{ listen(): Promise<{ readonly url: string }>; close(): Promise<void> }> {
  const { config, clock, registry, store } = workspace;
  if (!registry.domains.some(({ name }) => name === domainName)) {
    throw new Error(
      `No domain ${domainName} in ${config.schemaFolder}; expected one of ${registry.domains.map(({ name }) => name).join(', ')}.`,
    );
  }
  const subgraph = subgraphOf(workspace, domainName);
  const { publicKeyPem } = await signingKeys(config);
  const verifier = createContextVerifier(publicKeyPem, domainName, clock, systemClock);
  let running: Awaited<ReturnType<typeof startSubgraphServer>> | null = null;
  return {
    listen: async () => {
      await workspace.sourceWatch.start([config.namespace]);
      running = await startSubgraphServer({
        subgraph,
        host: config.host,
        port: config.port,
        authenticate: (headers, body) => verifier.verify(headerOf(headers[SIGNED_CONTEXT_HEADER]), body),
        checkStore: () => store.check(),
        onInternalError: internalErrorLog(workspace),
      });
      return { url: running.url };
    },
    close: async () => running?.close(),
  };
}

/** @throws CompositionError */
async function compose(workspace: Workspace): Promise<Supergraph> {
  const { config, registry } = workspace;
  const own = registry.domains.map((domain) => ({
    name: domain.name,
    url: config.subgraphs[domain.name]?.url ?? `in-process:${domain.name}`,
    sdl: domain.federatedSdl,
  }));
  const foreign = await Promise.all(
    Object.entries(config.subgraphs)
      .filter(([name]) => !registry.domains.some((domain) => domain.name === name))
      .map(async ([name, { url, sdlFile }]) => {
        if (sdlFile === undefined)
          throw new Error(`subgraphs.${name} is not in the schema folder; expected its sdlFile.`);
        return { name, url, sdl: await readFile(sdlFile, 'utf8') };
      }),
  );
  const composition = composeSupergraph([...own, ...foreign]);
  if (!composition.ok) throw new CompositionError(composition.problems);
  return composition.supergraph;
}

async function createClients(
  workspace: Workspace,
  supergraph: Supergraph,
): Promise<ReadonlyMap<string, SubgraphClient>> {
  const { config, registry } = workspace;
  const clients = new Map<string, SubgraphClient>();
  const remote = Object.keys(config.subgraphs).length > 0;
  const signer = remote ? createContextSigner((await signingKeys(config)).privateKeyPem, systemClock) : null;
  for (const { name } of supergraph.facts.subgraphs) {
    const domain = registry.domains.find((one) => one.name === name);
    const elsewhere = config.subgraphs[name];
    if (elsewhere !== undefined) {
      const own = elsewhere.own ?? domain !== undefined;
      clients.set(
        name,
        createHttpSubgraphClient({
          name,
          url: elsewhere.url,
          own,
          responseMaxBytes: config.limits.subgraphResponseBytes,
          sign: async (body, context) => (own && signer !== null ? signer.sign(context, name, body) : {}),
        }),
      );
    } else if (domain !== undefined) {
      clients.set(name, inProcessClient(subgraphOf(workspace, name), internalErrorLog(workspace)));
    }
  }
  return clients;
}

/** A document that no longer fits the schema costs its own clients, and not the start of the server. */
async function loadDocuments({ config, logger }: Workspace, engine: Engine): Promise<TrustedDocuments> {
  const { manifest } = config.documents;
  if (manifest === undefined) return TrustedDocuments.NONE;
  const documents = await readTrustedDocuments(manifest);
  for (const problem of documents.prepareAll(engine.apiSchema, (document, text) =>
    engine.prepare(document, text, null),
  ))
    logger.error({ ...problem, manifest }, 'a document of the manifest cannot be served');
  return documents;
}

function subgraphOf(workspace: Workspace, domain: string): Subgraph {
  const code = workspace.sources.find(({ name }) => name === domain)?.code;
  return buildSubgraph({ reader: workspace.reader, domain, resolvers: code?.resolvers ?? {} });
}

function internalErrorLog({ logger }: Workspace): OnInternalError {
  return (error, where) => logger.error({ err: error, ...where }, 'a subgraph failed');
}

function listBoundsOf(registry: Registry): ReadonlyMap<string, ListBound> {
  const bounds = new Map<string, ListBound>();
  for (const domain of registry.domains) {
    for (const lookup of domain.lookups.values()) {
      const argument = lookup.arguments[0];
      if (lookup.kind === 'list' && argument !== undefined)
        bounds.set(lookup.field, { argument, maxKeys: lookup.maxKeys });
    }
  }
  return bounds;
}

function createKeys(config: Config): { readonly keyRing: KeyRing; readonly apiKey: string } {
  const identity: Identity = {
    tenant: config.tenant,
    namespace: config.namespace,
    scopes: new Set(),
    anonymous: false,
  };
  const keyRing = new KeyRing(
    randomBytes,
    config.identity.anonymous ? { ...identity, anonymous: true } : null,
  );
  const apiKey = config.apiKey ?? createApiKey(randomBytes).text;
  keyRing.add(apiKey, identity);
  return { keyRing, apiKey };
}

/**
 * The keys that the configuration gives, or a pair kept in the data folder: enough for a gateway and subgraphs
 * that share it. Elsewhere each gets its own half.
 */
async function signingKeys(
  config: Config,
): Promise<{ readonly privateKeyPem: string; readonly publicKeyPem: string }> {
  const { privateKeyPem, publicKeyPem } = config.signing;
  if (privateKeyPem !== null || publicKeyPem !== null) {
    return { privateKeyPem: privateKeyPem ?? '', publicKeyPem: publicKeyPem ?? '' };
  }
  const file = path.join(config.dataFolder, 'signing-keys.json');
  if (!existsSync(file)) {
    await mkdir(config.dataFolder, { recursive: true });
    // `wx`: of two processes that start at once one writes, and both read what it wrote.
    await writeFile(file, JSON.stringify(createSigningKeys()), { mode: 0o600, flag: 'wx' }).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  return JSON.parse(await readFile(file, 'utf8'));
}

async function listenOn(
  server: FastifyInstance,
  host: string,
  port: number,
  setting: string,
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${port} is in use. Stop what listens there, or choose another by --${setting === 'port' ? 'port' : 'admin-port'}.`,
    );
  }
}

function headerOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
