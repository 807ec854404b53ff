/** How a gateway runs until it is ended: alone, as one of several workers, or above them. */
import { createApp } from '../app.ts';
import type { Config } from '../config.ts';
import type { Addresses } from '../front.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createSupergraphApp } from '../supergraph-app.ts';
import { openWorkspace } from '../workspace.ts';
import { type Ending, watchForEnding } from './ending.ts';
import { holdAlone } from './hold-alone.cjs';
import { note, paint } from './output.ts';
import { reloadOnChange } from './reload-on-change.ts';
import { watchSchema } from './watch-schema.ts';
import { serveByWorkers } from './workers/serve-by-workers.ts';
import { isWorker, standAsWorker, type Tellers } from './workers/worker-link.ts';

export interface ServeOptions {
  readonly watch?: boolean;
  /** Processes that share the port; one where not given. */
  readonly workers?: number;
}

/** Runs the gateway, with every domain that does not run elsewhere, until it is ended. */
export async function serveGateway(
  config: Config,
  { watch = false, workers = 1 }: ServeOptions = {},
): Promise<void> {
  if (workers > 1 && !isWorker())
    return serveByWorkers(config, workers, (addresses) => {
      tellAddresses(config, addresses);
      if (config.supergraph !== undefined) tellSupergraph(config.supergraph);
    });
  if (config.supergraph !== undefined) return serveSupergraph(config, config.supergraph);
  const ending = watchForEnding();
  const watching = watch ? watchSchema(config.schemaFolder) : null;
  const workspace = await openWorkspace(config);
  const app = await createApp(workspace, { admin: !isWorker() }).catch(async (error: unknown) => {
    await workspace.close();
    throw error;
  });
  const closeAll = async (): Promise<void> => {
    watching?.close();
    await app.close();
    await workspace.close();
  };
  const addresses = await app.listen().catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  if (isWorker()) return runWorker(ending, addresses, tellersOf(app, workspace.metrics), closeAll);
  tellAddresses(config, addresses);
  if (watching !== null) {
    reloadOnChange(app, watching);
    note(`  Schema     ${config.schemaFolder} (watched: a change is served at once)`);
    await tellShared(config.dataFolder);
  }
  note('\nCtrl-C ends it.');
  await ending.wanted;
  await ending.close(closeAll);
}

/** Two at once do no harm, and are seldom meant: held until this process ends. */
async function tellShared(dataFolder: string): Promise<void> {
  if ((await holdAlone(`dev in ${dataFolder}`)) !== null) return;
  note(
    `  Data       ${dataFolder} (another \`featuregraph dev\` uses it, too: both serve and write the same rows)`,
  );
}

/** Runs the gateway over a supergraph that was composed elsewhere, until it is ended. */
async function serveSupergraph(config: Config, location: string): Promise<void> {
  const ending = watchForEnding();
  const app = await createSupergraphApp(config, location, { admin: !isWorker() });
  const addresses = await app.listen().catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  if (isWorker()) return runWorker(ending, addresses, tellersOf(app, app.metrics), () => app.close());
  tellAddresses(config, addresses);
  tellSupergraph(location);
  note('\nCtrl-C ends it.');
  await ending.wanted;
  await ending.close(() => app.close());
}

/** One of several that the primary has started and tells to end. */
async function runWorker(
  ending: Ending,
  addresses: Addresses,
  tellers: Tellers,
  closeAll: () => Promise<void>,
): Promise<void> {
  standAsWorker(addresses, tellers);
  await ending.wanted;
  await ending.close(closeAll);
  // The channel to the primary would hold it.
  process.exit();
}

function tellersOf(app: Pick<Tellers, 'health'>, { registry }: Metrics): Tellers {
  return { health: () => app.health(), metrics: () => registry.getMetricsAsJSON() };
}

function tellSupergraph(location: string): void {
  note(`  Supergraph ${location}`);
}

function tellAddresses(config: Config, addresses: Addresses): void {
  note(`\n  GraphQL    ${paint.bold(`${addresses.url}/graphql`)}`);
  if (addresses.explorerUrl !== null) note(`  Explorer   ${addresses.explorerUrl}`);
  note(`  Metrics    ${addresses.adminUrl}/metrics`);
  // A key that the operator gave is known to him and belongs in no log.
  if (config.apiKey !== null) return;
  note(
    `  API key    ${addresses.apiKey ?? 'none is made; `featuregraph tenant key create` makes one that lasts'}`,
  );
}
