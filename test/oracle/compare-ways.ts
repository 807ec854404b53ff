/**
 * Executes generated operations both ways, over stores that fail, with sources that are behind, for tenants who may
 * see more or less, and tells every difference that anybody could see: bytes, errors, statuses, price, and reads.
 */
import { isDeepStrictEqual } from 'node:util';
import { type DocumentNode, getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import type { Supergraph } from '../../gateway/compose.ts';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import type { Clock } from '../../src/core/clock.ts';
import { FeaturegraphError } from '../../src/core/errors.ts';
import type { ReadOptions } from '../../src/core/request-context.ts';
import { coerceVariables } from '../../src/engine/coerce-variables.ts';
import { CompiledOperation, type Way } from '../../src/engine/compiled/compiled-operation.ts';
import { createRequestContext } from '../../src/engine/create-request-context.ts';
import {
  type InterpretedOperation,
  prepareInterpreted,
} from '../../src/engine/interpreted/prepare-interpreted.ts';
import type { Planner } from '../../src/engine/query-plan.ts';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';
import type { OracleQuery } from './compare-with-oracle.ts';
import { type Circumstances, drawCircumstances, plainCircumstances } from './draw-circumstances.ts';
import { createRandom, generateOperations } from './generate-operations.ts';
import type { WatchedStore } from './watched-store.ts';

/** A graph whose subgraphs are all in this process, opened anew as often as is wanted over the same rows. */
export interface WaysGraph {
  readonly supergraph: Supergraph;
  readonly values: Readonly<Record<string, readonly unknown[]>>;
  readonly clock: Clock;
  readonly namespace: string;
  /** Ids of blocks, and names of views. */
  readonly blocks: readonly string[];
  readonly views: readonly string[];
  /** What `open` takes: how far sources are. */
  readonly sourceStates: readonly string[];
  /** The first has nothing of its own. */
  readonly tenants: readonly string[];
  /** Everything that fields need to be seen. */
  readonly scopes: readonly string[];
  /** Asked before those that are generated; where nothing fails, programs must write what is answered. */
  readonly always?: readonly OracleQuery[];
  open(sourceState: string): OpenedGraph;
}

export interface OpenedGraph {
  readonly stores: readonly WatchedStore[];
  readonly clients: ReadonlyMap<string, SubgraphClient>;
}

export interface WaysOptions {
  readonly seed: number;
  readonly count: number;
  /** After so many it is enough. */
  readonly differencesMax?: number;
}

export interface WaysDifference {
  readonly number: number;
  readonly query: OracleQuery;
  readonly circumstances: Circumstances;
  readonly compiled: unknown;
  /** The same where a program gave up without need. */
  readonly interpreted: unknown;
}

/** The planner refuses the operation, whichever way it would be executed. */
export const NO_PLAN = 'NO_PLAN';

export interface WaysCompared {
  readonly ways: ReadonlyMap<Way | typeof NO_PLAN, number>;
  readonly differences: readonly WaysDifference[];
}

/** So many are enough to look at. */
const DIFFERENCES_MAX = 5;

export async function compareWays(
  graph: WaysGraph,
  { seed, count, differencesMax = DIFFERENCES_MAX }: WaysOptions,
): Promise<WaysCompared> {
  const ways = new Map<Way | typeof NO_PLAN, number>();
  const differences: WaysDifference[] = [];
  const comparer = new WaysComparer(graph);
  const random = createRandom(seed ^ 0x5eed);
  let number = 0;
  for (const query of queriesOf(graph, { seed, count })) {
    number += 1;
    const isPlain = number <= (graph.always?.length ?? 0);
    const circumstances = isPlain ? plainCircumstances(graph) : drawCircumstances(random, graph);
    const told = await comparer.tell(query, circumstances);
    const way = told?.way ?? NO_PLAN;
    ways.set(way, (ways.get(way) ?? 0) + 1);
    if (told === null) continue;
    const { compiled, interpreted } = told;
    const isSame = isDeepStrictEqual(compiled, interpreted);
    if (isSame && !(isPlain && (await comparer.isGivenUpNeedlessly(query, circumstances, told)))) continue;
    differences.push({ number, query, circumstances, compiled, interpreted });
    if (differences.length >= differencesMax) break;
  }
  return { ways, differences };
}

function* queriesOf(
  { always = [], supergraph, values }: WaysGraph,
  { seed, count }: WaysOptions,
): Generator<OracleQuery> {
  yield* always;
  yield* generateOperations(supergraph.apiSchema, {
    seed,
    count: count - always.length,
    values,
    merges: true,
  });
}

/** What can be seen of one execution. */
interface Told {
  readonly body: string;
  readonly errors: readonly unknown[];
  readonly usage: unknown;
  readonly reads: readonly string[];
}

export class WaysComparer {
  readonly #graph: WaysGraph;
  readonly #planner: Planner;
  /** For each way and state of the sources, one that knows by now what it has met. */
  readonly #warm = new Map<string, OpenedGraph>();

  constructor(graph: WaysGraph) {
    this.#graph = graph;
    this.#planner = createHivePlanner(graph.supergraph.supergraphSdl);
  }

  /** @returns `null` where it cannot be planned. */
  async tell(query: OracleQuery, circumstances: Circumstances) {
    const document = parse(query.text);
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const variables = coerceVariables(this.#graph.supergraph.apiSchema, operation, query.variables ?? {});
    try {
      const prepared = this.#prepare(document);
      const interpreted = await this.#interpret(prepared, variables, circumstances);
      return { interpreted, ...(await this.#compile(prepared, variables, circumstances)) };
    } catch (error) {
      if (error instanceof FeaturegraphError && error.code === 'OPERATION_NOT_SUPPORTED') return null;
      throw error;
    }
  }

  /**
   * Whether a program leaves it to the interpreted way to answer what it could have answered itself: mistakes would
   * hide behind that. What it met for the first time, such as an older layout, it knows the second time.
   */
  async isGivenUpNeedlessly(
    query: OracleQuery,
    circumstances: Circumstances,
    { way, interpreted }: { readonly way: Way; readonly interpreted: Told },
  ): Promise<boolean> {
    if (way !== 'NOT_PLAIN' || interpreted.errors.length > 0 || circumstances.isFresh) return false;
    return (await this.tell(query, circumstances))?.way === 'NOT_PLAIN';
  }

  #prepare(document: DocumentNode): InterpretedOperation {
    const { apiSchema, isFeature, protections } = this.#graph.supergraph;
    return prepareInterpreted({
      ...{ document, operationName: null, apiSchema, planner: this.#planner, isFeature, protections },
      onFault: (error) => {
        throw error;
      },
    });
  }

  async #interpret(
    operation: InterpretedOperation,
    variables: ReturnType<typeof coerceVariables>,
    circumstances: Circumstances,
  ): Promise<Told> {
    const { stores, clients } = this.#opened('interpreted', circumstances);
    const context = this.#context(circumstances);
    const { body, errors } = bodyOf(await operation.execute(variables, context, clients));
    return { body, errors, usage: { ...context.usage }, reads: readsOf(stores) };
  }

  async #compile(
    operation: InterpretedOperation,
    variables: ReturnType<typeof coerceVariables>,
    circumstances: Circumstances,
  ): Promise<{ readonly way: Way; readonly compiled: Told }> {
    const { stores, clients } = this.#opened('compiled', circumstances);
    const context = this.#context(circumstances);
    const { apiSchema } = this.#graph.supergraph;
    const done = await new CompiledOperation(operation, apiSchema, clients).execute(variables, context);
    const told =
      done.way === 'COMPILED' ? { body: done.written.bytes.toString(), errors: [] } : bodyOf(done.result);
    // The next answer is written over this one, as in a server.
    if (done.way === 'COMPILED') done.written.release();
    const compiled = { ...told, usage: { ...context.usage }, reads: readsOf(stores) };
    return { way: done.way, compiled };
  }

  #opened(way: string, { sourceState, faults, isFresh }: Circumstances): OpenedGraph {
    const name = `${way} ${sourceState}`;
    const opened = (isFresh ? undefined : this.#warm.get(name)) ?? this.#graph.open(sourceState);
    if (!isFresh) this.#warm.set(name, opened);
    for (const store of opened.stores) {
      store.faults = faults;
      store.reads = [];
    }
    return opened;
  }

  #context({ tenant, scopes, status, maxAgeMs, cache, consistency }: Circumstances) {
    const { clock, namespace } = this.#graph;
    const options: ReadOptions = {
      ...{ status, deadlineMs: 30_000, maxAgeMs: new Map(Object.entries(maxAgeMs)), cache, consistency },
    };
    return createRequestContext({
      requestId: 'oracle',
      identity: { tenant, namespace, scopes: new Set(scopes) },
      ...{ options, clock, startedMs: clock.monotonicMs() },
    });
  }
}

function bodyOf({
  data,
  errors,
  extensions,
}: {
  readonly data: unknown;
  readonly errors: readonly unknown[];
  readonly extensions: object;
}): Pick<Told, 'body' | 'errors'> {
  return {
    body: `${JSON.stringify(Object.keys(extensions).length === 0 ? { data } : { data, extensions })}\n`,
    errors: JSON.parse(JSON.stringify(errors)),
  };
}

function readsOf(stores: readonly WatchedStore[]): readonly string[] {
  return stores.flatMap(({ reads }) => reads).sort();
}
