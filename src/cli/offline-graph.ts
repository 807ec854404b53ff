import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import type { Config } from '../config.ts';
import { Engine } from '../engine/engine.ts';
import type { KnownSubgraph } from '../engine/read-waves.ts';
import type { SubgraphClient } from '../engine/subgraph-client.ts';
import { FeatureReader } from '../features/feature-reader.ts';
import { SourceWatch } from '../features/source-watch.ts';
import type { DomainSource } from '../registry/domain-source.ts';
import type { Registry } from '../registry/registry.ts';
import { remoteSubgraphs } from '../served-graph.ts';
import type { LayoutStore } from '../stores/layout-store.ts';
import type { OnlineStore } from '../stores/online-store.ts';
import { buildSubgraph } from '../subgraph/build-subgraph.ts';
import { createCostModel } from '../tenancy/cost/cost-model.ts';
import { loadGraph } from './load-graph.ts';
import type { PublishedOptions } from './published-option.ts';

/** The graph as far as files alone tell it: what can be planned and looked at without any store. */
export interface OfflineGraph {
  readonly registry: Registry;
  /** Prepares operations; it has nobody to ask, so none can be executed. */
  readonly engine: Engine;
  /** `undefined` for a subgraph that runs elsewhere. */
  subgraph(name: string): KnownSubgraph | undefined;
}

/** @throws SchemaError, CompositionError */
export async function openOfflineGraph(
  config: Config,
  options: PublishedOptions = {},
): Promise<OfflineGraph> {
  const { sources, registry, supergraph } = await loadGraph(config, options);
  const { apiSchema, document, facts, isFeature } = supergraph;
  const engine = new Engine({
    ...{ apiSchema, isFeature, planner: createHivePlanner(supergraph) },
    ...{ clients: clientsElsewhere(config, registry), listBounds: new Map(), onFault: () => {} },
    costs: createCostModel({
      ...{ supergraph: document, registry, remote: remoteSubgraphs(config, registry) },
      ...{ requires: facts.requires, ...config.cost },
    }),
  });
  const known = knownSubgraphs(config, registry, sources);
  return { registry, engine, subgraph: (name) => known.get(name) };
}

function knownSubgraphs(
  config: Config,
  registry: Registry,
  sources: readonly DomainSource[],
): ReadonlyMap<string, KnownSubgraph> {
  const reader = new FeatureReader({
    ...{ registry, store: NO_STORE, layouts: NO_LAYOUTS, onTransformError: () => {}, onStoreError: () => {} },
    sources: new SourceWatch({ times: { timesOf: async () => new Map() }, onError: () => {} }),
  });
  const known = new Map<string, KnownSubgraph>();
  for (const { name, lookups } of registry.domains) {
    if (config.subgraphs[name] !== undefined) continue;
    const resolvers = sources.find((source) => source.name === name)?.code.resolvers ?? {};
    const { schema, needsOf } = buildSubgraph({ reader, domain: name, resolvers });
    known.set(name, { schema, needsOf, lookups });
  }
  return known;
}

/** Of subgraphs that are asked over HTTP, so that it is known how operations would be executed. */
function clientsElsewhere({ subgraphs }: Config, { domains }: Registry): ReadonlyMap<string, SubgraphClient> {
  return new Map(
    Object.entries(subgraphs).map(([name, { own }]) => {
      const isOurs = own ?? domains.some((domain) => domain.name === name);
      const bytes = { tellsStatuses: isOurs, bodyTail: '', ask: refuse };
      return [name, { name, bytes, execute: refuse, close: async () => {} }];
    }),
  );
}

async function refuse(): Promise<never> {
  throw new Error('A graph without stores was asked to read or write.');
}

const NO_STORE: OnlineStore = {
  readMany: refuse,
  writeMany: refuse,
  eraseMany: refuse,
  check: refuse,
  close: async () => {},
};

const NO_LAYOUTS: LayoutStore = { getMany: refuse, putMany: refuse, close: async () => {} };
