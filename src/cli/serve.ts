import { createApp } from '../app.ts';
import type { Config } from '../config.ts';
import type { Addresses } from '../front.ts';
import { createSupergraphApp } from '../supergraph-app.ts';
import { openWorkspace } from '../workspace.ts';
import { watchForEnding } from './ending.ts';
import { note, paint } from './output.ts';
import { reloadOnChange } from './reload-on-change.ts';
import type { SchemaWatch } from './watch-schema.ts';

/** Runs the gateway, with every domain that does not run elsewhere, until it is ended. */
export async function serveGateway(
  config: Config,
  { watch }: { readonly watch: boolean } = { watch: false },
): Promise<void> {
  if (config.supergraph !== undefined) return serveSupergraph(config, config.supergraph);
  const ending = watchForEnding();
  const workspace = await openWorkspace(config);
  const app = await createApp(workspace).catch(async (error: unknown) => {
    await workspace.close();
    throw error;
  });
  let watching: SchemaWatch | null = null;
  const closeAll = async (): Promise<void> => {
    watching?.close();
    await app.close();
    await workspace.close();
  };
  const addresses = await app.listen().catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  tellAddresses(config, addresses);
  if (watch) {
    watching = reloadOnChange(app, config.schemaFolder);
    note(`  Schema     ${config.schemaFolder} (watched: a change is served at once)`);
  }
  note('\nCtrl-C ends it.');
  await ending.wanted;
  await ending.close(closeAll);
}

/** Runs the gateway over a supergraph that was composed elsewhere, until it is ended. */
async function serveSupergraph(config: Config, location: string): Promise<void> {
  const ending = watchForEnding();
  const app = await createSupergraphApp(config, location);
  const addresses = await app.listen().catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  tellAddresses(config, addresses);
  note(`  Supergraph ${location}\n\nCtrl-C ends it.`);
  await ending.wanted;
  await ending.close(() => app.close());
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
