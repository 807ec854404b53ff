import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { FeaturegraphError } from '../core/errors.ts';
import type { RequestContext } from '../core/request-context.ts';
import { CostBound } from '../tenancy/cost/cost-bound.ts';
import { type CostModel, NO_COST_MODEL } from '../tenancy/cost/cost-model.ts';
import type { OperationCost } from '../tenancy/cost/operation-cost.ts';
import { type Admission, type ListBound, prepareAdmission } from './admit.ts';
import { BoundedCache } from './bounded-cache.ts';
import { type CheckedVariables, coerceVariables } from './coerce-variables.ts';
import { CompiledOperation, type Way } from './compiled/compiled-operation.ts';
import type { WrittenAnswer } from './compiled/write-answer.ts';
import { OperationCosts } from './cost/operation-costs.ts';
import { fragmentsOf } from './fragments-of.ts';
import { groupErrors } from './group-errors.ts';
import {
  type InterpretedOperation,
  type InterpretedResult,
  prepareInterpreted,
} from './interpreted/prepare-interpreted.ts';
import type { Protections } from './protections.ts';
import type { PlanNode, Planner } from './query-plan.ts';
import { quickVariables } from './quick-variables.ts';
import { selectOperation } from './select-operation.ts';
import type { SubgraphClient } from './subgraph-client.ts';

/** What an engine serves: one composed graph. A new supergraph is a new `Graph`; running requests end on theirs. */
export interface Graph {
  readonly apiSchema: GraphQLSchema;
  readonly planner: Planner;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  /** Whether a field has a feature status. */
  isFeature(typeName: string, fieldName: string): boolean;
  readonly listBounds: ReadonlyMap<string, ListBound>;
  /** What fields need to be seen. */
  readonly protections?: Protections;
  /** What things cost; where not given, every operation costs 1. */
  readonly costs?: CostModel;
  /** A client that rejected, which it should never do: a fault of ours, for the log. */
  onFault(error: unknown, subgraph: string): void;
  /** Told of each execution that may be compiled how it was done, for a metric. */
  onExecuted?(way: Way): void;
  /** From 0 to below 1: draws the requests that an `@override` with a share sends to the new subgraph. */
  random?(): number;
}

export interface Answer {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** A document made ready once: validated, planned, its bounds known. Executing it only runs tables. */
export interface PreparedOperation {
  readonly hash: string;
  /** Whether it asks for the schema, which not everyone may. */
  readonly introspects: boolean;
  /** For metrics and logs: the operation's name, or the start of its hash. */
  readonly label: string;
  readonly operation: OperationDefinitionNode;
  /** Names of the variables that @skip and @include read: each choice of them has a plan of its own. */
  readonly switches: readonly string[];
  /** The plan for these variables' choice of @skip and @include; `null` when nothing is fetched. For explanations. */
  planFor(variables: Readonly<Record<string, unknown>>): PlanNode | null;
  /**
   * @param variables as the client sent them.
   * @throws GraphQLError for the request as a whole, with `extensions.code` and `extensions.http.status`.
   */
  execute(variables: Readonly<Record<string, unknown>>, context: RequestContext): Promise<Answer>;
  /**
   * The same, compiled where that can be.
   * @returns the whole body as bytes, where it was compiled and the answer has nothing but data to tell.
   */
  executeToBytes(
    variables: Readonly<Record<string, unknown>>,
    context: RequestContext,
  ): Promise<WrittenAnswer | Answer>;
  /**
   * What executing it costs at most: what is metered is never more, save for what errors and introspection add to the
   * size of an answer.
   * @param variables as the client sent them.
   * @throws GraphQLError BAD_USER_INPUT, LIST_LIMIT
   */
  costOf(variables: Readonly<Record<string, unknown>>, context: RequestContext): OperationCost;
  /** The same for who may see all, of variables as far as they are known: a list that is not given has one key. */
  costOfKnown(coerced: Readonly<Record<string, unknown>>): OperationCost;
  /**
   * The same, for an operation that is to be executed.
   * @throws GraphQLError COST_ESTIMATED_TOO_EXPENSIVE too
   */
  estimate(variables: Readonly<Record<string, unknown>>, context: RequestContext): OperationCost;
  /**
   * What these three have in common, done once: the variables are checked and the plan is chosen.
   * @param variables as the client sent them.
   * @throws GraphQLError BAD_USER_INPUT, LIST_LIMIT
   */
  begin(variables: Readonly<Record<string, unknown>>, context: RequestContext): BegunOperation;
  /** How `executeToBytes` executes these variables' choice of @skip and @include. */
  wayOf(variables: Readonly<Record<string, unknown>>): Way;
}

/** A prepared operation for one request, whose variables have been checked. */
export interface BegunOperation {
  /** As of `PreparedOperation`, of the very plan that is executed. */
  estimate(): OperationCost;
  execute(): Promise<Answer>;
  executeToBytes(): Promise<WrittenAnswer | Answer>;
}

/** Bound of all kept documents together, in bytes as they were seen to take them: some, and more for each character. */
const PREPARED_MAX_BYTES = 400_000_000;
const PREPARED_BYTES = 20_000;
const PREPARED_BYTES_PER_CHARACTER = 115;

export class Engine {
  readonly #graph: Graph;
  readonly #prepared = new BoundedCache<string, PreparedOperation>(PREPARED_MAX_BYTES);

  readonly #bound: CostBound | null;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#bound = graph.costs === undefined ? null : new CostBound(graph.apiSchema, graph.costs);
  }

  get apiSchema(): GraphQLSchema {
    return this.#graph.apiSchema;
  }

  get preparedCount(): number {
    return this.#prepared.size;
  }

  /**
   * @param document already validated against `apiSchema`.
   * @param variables of the request that it comes with, where anybody may send it: then it is planned only if it may
   *   be affordable.
   * @throws GraphQLError OPERATION_RESOLUTION_FAILURE, OPERATION_NOT_SUPPORTED; with variables
   *   COST_ESTIMATED_TOO_EXPENSIVE, BAD_USER_INPUT
   */
  prepare(
    document: DocumentNode,
    text: string,
    operationName: string | null,
    variables: Readonly<Record<string, unknown>> | null = null,
  ): PreparedOperation {
    const known = this.findPrepared(text, operationName);
    if (known !== undefined) return known;
    const prepared = this.#prepare(document, text, operationName, variables);
    const bytes = PREPARED_BYTES + PREPARED_BYTES_PER_CHARACTER * text.length;
    this.#prepared.set(keyOf(text, operationName), prepared, bytes);
    return prepared;
  }

  /** @returns `undefined` where it must be parsed, validated and prepared, now or again. */
  findPrepared(text: string, operationName: string | null): PreparedOperation | undefined {
    return this.#prepared.get(keyOf(text, operationName));
  }

  #assertWorthPlanning(
    operation: OperationDefinitionNode,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    variables: Readonly<Record<string, unknown>>,
  ): void {
    const { sent } = coerceVariables(this.apiSchema, operation, variables);
    const bounded = { operation, fragments, variables: sent, options: READ_PLAINLY };
    asRequestError(() => this.#bound?.assertWorthPlanning(bounded));
  }

  #prepare(
    document: DocumentNode,
    text: string,
    operationName: string | null,
    variables: Readonly<Record<string, unknown>> | null,
  ): PreparedOperation {
    const operation = asRequestError(() => selectOperation(document, operationName));
    const { apiSchema, planner, clients, listBounds } = this.#graph;
    const fragments = fragmentsOf(document);
    const admission: Admission = prepareAdmission(apiSchema, operation, fragments, listBounds);
    if (variables !== null) this.#assertWorthPlanning(operation, fragments, variables);
    const interpreted: InterpretedOperation = asRequestError(() =>
      prepareInterpreted({
        document,
        operationName: operation.name?.value ?? null,
        apiSchema,
        planner,
        isFeature: this.#graph.isFeature,
        onFault: this.#graph.onFault,
        ...(this.#graph.random && { random: this.#graph.random }),
        ...(this.#graph.protections && { protections: this.#graph.protections }),
      }),
    );
    const compiled = new CompiledOperation(interpreted, apiSchema, clients);
    const costs = new OperationCosts(interpreted, this.#graph.costs ?? NO_COST_MODEL);
    const quick = quickVariables(apiSchema, operation);
    const check = (given: Readonly<Record<string, unknown>>): CheckedVariables => {
      const variables = quick?.(given) ?? coerceVariables(apiSchema, operation, given);
      asRequestError(() => admission.check(variables.coerced));
      return variables;
    };
    const begin = beginner({
      ...{ interpreted, compiled, costs, clients, check },
      onExecuted: (way) => this.#graph.onExecuted?.(way),
    });
    const hash = createHash('sha256').update(text).digest('hex');
    return {
      hash,
      introspects: INTROSPECTION.test(text),
      label: operation.name?.value ?? hash.slice(0, 12),
      operation,
      switches: interpreted.switches,
      planFor: (variables) => asRequestError(() => interpreted.planFor(variables)),
      wayOf: (variables) => asRequestError(() => compiled.wayOf(variables)),
      costOf: (given, context) =>
        asRequestError(() => costs.of(check(given).coerced, context.options, context)),
      begin,
      costOfKnown: (coerced) => asRequestError(() => costs.of(coerced, READ_PLAINLY)),
      estimate: (given, context) => begin(given, context).estimate(),
      execute: async (given, context) => begin(given, context).execute(),
      executeToBytes: async (given, context) => begin(given, context).executeToBytes(),
    };
  }
}

interface Beginning {
  readonly interpreted: InterpretedOperation;
  readonly compiled: CompiledOperation;
  readonly costs: OperationCosts;
  readonly clients: Graph['clients'];
  readonly check: (given: Readonly<Record<string, unknown>>) => CheckedVariables;
  readonly onExecuted: (way: Way) => void;
}

function beginner({
  interpreted,
  compiled,
  costs,
  clients,
  check,
  onExecuted,
}: Beginning): PreparedOperation['begin'] {
  return (given, context) => {
    const variables = check(given);
    const variant = asRequestError(() => interpreted.variantFor(variables.coerced, context));
    return {
      estimate: () => asRequestError(() => costs.affordable(variant, variables.coerced, context.options)),
      execute: async () =>
        answerOf(await interpreted.execute(variables, context, clients, variant).catch(rethrow)),
      executeToBytes: async () => {
        const done = await compiled.execute(variables, context, variant).catch(rethrow);
        onExecuted(done.way);
        return done.way === 'COMPILED' ? done.written : answerOf(done.result);
      },
    };
  };
}

/** However it is read: what that adds, the formula of the plan knows. */
const READ_PLAINLY = { status: 'NONE' } as const;

/** May also find it in a comment, which only costs time. */
const INTROSPECTION = /\b__(?:schema|type)\b/;

function keyOf(text: string, operationName: string | null): string {
  // An empty name is a name too, of no operation. No document has the character between.
  return operationName === null ? text : `${operationName}\0${text}`;
}

/** A list without errors and an object without extensions are left out: GraphQL has them only when they say something. */
function answerOf({ data, errors, extensions }: InterpretedResult): Answer {
  return {
    data,
    ...(errors.length === 0 ? {} : { errors: groupErrors(errors) }),
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
  };
}

function asRequestError<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    return rethrow(error);
  }
}

function rethrow(error: unknown): never {
  throw error instanceof FeaturegraphError ? requestError(error) : error;
}

/** The catalogue's error as GraphQL's, for the request as a whole. */
export function requestError(error: FeaturegraphError): GraphQLError {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // as the error that it stands for
  const told = new GraphQLError(error.message, {
    extensions: { ...error.details, code: error.code, http: { status: error.httpStatus } },
  });
  Error.stackTraceLimit = stackTraceLimit;
  return told;
}
