/** The graph with its rows in two real stores, and its subgraphs in this process, over stores that fail as told. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { composeSupergraph, type Supergraph } from '../../../gateway/compose.ts';
import { fixedClock } from '../../../src/core/clock.ts';
import { customize } from '../../../src/features/customization.ts';
import { FeatureReader } from '../../../src/features/feature-reader.ts';
import { SourceWatch } from '../../../src/features/source-watch.ts';
import { compileRegistry } from '../../../src/registry/compile-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { openLmdbEnvironment } from '../../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbLayoutStore } from '../../../src/stores/lmdb/lmdb-layout-store.ts';
import { createLmdbOnlineStore } from '../../../src/stores/lmdb/lmdb-online-store.ts';
import type { OnlineStore } from '../../../src/stores/online-store.ts';
import { createRoutedStore } from '../../../src/stores/tiers/routed-store.ts';
import { buildSubgraph } from '../../../src/subgraph/build-subgraph.ts';
import { inProcessClient } from '../../../src/subgraph/in-process-client.ts';
import type { WaysGraph } from '../compare-ways.ts';
import { WatchedStore } from '../watched-store.ts';
import { ALWAYS, ARGUMENT_VALUES } from './argument-values.ts';
import { fillRows, namesOfViews, type WrittenRow } from './fill-rows.ts';
import { NOW_MS } from './rows.ts';
import { DOMAINS, FORMS, sdlOf } from './sdl.ts';
import { CODE } from './transforms.ts';

const NAMESPACE = 'shop';
/** How far the sources are: as they should be, too far behind, or never heard of. */
const SOURCE_TIMES: Readonly<Record<string, ReadonlyMap<string, number>>> = {
  CURRENT: new Map(['sales', 'visits'].map((source) => [source, NOW_MS])),
  BEHIND: new Map([
    ['sales', NOW_MS - 11 * 60_000],
    ['visits', NOW_MS - 60_000],
  ]),
  SILENT: new Map(),
};

/** Tenants with something of their own. */
const CUSTOMIZED = {
  own: {
    defaults: { 'Item.title': 'of my own', 'Item.priceCents': null, 'Person.visits': 1 },
    transforms: { 'Item.priceTwice': 'thrice' },
  },
};

export interface RowsGraph extends WaysGraph {
  readonly forms: readonly Registry[];
  /** What was written, by view, in the order of its keys. */
  readonly rows: ReadonlyMap<string, readonly (WrittenRow | null)[]>;
  close(): Promise<void>;
}

/** @param seed of the rows. */
export async function openRowsGraph(seed: number): Promise<RowsGraph> {
  const folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-rows-'));
  const clock = fixedClock(NOW_MS);
  const environments = ['first', 'second'].map((name) =>
    openLmdbEnvironment({ folder: path.join(folder, name) }),
  );
  const [first, second] = await Promise.all(environments);
  if (first === undefined || second === undefined) throw new Error('two folders');
  const stores = {
    first: createLmdbOnlineStore(first, { clock }),
    second: createLmdbOnlineStore(second, { clock }),
  };
  const layouts = createLmdbLayoutStore(first);
  const forms = Array.from({ length: FORMS }, (_, form) => registryOf(form));
  const registry = forms.at(-1) as Registry;
  const store = routed(stores.first, stores.second);
  const rows = await fillRows({ seed, forms, layouts, store, clock, namespace: NAMESPACE });
  const customizations = customize(registry, CUSTOMIZED);
  return {
    ...{ forms, rows, always: ALWAYS },
    ...{ supergraph: supergraphOf(registry), values: ARGUMENT_VALUES, clock, namespace: NAMESPACE },
    ...{ blocks: [...registry.blocks.keys()], views: namesOfViews(registry) },
    ...{ sourceStates: Object.keys(SOURCE_TIMES), tenants: ['plain', 'own'], scopes: ['secrets'] },
    open(sourceState) {
      const watched = [
        new WatchedStore('first', stores.first),
        new WatchedStore('second', stores.second),
      ] as const;
      const times = SOURCE_TIMES[sourceState] as ReadonlyMap<string, number>;
      const reader = new FeatureReader({
        ...{ registry, layouts, customizations, store: routed(...watched) },
        // Of a process that has just started: the first request waits for how far sources are.
        sources: new SourceWatch({ times: { timesOf: async () => times }, onError: fail }),
        ...{ onTransformError: () => {}, onStoreError: () => {} },
      });
      const clients = registry.domains.map(({ name }) => {
        const subgraph = buildSubgraph({ reader, domain: name, resolvers: {} });
        return [name, inProcessClient(subgraph, fail)] as const;
      });
      return { stores: watched, clients: new Map(clients) };
    },
    async close() {
      await layouts.close();
      for (const store of Object.values(stores)) await store.close();
      for (const environment of [first, second]) await environment.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function fail(error: unknown): never {
  throw error;
}

/** Everything about people, and what is said of items, is kept apart. */
function routed(first: OnlineStore, second: OnlineStore): OnlineStore {
  const isSecond = (block: string): boolean => block.startsWith('people.') || block.endsWith('.texts');
  return createRoutedStore([first, second], (block) => (isSecond(block) ? second : first));
}

function registryOf(form: number): Registry {
  const { registry, problems } = compileRegistry(
    DOMAINS.map((name) => ({
      name,
      file: `${name}.graphql`,
      sdl: sdlOf(name, form),
      code: CODE[name] ?? {},
    })),
  );
  if (registry === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  return registry;
}

function supergraphOf({ domains }: Registry): Supergraph {
  const composition = composeSupergraph(
    domains.map(({ name, federatedSdl }) => ({ name, url: `in-process:${name}`, sdl: federatedSdl })),
  );
  if (!composition.ok) throw new Error(JSON.stringify(composition.problems));
  return composition.supergraph;
}
