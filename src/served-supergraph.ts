/** One supergraph with the clients of its subgraphs, ready to be asked; where both come from is not its business. */
import type { ApolloServer } from '@apollo/server';
import type { Supergraph } from '../gateway/compose.ts';
import { readTrustedDocuments, TrustedDocuments } from '../gateway/documents/trusted-documents.ts';
import { type ApolloContext, startApollo } from '../gateway/http/apollo.ts';
import { KnownDocuments } from '../gateway/http/known-documents.ts';
import { createHivePlanner } from '../gateway/planner/hive-planner.ts';
import { createHttpSubgraphClient } from '../gateway/remote/http-subgraph-client.ts';
import { watchSubgraph } from '../gateway/remote/watch-subgraph.ts';
import type { Config } from './config.ts';
import type { Clock } from './core/clock.ts';
import { systemRandom } from './core/random.ts';
import type { RequestContext } from './core/request-context.ts';
import type { ListBound } from './engine/admit.ts';
import { Engine } from './engine/engine.ts';
import type { SubgraphClient } from './engine/subgraph-client.ts';
import { executionCounter } from './observability/count-execution.ts';
import type { Logger } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';
import type { Registry } from './registry/registry.ts';
import { type CostModel, createCostModel } from './tenancy/cost/cost-model.ts';
import type { ContextSigner } from './tenancy/signed-context.ts';

export interface ServedSupergraph {
  readonly engine: Engine;
  readonly apollo: ApolloServer<ApolloContext>;
  readonly documents: TrustedDocuments;
  readonly knownDocuments: KnownDocuments;
  close(): Promise<void>;
}

export interface SupergraphParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly supergraph: Supergraph;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  /** Of a registry, where there is one. */
  readonly listBounds: ReadonlyMap<string, ListBound>;
  readonly knownViews: ReadonlySet<string> | null;
  /** `null` where the graph was composed elsewhere. */
  readonly registry: Registry | null;
  /** Subgraphs that are asked over HTTP, and whether they are of this platform. */
  readonly remote: CostModel['remote'];
}

/** @throws Error when the manifest of documents cannot be read, FeaturegraphError when the graph cannot be planned. */
export async function openServedSupergraph(parts: SupergraphParts): Promise<ServedSupergraph> {
  const { config, clock, logger, metrics, supergraph, clients, listBounds, knownViews } = parts;
  const engine = new Engine({
    apiSchema: supergraph.apiSchema,
    planner: createHivePlanner(supergraph, config.overrideShares),
    clients,
    isFeature: supergraph.isFeature,
    protections: supergraph.protections,
    listBounds,
    costs: createCostModel({
      ...{ registry: parts.registry, remote: parts.remote, requires: supergraph.facts.requires },
      ...{ supergraph: supergraph.document, ...config.cost },
    }),
    onFault: (error, subgraph) => logger.error({ err: error, subgraph }, 'a subgraph client failed'),
    onExecuted: executionCounter(metrics),
    random: systemRandom,
  });
  const documents = await loadDocuments(config, logger, engine);
  const readOptions = { deadlineMs: config.deadlineMs, knownViews };
  const execution = { engine, clock, readOptions, readScopes: config.readScopes };
  const apollo = await startApollo({ ...execution, logger, introspection: config.introspection });
  return {
    ...{ engine, apollo, documents, knownDocuments: new KnownDocuments(execution) },
    close: async () => {
      await apollo.stop();
      for (const client of clients.values()) await client.close();
    },
  };
}

/** A document that no longer fits the schema costs its own clients, and not the start of the server. */
async function loadDocuments(
  { documents }: Config,
  logger: Logger,
  engine: Engine,
): Promise<TrustedDocuments> {
  const { manifest } = documents;
  if (manifest === undefined) return TrustedDocuments.NONE;
  const trusted = await readTrustedDocuments(manifest);
  for (const problem of trusted.prepareAll(engine.apiSchema, (document, text, operationName) =>
    engine.prepare(document, text, operationName),
  ))
    logger.error({ ...problem, manifest }, 'a document of the manifest cannot be served');
  return trusted;
}

/** @param signer of requests to subgraphs of ours, which answer no others, and to those that want to know who asks. */
export function remoteClient(
  { config, metrics, logger }: Pick<SupergraphParts, 'config' | 'metrics' | 'logger'>,
  name: string,
  { url, own }: { readonly url: string; readonly own: boolean },
  signer: ContextSigner | null,
): SubgraphClient {
  const { tls, signed } = config.subgraphs[name] ?? {};
  const tellsWhoAsks = signer !== null && (own || signed === true);
  return createHttpSubgraphClient({
    ...{ name, url, own },
    ...(tls && { tls }),
    responseMaxBytes: config.limits.subgraphResponseBytes,
    tellingWaitMs: config.deadlineMs / 2,
    ...(tellsWhoAsks && {
      sign: (body: string | Uint8Array, context: RequestContext) => signer.sign(context, name, body),
    }),
    watch: watchSubgraph(metrics, name, logger),
  });
}
