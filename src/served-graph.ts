import { readFile } from 'node:fs/promises';
import type { ApolloServer } from '@apollo/server';
import { type CompositionProblem, composeSupergraph, type Supergraph } from '../gateway/compose.ts';
import { readTrustedDocuments, TrustedDocuments } from '../gateway/documents/trusted-documents.ts';
import { type ApolloContext, startApollo } from '../gateway/http/apollo.ts';
import { KnownDocuments } from '../gateway/http/known-documents.ts';
import { createHivePlanner } from '../gateway/planner/hive-planner.ts';
import { createHttpSubgraphClient } from '../gateway/remote/http-subgraph-client.ts';
import { systemClock } from './core/clock.ts';
import type { ListBound } from './engine/admit.ts';
import { Engine } from './engine/engine.ts';
import type { SubgraphClient } from './engine/subgraph-client.ts';
import type { Registry } from './registry/registry.ts';
import { signingKeys } from './signing-keys.ts';
import { buildSubgraph, type Subgraph } from './subgraph/build-subgraph.ts';
import type { OnInternalError } from './subgraph/format-errors.ts';
import { inProcessClient } from './subgraph/in-process-client.ts';
import { createContextSigner } from './tenancy/signed-context.ts';
import type { Workspace } from './workspace.ts';

/**
 * One composed graph, ready to be asked: everything that a change of the schema makes anew. Two may stand side by
 * side for a while: new requests go to the new one, running ones end on theirs.
 */
export interface ServedGraph {
  readonly workspace: Workspace;
  readonly engine: Engine;
  readonly apollo: ApolloServer<ApolloContext>;
  readonly documents: TrustedDocuments;
  readonly knownDocuments: KnownDocuments;
  close(): Promise<void>;
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

/** @throws CompositionError; Error when a configured file cannot be read. */
export async function openServedGraph(workspace: Workspace): Promise<ServedGraph> {
  const { config, clock, logger, registry } = workspace;
  const supergraph = await compose(workspace);
  const clients = await createClients(workspace, supergraph);
  const engine = new Engine({
    apiSchema: supergraph.apiSchema,
    planner: createHivePlanner(supergraph.supergraphSdl),
    clients,
    isFeature: supergraph.isFeature,
    listBounds: listBoundsOf(registry),
    onFault: (error, subgraph) => logger.error({ err: error, subgraph }, 'a subgraph client failed'),
  });
  const documents = await loadDocuments(workspace, engine);
  const execution = {
    engine,
    clock,
    readOptions: { deadlineMs: config.deadlineMs, knownViews: new Set(registry.views.keys()) },
  };
  const apollo = await startApollo({
    ...execution,
    supergraphSdl: supergraph.supergraphSdl,
    logger,
    introspection: config.introspection,
  });
  return {
    ...{ workspace, engine, apollo, documents, knownDocuments: new KnownDocuments(execution) },
    close: async () => {
      await apollo.stop();
      for (const client of clients.values()) await client.close();
    },
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

export function subgraphOf(workspace: Workspace, domain: string): Subgraph {
  const code = workspace.sources.find(({ name }) => name === domain)?.code;
  return buildSubgraph({ reader: workspace.reader, domain, resolvers: code?.resolvers ?? {} });
}

export function internalErrorLog({ logger }: Workspace): OnInternalError {
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
