import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { createAdminServer } from '../gateway/http/admin-server.ts';
import { addExplorerRoutes, isExplorerPath } from '../gateway/http/explorer-routes.ts';
import { addGraphqlRoute } from '../gateway/http/graphql-route.ts';
import { addHealthRoutes, type Health } from '../gateway/http/health-routes.ts';
import { addIngestRoutes } from '../gateway/http/ingest-routes.ts';
import { createServer } from '../gateway/http/server.ts';
import type { Config } from './config.ts';
import { DEADLINE_MAX_MS } from './core/bounds.ts';
import type { Engine } from './engine/engine.ts';
import { openServedGraph, type ServedGraph } from './served-graph.ts';
import { createApiKey } from './tenancy/api-key.ts';
import { type Identity, KeyRing } from './tenancy/identity.ts';
import { reloadSchema, type Workspace } from './workspace.ts';

/** The composition root: from a workspace to running servers. */
export interface App {
  /** Of the graph that is served now. */
  readonly engine: Engine;
  /** Starts to listen. */
  listen(): Promise<Addresses>;
  /**
   * Reads the schema folder again and serves what it says from then on; running requests end on the old graph.
   * @throws SchemaError or CompositionError; the old graph then stays.
   */
  reload(): Promise<void>;
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

export interface AppOptions {
  /** What the explorer's first tab shows. */
  readonly defaultQuery?: string;
}

/** No request of a replaced graph runs longer than the longest deadline; then what it needs may be closed. */
const REPLACED_GRAPH_LIFE_MS = DEADLINE_MAX_MS;

export async function createApp(workspace: Workspace, options: AppOptions = {}): Promise<App> {
  const { config } = workspace;
  let graph = await openServedGraph(workspace);
  const replaced = new Set<ServedGraph>();
  const { keyRing, apiKey } = createKeys(config);
  let ending = false;
  const health = async (): Promise<Health> => ({
    ready: !ending,
    stores: await workspace.databases.check(),
  });
  const server = await createFront(workspace, () => graph, keyRing, health);
  if (config.explorer)
    addExplorerRoutes(server, {
      // Whoever can open the page can read the key in it: on this machine alone that is nobody else.
      apiKey: isLoopback(config.host) ? apiKey : null,
      defaultQuery: options.defaultQuery ?? '{ __typename }',
    });
  const admin = createAdminServer(workspace.metrics, health);
  return {
    get engine() {
      return graph.engine;
    },
    listen: async () => {
      await workspace.sourceWatch.start([config.namespace]);
      const url = await listenOn(server, config.host, config.port, '--port');
      const adminUrl = await listenOn(admin, config.host, config.adminPort, '--admin-port').catch(
        async (error) => {
          await server.close();
          throw error;
        },
      );
      return { url, adminUrl, explorerUrl: config.explorer ? `${url}/` : null, apiKey };
    },
    reload: async () => {
      const next = await openServedGraph(await reloadSchema(graph.workspace));
      retire(graph, replaced);
      graph = next;
    },
    close: async () => {
      ending = true;
      await server.close();
      await admin.close();
      for (const one of [graph, ...replaced]) await one.close();
      replaced.clear();
    },
  };
}

/** Closes a graph once nothing can run on it any more. */
function retire(graph: ServedGraph, replaced: Set<ServedGraph>): void {
  replaced.add(graph);
  setTimeout(() => {
    if (replaced.delete(graph)) void graph.close();
  }, REPLACED_GRAPH_LIFE_MS).unref();
}

async function createFront(
  workspace: Workspace,
  graph: () => ServedGraph,
  identifier: KeyRing,
  health: () => Promise<Health>,
): Promise<FastifyInstance> {
  const { config, clock, logger, metrics } = workspace;
  const server = createServer({
    ...{ identifier, logger, metrics, clock },
    bodyLimitBytes: config.limits.bodyBytes,
    makeRequestId: () => randomUUID(),
    openPaths: (path) => path.startsWith('/health') || (config.explorer && isExplorerPath(path)),
  });
  addHealthRoutes(server, health);
  addGraphqlRoute(server, graph);
  await addIngestRoutes(server, {
    registry: () => graph().workspace.registry,
    ...{ clock, metrics, store: workspace.store, layouts: workspace.layouts, sources: workspace.sourceTimes },
  });
  return server;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
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

async function listenOn(
  server: FastifyInstance,
  host: string,
  port: number,
  option: string,
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${port} is in use. Stop what listens there, or choose another by ${option}.`);
  }
}
