import { addIngestRoutes } from '../gateway/http/ingest-routes.ts';
import { DEADLINE_MAX_MS } from './core/bounds.ts';
import type { Engine } from './engine/engine.ts';
import { type Addresses, createFront } from './front.ts';
import { openServedGraph, type ServedGraph } from './served-graph.ts';
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

export interface AppOptions {
  /** What the explorer's first tab shows. */
  readonly defaultQuery?: string;
}

/** No request of a replaced graph runs longer than the longest deadline; then what it needs may be closed. */
const REPLACED_GRAPH_LIFE_MS = DEADLINE_MAX_MS;

export async function createApp(workspace: Workspace, options: AppOptions = {}): Promise<App> {
  const { config, clock, logger, metrics } = workspace;
  let graph = await openServedGraph(workspace);
  const replaced = new Set<ServedGraph>();
  const front = createFront({
    ...{ config, clock, logger, metrics },
    graph: () => graph,
    checkStores: () => workspace.databases.check(),
    defaultQuery: options.defaultQuery,
  });
  await addIngestRoutes(front.server, {
    registry: () => graph.workspace.registry,
    ...{ clock, metrics, store: workspace.store, layouts: workspace.layouts, sources: workspace.sourceTimes },
  });
  return {
    get engine() {
      return graph.engine;
    },
    listen: async () => {
      await workspace.sourceWatch.start([config.namespace]);
      return front.listen();
    },
    reload: async () => {
      const next = await openServedGraph(await reloadSchema(graph.workspace));
      retire(graph, replaced);
      graph = next;
    },
    close: async () => {
      await front.close();
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
