/**
 * Executes operations twice, through the gateway's executor over subgraphs and by graphql-js over one schema
 * with the same data, and tells every difference of data, error codes and error paths.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  execute,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import type { Supergraph } from '../../gateway/compose.ts';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import type { RequestContext } from '../../src/core/request-context.ts';
import { type CheckedVariables, coerceVariables } from '../../src/engine/coerce-variables.ts';
import { CompiledOperation } from '../../src/engine/compiled/compiled-operation.ts';
import {
  type InterpretedOperation,
  prepareInterpreted,
} from '../../src/engine/interpreted/prepare-interpreted.ts';
import type { PlanNode, Planner } from '../../src/engine/query-plan.ts';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';
import { bytesClient } from './bytes-client.ts';
import { requestContext } from './request-context.ts';

export interface OracleQuery {
  readonly text: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Subgraphs that do not answer. */
  readonly down?: readonly string[];
}

export interface MonolithOracle {
  readonly schema: GraphQLSchema;
  readonly contextValue: (query: OracleQuery) => unknown;
}

export interface Comparison {
  readonly supergraph: Supergraph;
  readonly clients: (query: OracleQuery) => ReadonlyMap<string, SubgraphClient>;
  readonly monolith: MonolithOracle;
  readonly queries: Iterable<OracleQuery>;
  /** Whether the plan is compiled where that can be; subgraphs are then asked by bytes. */
  readonly compiled?: boolean;
  /** The request that a query comes with; one with nothing special about it when not given. */
  readonly context?: () => RequestContext;
  /** Sees each query's plan and answer, for coverage. */
  readonly onCompared?: (query: OracleQuery, plan: PlanNode | null, answer: Answer) => void;
}

export interface Answer {
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
}

export interface Difference {
  readonly query: OracleQuery;
  readonly what: 'data' | 'errors' | 'thrown';
  readonly ours: unknown;
  readonly theirs: unknown;
}

export async function compareWithOracle(comparison: Comparison): Promise<Difference[]> {
  const differences: Difference[] = [];
  const planner = createHivePlanner(comparison.supergraph.supergraphSdl);
  for (const query of comparison.queries) {
    const problems = validate(comparison.supergraph.apiSchema, parse(query.text));
    if (problems.length > 0) throw new Error(`not valid: ${query.text}\n${problems.join('\n')}`);
    try {
      let plan: PlanNode | null = null;
      const ours = await answerOf(query, comparison, planner, (made) => {
        plan = made;
      });
      const theirs = await oracleAnswer(query, comparison.monolith);
      comparison.onCompared?.(query, plan, ours);
      const difference = differenceOf(ours, theirs);
      if (difference !== null) differences.push({ query, ...difference });
    } catch (error) {
      differences.push({ query, what: 'thrown', ours: error, theirs: null });
    }
  }
  return differences;
}

export async function answerOf(
  query: OracleQuery,
  { supergraph, clients, context = requestContext, compiled = false }: Comparison,
  planner: Planner,
  onPlan: (plan: PlanNode | null) => void,
): Promise<Answer> {
  const document = parse(query.text);
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const variables = coerceVariables(supergraph.apiSchema, operation, query.variables ?? {});
  const prepared = prepareInterpreted({
    document,
    operationName: null,
    apiSchema: supergraph.apiSchema,
    planner: {
      possibleTypes: planner.possibleTypes,
      plan(text, name) {
        const plan = planner.plan(text, name);
        onPlan(plan);
        return plan;
      },
    },
    isFeature: supergraph.isFeature,
    onFault: (error) => {
      throw error;
    },
  });
  if (compiled) return compiledAnswer(prepared, variables, supergraph, clients(query), context());
  const { data, errors } = await prepared.execute(variables, context(), clients(query));
  return plain({ data, errors });
}

async function compiledAnswer(
  interpreted: InterpretedOperation,
  variables: CheckedVariables,
  { apiSchema }: Supergraph,
  clients: ReadonlyMap<string, SubgraphClient>,
  context: RequestContext,
): Promise<Answer> {
  const asked = new Map([...clients].map(([name, client]) => [name, bytesClient(client, { trusted: true })]));
  const done = await new CompiledOperation(interpreted, apiSchema, asked).execute(variables, context);
  if (done.way === 'COMPILED') return { data: JSON.parse(done.written.bytes.toString()).data, errors: [] };
  const { data, errors } = done.result;
  return plain({ data, errors });
}

async function oracleAnswer(query: OracleQuery, monolith: MonolithOracle): Promise<Answer> {
  const result = await execute({
    schema: monolith.schema,
    document: parse(query.text),
    variableValues: query.variables ?? {},
    contextValue: monolith.contextValue(query),
  });
  return plain({ data: result.data, errors: (result.errors ?? []).map((error) => error.toJSON()) });
}

/** As it would be read by a client. */
function plain(answer: Answer): Answer {
  return JSON.parse(JSON.stringify(answer));
}

/** Compares the order of keys too: a client that prints the answer sees it. */
export function differenceOf(ours: Answer, theirs: Answer): Omit<Difference, 'query'> | null {
  const [ourData, theirData] = [JSON.stringify(ours.data), JSON.stringify(theirs.data)];
  if (ourData !== theirData) return { what: 'data', ours, theirs };
  const [ourErrors, theirErrors] = [errorKeys(ours), errorKeys(theirs)];
  if (!isDeepStrictEqual(ourErrors, theirErrors))
    return { what: 'errors', ours: ourErrors, theirs: theirErrors };
  return null;
}

/**
 * Errors by code and path. Where a null took away what is around it, the specification leaves open which of
 * several errors is told: there, only the place of the null is compared.
 */
function errorKeys({ data, errors }: Answer): string[] {
  const keys = new Set<string>();
  for (const error of errors) {
    const path = error.path ?? [];
    const place = placeOfNull(data, path);
    const code = String(error.extensions?.code);
    const cause = error.extensions?.view ?? error.extensions?.subgraph ?? '';
    keys.add(place.length < path.length ? `${place.join('.')} lost` : `${path.join('.')} ${code} ${cause}`);
  }
  return [...keys].sort();
}

function placeOfNull(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let at = data;
  for (let i = 0; i < path.length; i += 1) {
    if (at === null || at === undefined) return path.slice(0, i);
    at = (at as Record<string | number, unknown>)[path[i] as string | number];
  }
  return path;
}
