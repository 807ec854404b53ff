import { readFile } from 'node:fs/promises';
import { type CompositionProblem, composeSupergraph, type Supergraph } from '../gateway/compose.ts';
import type { Config } from './config.ts';
import { systemClock } from './core/clock.ts';
import type { ListBound } from './engine/admit.ts';
import type { SubgraphClient } from './engine/subgraph-client.ts';
import type { Registry } from './registry/registry.ts';
import { openServedSupergraph, remoteClient, type ServedSupergraph } from './served-supergraph.ts';
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
export interface ServedGraph extends ServedSupergraph {
  readonly workspace: Workspace;
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
  const served = await openServedSupergraph({
    ...{ config, clock, logger, metrics: workspace.metrics, supergraph },
    clients: await createClients(workspace, supergraph),
    listBounds: listBoundsOf(registry),
    knownViews: new Set(registry.views.keys()),
    ...{ registry, remote: remoteSubgraphs(config, registry) },
  });
  return { ...served, workspace };
}

/** @throws CompositionError */
async function compose(workspace: Workspace): Promise<Supergraph> {
  const { config, registry } = workspace;
  const own = registry.domains.map((domain) => ({
    name: domain.name,
    url: config.subgraphs[domain.name]?.url ?? `in-process:${domain.name}`,
    sdl: domain.document,
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

/** Those that the configuration gives an address, and whether they are of this platform. */
export function remoteSubgraphs(
  { subgraphs }: Pick<Config, 'subgraphs'>,
  { domains }: Registry,
): ReadonlyMap<string, { readonly own: boolean }> {
  return new Map(
    Object.entries(subgraphs).map(([name, { own }]) => [
      name,
      { own: own ?? domains.some((domain) => domain.name === name) },
    ]),
  );
}

async function createClients(
  workspace: Workspace,
  supergraph: Supergraph,
): Promise<ReadonlyMap<string, SubgraphClient>> {
  const { config, registry } = workspace;
  const clients = new Map<string, SubgraphClient>();
  const remote = Object.keys(config.subgraphs).length > 0;
  const signer = remote ? createContextSigner((await signingKeys(config)).privateKeyPem, systemClock) : null;
  const known = remoteSubgraphs(config, registry);
  for (const { name } of supergraph.facts.subgraphs) {
    const domain = registry.domains.find((one) => one.name === name);
    const url = config.subgraphs[name]?.url;
    if (url !== undefined) {
      const own = known.get(name)?.own ?? false;
      clients.set(name, remoteClient(workspace, name, { url, own }, signer));
    } else if (domain !== undefined) {
      clients.set(name, inProcessClient(subgraphOf(workspace, name), internalErrorLog(workspace)));
    }
  }
  return clients;
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
