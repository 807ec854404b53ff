/** The servers that stand before a graph: the clients' port and the operator's port. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { createAdminServer } from '../gateway/http/admin-server.ts';
import { addExplorerRoutes, isExplorerPath } from '../gateway/http/explorer-routes.ts';
import { type AskedGraph, addGraphqlRoute } from '../gateway/http/graphql-route.ts';
import { addHealthRoutes, type Health } from '../gateway/http/health-routes.ts';
import { createServer } from '../gateway/http/server.ts';
import type { SettleParts } from '../gateway/http/settle-request.ts';
import type { Config } from './config.ts';
import type { Clock } from './core/clock.ts';
import { systemRandom } from './core/random.ts';
import type { Credentials } from './credentials.ts';
import type { Logger } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';
import type { Budgets } from './tenancy/budget/budgets.ts';
import { meteredCost } from './tenancy/cost/metered-cost.ts';
import { nodeEventLoop } from './tenancy/fairness/event-loop.ts';
import { WorkGate } from './tenancy/fairness/work-gate.ts';
import type { UsageRecorder } from './tenancy/usage/usage-recorder.ts';

export interface Addresses {
  /** `http://127.0.0.1:4000` */
  readonly url: string;
  /** `null` where another process has the admin port for all. */
  readonly adminUrl: string | null;
  /** `null` where the explorer is off. */
  readonly explorerUrl: string | null;
  /** The key of the configured tenant: given by the environment, or made for this run; `null` where there is none. */
  readonly apiKey: string | null;
}

export interface FrontOptions {
  readonly config: Config;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Asked at each request: a reload takes effect at once. */
  readonly graph: () => AskedGraph;
  /** State of what stands behind the graph, for the health endpoints. */
  readonly checkStores: () => Promise<Health['stores']>;
  /** `null` where nothing is kept of what answers cost. */
  readonly usage: UsageRecorder | null;
  /** `null` where nobody has one. */
  readonly budgets: Budgets | null;
  /** What the explorer's first tab shows. */
  readonly defaultQuery?: string | undefined;
  /** Whether to have an admin port, unless told otherwise. */
  readonly admin?: boolean | undefined;
}

function settlingOf({ usage, budgets, config: { cost } }: FrontOptions): SettleParts | null {
  if (usage === null && budgets === null) return null;
  return {
    budgets,
    priceOf: ({ usage: used, options }, bytes) => meteredCost(used, bytes, cost.weights, options),
    record: usage === null ? null : (settled, done) => usage.record(settled, done),
  };
}

function openGate({ config, budgets, clock, metrics }: FrontOptions): WorkGate {
  return new WorkGate({
    ...{ clock, metrics, loop: nodeEventLoop, limits: config.overload, deadlineMs: config.deadlineMs },
    random: systemRandom,
    weightOf: (tenant) => budgets?.settingsOf(tenant)?.weight ?? 1,
    bestPriorityOf: (tenant) => budgets?.settingsOf(tenant)?.bestPriority ?? 'INTERACTIVE',
  });
}

export interface Front {
  /** For routes beside the graph's, before it listens. */
  readonly server: FastifyInstance;
  /** As the admin port tells it. */
  health(): Promise<Health>;
  listen(): Promise<Addresses>;
  /** Answers until clients had the time to go elsewhere, lets running requests end, and closes. */
  close(): Promise<void>;
}

export function createFront(options: FrontOptions): Front {
  const { config, clock, logger, metrics, graph } = options;
  const { identifier, startKey: apiKey } = options.credentials;
  let ending = false;
  let listening = false;
  const health = async (): Promise<Health> => ({ ready: !ending, stores: await options.checkStores() });
  const gate = openGate(options);
  const server = createServer({
    ...{ identifier, logger, metrics, clock, gate },
    bodyLimitBytes: config.limits.bodyBytes,
    makeRequestId: () => randomUUID(),
    isDraining: () => ending,
    settling: settlingOf(options),
    openPaths: (path) => path.startsWith('/health') || (config.explorer && isExplorerPath(path)),
  });
  addHealthRoutes(server, health);
  addGraphqlRoute(server, graph, config.documents, { budgets: options.budgets, gate });
  if (config.explorer)
    addExplorerRoutes(server, {
      // Whoever can open the page can read the key in it: on this machine alone that is nobody else.
      apiKey: isLoopback(config.host) ? apiKey : null,
      defaultQuery: options.defaultQuery ?? '{ __typename }',
    });
  const admin = options.admin === false ? null : createAdminServer(metrics.registry, health);
  const listenForOperators = async (): Promise<string | null> => {
    if (admin === null) return null;
    return listenOn(admin, config.host, config.adminPort, '--admin-port').catch(async (error: unknown) => {
      await server.close();
      throw error;
    });
  };
  return {
    server,
    health,
    listen: async () => {
      const url = await listenOn(server, config.host, config.port, '--port');
      listening = true;
      const adminUrl = await listenForOperators();
      return { url, adminUrl, explorerUrl: config.explorer ? `${url}/` : null, apiKey };
    },
    close: async () => {
      ending = true;
      // Meanwhile whoever distributes requests sees that it is not ready, and clients are told to go elsewhere.
      if (listening) await pause(config.drainMs);
      await server.close();
      await admin?.close();
    },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** @param option that chooses the port. @throws Error that says what to do where it is in use. */
export async function listenOn(
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
