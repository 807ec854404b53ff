import type { Health } from '../gateway/http/health-routes.ts';
import { addIngestRoutes } from '../gateway/http/ingest-routes.ts';
import { GraphSwitch } from '../gateway/reload/graph-switch.ts';
import { DEADLINE_MAX_MS } from './core/bounds.ts';
import { openCredentials } from './credentials.ts';
import type { Engine } from './engine/engine.ts';
import { type Addresses, createFront } from './front.ts';
import { openAudit } from './open-audit.ts';
import { openBudgets } from './open-budgets.ts';
import { openUsage } from './open-usage.ts';
import { openServedGraph } from './served-graph.ts';
import { CallRate } from './tenancy/call-rate.ts';
import { reloadSchema, type Workspace } from './workspace.ts';

/** The composition root: from a workspace to running servers. */
export interface App {
  /** Of the graph that is served now. */
  readonly engine: Engine;
  /** As the admin port tells it. */
  health(): Promise<Health>;
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

export interface AppOptions {
  /** What the explorer's first tab shows. */
  readonly defaultQuery?: string;
  /** Whether to have an admin port, unless told otherwise. */
  readonly admin?: boolean;
}

export async function createApp(workspace: Workspace, options: AppOptions = {}): Promise<App> {
  const { config, clock, logger, metrics } = workspace;
  const graphs = new GraphSwitch(await openServedGraph(workspace), DEADLINE_MAX_MS, (error) =>
    logger.error({ err: error }, 'a replaced graph could not be closed'),
  );
  const audit = await openAudit(config);
  const credentials = await openCredentials(config, workspace.tenants, logger);
  const usage = openUsage(config, logger, metrics);
  const { directory } = credentials;
  const budgets = openBudgets(config, workspace.databases.budgets, { directory, logger, metrics });
  const front = createFront({
    ...{ config, credentials, clock, logger, metrics, usage, budgets },
    graph: () => graphs.current,
    checkStores: () => workspace.databases.check(),
    ...{ defaultQuery: options.defaultQuery, admin: options.admin },
  });
  graphs.watch(front.server);
  await addIngestRoutes(front.server, {
    registry: () => graphs.current.workspace.registry,
    bodyMaxBytes: config.limits.pushBodyBytes,
    callRate: new CallRate(config.limits.writeCallsPerSecond, clock),
    ...{
      audit,
      clock,
      metrics,
      store: workspace.store,
      layouts: workspace.layouts,
      sources: workspace.sourceTimes,
    },
  });
  return {
    get engine() {
      return graphs.current.engine;
    },
    health: () => front.health(),
    listen: async () => {
      await workspace.sourceWatch.start([config.namespace]);
      return front.listen();
    },
    reload: async () => {
      graphs.switchTo(await openServedGraph(await reloadSchema(graphs.current.workspace)));
    },
    close: async () => {
      await front.close();
      await usage?.close();
      await budgets?.close();
      credentials.close();
      audit.close();
      await graphs.close();
    },
  };
}
