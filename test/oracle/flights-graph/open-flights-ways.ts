/** The flights example as a graph whose ways are compared: with real data, and fields that teams answer by code. */
import { composeSupergraph } from '../../../gateway/compose.ts';
import { FeatureReader } from '../../../src/features/feature-reader.ts';
import { SourceWatch } from '../../../src/features/source-watch.ts';
import { buildSubgraph } from '../../../src/subgraph/build-subgraph.ts';
import { inProcessClient } from '../../../src/subgraph/in-process-client.ts';
import { openExample } from '../../app/open-example.ts';
import type { WaysGraph } from '../compare-ways.ts';
import { WatchedStore } from '../watched-store.ts';
import { FLIGHTS_ARGUMENTS } from './argument-values.ts';

export async function openFlightsWays(): Promise<WaysGraph & { close(): Promise<void> }> {
  const example = await openExample();
  const { registry, layouts, sourceTimes, sourceNames, sources, store, clock, config } = example.workspace;
  const composition = composeSupergraph(
    registry.domains.map(({ name, federatedSdl }) => ({
      ...{ name, url: `in-process:${name}`, sdl: federatedSdl },
    })),
  );
  if (!composition.ok) throw new Error(JSON.stringify(composition.problems));
  const code = new Map(sources.map(({ name, code: own }) => [name, own]));
  return {
    ...{ supergraph: composition.supergraph, values: FLIGHTS_ARGUMENTS, clock, namespace: config.namespace },
    ...{ blocks: [...registry.blocks.keys()], views: [...registry.views.keys()] },
    ...{ sourceStates: ['CURRENT'], tenants: ['demo'], scopes: [] },
    open() {
      const watched = new WatchedStore('lmdb', store);
      const reader = new FeatureReader({
        ...{ registry, layouts, store: watched },
        sources: new SourceWatch({
          times: { timesOf: (namespace) => sourceTimes.readMany(namespace, [...sourceNames]) },
          onError: fail,
        }),
        ...{ onTransformError: () => {}, onStoreError: () => {} },
      });
      const clients = registry.domains.map(({ name }) => {
        const subgraph = buildSubgraph({ reader, domain: name, resolvers: code.get(name)?.resolvers ?? {} });
        return [name, inProcessClient(subgraph, fail)] as const;
      });
      return { stores: [watched], clients: new Map(clients) };
    },
    close: () => example.close(),
  };
}

function fail(error: unknown): never {
  throw error;
}
