/** The flights graph with its costs, in one process and with a process's server for each domain, over the same rows. */
import { type FragmentDefinitionNode, getOperationAST, Kind, parse } from 'graphql';
import { composeSupergraph } from '../../../gateway/compose.ts';
import { createHivePlanner } from '../../../gateway/planner/hive-planner.ts';
import type { ConfigInput } from '../../../src/config.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { ReadOptions, RequestContext } from '../../../src/core/request-context.ts';
import { createRequestContext } from '../../../src/engine/create-request-context.ts';
import { Engine, type PreparedOperation } from '../../../src/engine/engine.ts';
import type { Protections } from '../../../src/engine/protections.ts';
import type { SubgraphClient } from '../../../src/engine/subgraph-client.ts';
import { internalErrorLog, subgraphOf } from '../../../src/served-graph.ts';
import { remoteClient } from '../../../src/served-supergraph.ts';
import { signingKeys } from '../../../src/signing-keys.ts';
import { inProcessClient } from '../../../src/subgraph/in-process-client.ts';
import { createSubgraphApp } from '../../../src/subgraph-app.ts';
import { type BoundedOperation, CostBound } from '../../../src/tenancy/cost/cost-bound.ts';
import { type CostModel, createCostModel } from '../../../src/tenancy/cost/cost-model.ts';
import { createContextSigner } from '../../../src/tenancy/signed-context.ts';
import { openExample, type RunningExample } from '../../app/open-example.ts';

export interface CostedGraph {
  readonly engine: Engine;
  readonly model: CostModel;
  readonly bound: CostBound;
}

export interface Flights {
  readonly example: RunningExample;
  /** All domains in this process. */
  readonly together: CostedGraph;
  /** Each domain behind HTTP. */
  readonly apart: CostedGraph;
  contextOf(scopes: readonly string[], options?: Partial<ReadOptions>): RequestContext;
  close(): Promise<void>;
}

/** Two features behind scopes, of two domains: one is another one's input. */
export const PROTECTIONS: Protections = new Map([
  ['Airport.temperatureF', { authenticated: false, scopes: [[['weather']]] }],
  ['Airport.lastAircraft', { authenticated: false, scopes: [[['fleet']]] }],
  ['Aircraft.seats', { authenticated: false, scopes: [[['fleet']]] }],
]);

export async function openFlights(flags: Partial<ConfigInput> = {}): Promise<Flights> {
  const example = await openExample(flags);
  const { workspace } = example;
  const { clock, config, registry } = workspace;
  const names = registry.domains.map(({ name }) => name);
  const here = new Map(
    names.map((name) => [name, inProcessClient(subgraphOf(workspace, name), internalErrorLog(workspace))]),
  );
  const signer = createContextSigner((await signingKeys(config)).privateKeyPem, systemClock);
  const elsewhere = new Map<string, SubgraphClient>();
  const servers: Awaited<ReturnType<typeof createSubgraphApp>>[] = [];
  for (const name of names) {
    const server = await createSubgraphApp({ ...workspace, config: { ...config, port: 0 } }, name);
    servers.push(server);
    const { url } = await server.listen();
    elsewhere.set(name, remoteClient(workspace, name, { url, own: true }, signer));
  }
  return {
    example,
    together: costedGraph(example, here, new Map()),
    apart: costedGraph(example, elsewhere, new Map(names.map((name) => [name, { own: true }]))),
    contextOf: (scopes, options = {}) =>
      createRequestContext({
        requestId: 'costed',
        identity: { tenant: 'demo', namespace: config.namespace, scopes: new Set(scopes) },
        options: { maxAgeMs: new Map(), status: 'NONE', deadlineMs: 30_000, ...options },
        clock,
        startedMs: clock.monotonicMs(),
      }),
    close: async () => {
      for (const client of elsewhere.values()) await client.close();
      for (const server of servers) await server.close();
      await example.close();
    },
  };
}

function costedGraph(
  { workspace: { registry } }: RunningExample,
  clients: ReadonlyMap<string, SubgraphClient>,
  remote: CostModel['remote'],
): CostedGraph {
  const composition = composeSupergraph(
    registry.domains.map(({ name, federatedSdl }) => ({ name, url: `of:${name}`, sdl: federatedSdl })),
  );
  if (!composition.ok) throw new Error(JSON.stringify(composition.problems));
  const { apiSchema, supergraphSdl, document, isFeature, facts } = composition.supergraph;
  const model = createCostModel({ supergraph: document, registry, remote, requires: facts.requires });
  const engine = new Engine({
    ...{ apiSchema, isFeature, clients, costs: model, listBounds: new Map(), protections: PROTECTIONS },
    planner: createHivePlanner(supergraphSdl),
    onFault: (error) => {
      throw error;
    },
  });
  return { engine, model, bound: new CostBound(apiSchema, model) };
}

export function prepareText({ engine }: CostedGraph, text: string): PreparedOperation {
  return engine.prepare(parse(text), text, null);
}

export function boundedOf(
  text: string,
  variables: Readonly<Record<string, unknown>>,
  options: BoundedOperation['options'] = { status: 'NONE' },
): BoundedOperation {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error(`no operation: ${text}`);
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  return { operation, fragments, variables, options };
}
