/**
 * A gateway alone: over a supergraph that was composed elsewhere, whose subgraphs are all asked over HTTP. It knows
 * no schema folder, no registry, and no store but that of tenants, where the configuration names one.
 */
import { loadSupergraph, type Supergraph } from '../gateway/compose.ts';
import type { Health } from '../gateway/http/health-routes.ts';
import { type Following, followSupergraph } from '../gateway/reload/follow-supergraph.ts';
import { GraphSwitch } from '../gateway/reload/graph-switch.ts';
import { type SupergraphSource, supergraphSource } from '../gateway/reload/supergraph-source.ts';
import type { Config } from './config.ts';
import { DEADLINE_MAX_MS } from './core/bounds.ts';
import { type Clock, fixedClock, systemClock } from './core/clock.ts';
import { systemRandom } from './core/random.ts';
import { openCredentials } from './credentials.ts';
import type { SubgraphClient } from './engine/subgraph-client.ts';
import { type Addresses, createFront } from './front.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { openBudgetStore, openBudgets } from './open-budgets.ts';
import { openTenants } from './open-tenants.ts';
import { openUsage } from './open-usage.ts';
import { openServedSupergraph, remoteClient, type ServedSupergraph } from './served-supergraph.ts';
import { signingKeys } from './signing-keys.ts';
import { createContextSigner } from './tenancy/signed-context.ts';

export interface SupergraphApp {
  /** Graphs that were replaced and still have a request. */
  readonly replacedCount: number;
  /** As the admin port tells it. */
  health(): Promise<Health>;
  /** For who gathers them of several processes. */
  readonly metrics: Metrics;
  /** Starts to listen, and to follow the supergraph. */
  listen(): Promise<Addresses>;
  /** Lets running requests end. */
  close(): Promise<void>;
}

export interface SupergraphAppOptions {
  /** How often to look for a new supergraph, in ms; what suits its place where not given. */
  readonly everyMs?: number;
  /** Whether to have an admin port, unless told otherwise. */
  readonly admin?: boolean;
}

/**
 * @param location file or address of the supergraph. What comes there later is served as soon as it is ready.
 * @throws Error that says what to do, when it cannot be read or served.
 */
export async function createSupergraphApp(
  config: Config,
  location: string,
  options: SupergraphAppOptions = {},
): Promise<SupergraphApp> {
  const parts: Parts = {
    config,
    clock: config.clockAtMs === null ? systemClock : fixedClock(config.clockAtMs),
    logger: createLogger(config.logging.level),
    metrics: createMetrics(),
  };
  const { clock, logger, metrics } = parts;
  const source = supergraphSource(location);
  const served = (await source.read()) ?? '';
  const graphs = new GraphSwitch(await open(parts, served, location), DEADLINE_MAX_MS, (error) =>
    logger.error({ err: error }, 'a replaced graph could not be closed'),
  );
  const tenants = config.identity.store === null ? null : await openTenants(config);
  const credentials = await openCredentials(config, tenants, logger);
  const usage = openUsage(config, logger, metrics);
  const budgetStore = await openBudgetStore(config);
  const { directory } = credentials;
  const budgets = openBudgets(config, budgetStore, { directory, logger, metrics });
  const front = createFront({
    ...{ config, credentials, clock, logger, metrics, usage, budgets },
    graph: () => graphs.current,
    checkStores: async () => ({}),
    admin: options.admin,
  });
  graphs.watch(front.server);
  let following: Following | null = null;
  return {
    get replacedCount() {
      return graphs.replacedCount;
    },
    metrics,
    health: () => front.health(),
    listen: async () => {
      const addresses = await front.listen();
      following = follow(parts, source, served, options, async (text) =>
        graphs.switchTo(await open(parts, text, location)),
      );
      return addresses;
    },
    close: async () => {
      await following?.close();
      await front.close();
      await usage?.close();
      await budgets?.close();
      await budgetStore?.close();
      credentials.close();
      await tenants?.close();
      await graphs.close();
    },
  };
}

interface Parts {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Prepared beside the one that is served: the manifest's documents too, before anybody is sent to it. */
async function open(parts: Parts, supergraphSdl: string, location: string): Promise<ServedSupergraph> {
  const supergraph = load(supergraphSdl, location);
  const clients = await clientsOf(parts, supergraph);
  const remote = new Map(
    [...clients.keys()].map((name) => [name, { own: parts.config.subgraphs[name]?.own ?? false }]),
  );
  const graph = {
    ...{ ...parts, supergraph, clients, listBounds: new Map(), knownViews: null },
    ...{ registry: null, remote },
  };
  return openServedSupergraph(graph).catch(async (error: unknown) => {
    for (const client of clients.values()) await client.close();
    throw error;
  });
}

function follow(
  { logger, metrics }: Parts,
  source: SupergraphSource,
  served: string,
  options: SupergraphAppOptions,
  serve: (supergraphSdl: string) => Promise<void>,
): Following {
  const { place } = source;
  return followSupergraph({
    ...{ source, served, serve },
    ...(options.everyMs === undefined ? {} : { everyMs: options.everyMs }),
    random: systemRandom,
    onServed: () => {
      metrics.reloads.inc({ outcome: 'served' });
      logger.info({ place }, 'a new supergraph is served');
    },
    onRefused: (error) => {
      metrics.reloads.inc({ outcome: 'refused' });
      logger.error({ err: error, place }, 'a new supergraph cannot be served; the old one still is');
    },
    onUnreadable: (error, failures, nextTryMs) => {
      metrics.reloads.inc({ outcome: 'unreadable' });
      logger.warn(
        { err: error, place, failures, nextTryMs },
        'the supergraph cannot be read; the old one is still served',
      );
    },
  });
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
async function clientsOf(parts: Parts, supergraph: Supergraph): Promise<ReadonlyMap<string, SubgraphClient>> {
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
    const target = { url: configured?.url || url, own: configured?.own ?? false };
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
