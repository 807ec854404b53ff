/**
 * A gateway alone: over a supergraph that was composed elsewhere, whose subgraphs are all asked over HTTP. It knows
 * no schema folder, no registry and no store.
 */
import { loadSupergraph, type Supergraph } from '../gateway/compose.ts';
import { readSupergraph } from '../gateway/read-supergraph.ts';
import type { Config } from './config.ts';
import { fixedClock, systemClock } from './core/clock.ts';
import type { SubgraphClient } from './engine/subgraph-client.ts';
import { type Addresses, createFront } from './front.ts';
import { createLogger } from './observability/logger.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { openServedSupergraph, remoteClient } from './served-supergraph.ts';
import { signingKeys } from './signing-keys.ts';
import { createContextSigner } from './tenancy/signed-context.ts';

export interface SupergraphApp {
  listen(): Promise<Addresses>;
  /** Lets running requests end. */
  close(): Promise<void>;
}

/**
 * @param location file or address of the supergraph.
 * @throws Error that says what to do, when it cannot be read or served.
 */
export async function createSupergraphApp(config: Config, location: string): Promise<SupergraphApp> {
  const clock = config.clockAtMs === null ? systemClock : fixedClock(config.clockAtMs);
  const logger = createLogger(config.logging.level);
  const metrics = createMetrics();
  const supergraph = load(await readSupergraph(location), location);
  const graph = await openServedSupergraph({
    ...{ config, clock, logger, supergraph },
    clients: await clientsOf({ config, metrics }, supergraph),
    listBounds: new Map(),
    knownViews: null,
  });
  const front = createFront({
    ...{ config, clock, logger, metrics },
    graph: () => graph,
    checkStores: async () => ({}),
  });
  return {
    listen: () => front.listen(),
    close: async () => {
      await front.close();
      await graph.close();
    },
  };
}

function load(supergraphSdl: string, location: string): Supergraph {
  try {
    return loadSupergraph(supergraphSdl);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`supergraph: what ${location} has cannot be served. ${reason}`, { cause });
  }
}

/** A subgraph is asked where the supergraph says, unless the configuration knows better. */
async function clientsOf(
  parts: { readonly config: Config; readonly metrics: Metrics },
  supergraph: Supergraph,
): Promise<ReadonlyMap<string, SubgraphClient>> {
  const { config } = parts;
  const wantsToKnow = supergraph.facts.subgraphs.some(({ name }) => {
    const { own, signed } = config.subgraphs[name] ?? {};
    return own === true || signed === true;
  });
  const signer = wantsToKnow
    ? createContextSigner((await signingKeys(config)).privateKeyPem, systemClock)
    : null;
  const clients = new Map<string, SubgraphClient>();
  for (const { name, url } of supergraph.facts.subgraphs) {
    const configured = config.subgraphs[name];
    const target = { url: configured?.url ?? url, own: configured?.own ?? false };
    assertAddress(name, target.url);
    clients.set(name, remoteClient(parts, name, target, signer));
  }
  return clients;
}

function assertAddress(name: string, url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  throw new Error(
    `The supergraph has ${url === '' ? 'no address' : `the address "${url}"`} for the subgraph ${name}; expected http:// or https://. Give it as subgraphs.${name}.url.`,
  );
}
