/**
 * The reference way to execute an operation: its plan is walked step by step, and the answer is projected out
 * of the merged tree. Everything that depends on document and schema alone is worked out here, once.
 */
import {
  type DocumentNode,
  execute,
  type FragmentDefinitionNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  print,
  visit,
} from 'graphql';
import { FeaturegraphError } from '../../core/errors.ts';
import type { RequestContext } from '../../core/request-context.ts';
import type { Planner } from '../query-plan.ts';
import type { SubgraphClient } from '../subgraph-client.ts';
import { canonicalOperation } from './canonical-operation.ts';
import { coerceVariables } from './coerce-variables.ts';
import { collectStatuses } from './collect-statuses.ts';
import { compilePlan, type PlanStep } from './compile-plan.ts';
import { startDeadline } from './deadline.ts';
import { announcePlan, executeStep } from './execute-plan.ts';
import { FieldErrors } from './field-errors.ts';
import type { PlanRun } from './plan-run.ts';
import { project } from './project.ts';
import { type ProjectionSource, Selection } from './projection-table.ts';
import { TypeConditions } from './type-conditions.ts';

/** Choices of @skip and @include variables that are kept compiled: six variables, freely chosen. */
const VARIANTS_MAX = 64;

export interface InterpretedOptions {
  /** Validated against `apiSchema` already. */
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly apiSchema: GraphQLSchema;
  readonly planner: Planner;
  /** Whether a field has a feature status. */
  readonly isFeature: (type: string, field: string) => boolean;
  /** Told of errors that were not written for a caller. */
  readonly onFault?: (error: unknown, subgraph: string) => void;
}

export interface InterpretedOperation {
  /** @param variables as the client sent them. */
  execute(
    variables: Readonly<Record<string, unknown>>,
    context: RequestContext,
    clients: ReadonlyMap<string, SubgraphClient>,
  ): Promise<InterpretedResult>;
}

export interface InterpretedResult {
  /** `null` also when the variables do not fit: the errors then have the code BAD_USER_INPUT and no path. */
  readonly data: Record<string, unknown> | null;
  /** One per failed value, not yet grouped, in the order of the answer. */
  readonly errors: readonly GraphQLFormattedError[];
  /** `featuregraph.statuses` where they were asked for. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** @throws FeaturegraphError when the operation is not found, not supported or cannot be planned. */
export function prepareInterpreted(options: InterpretedOptions): InterpretedOperation {
  return new Interpreted(options);
}

class Interpreted implements InterpretedOperation {
  readonly #options: InterpretedOptions;
  readonly #operation: OperationDefinitionNode;
  readonly #introspection: DocumentNode | null;
  readonly #plan: PlanStep | null;
  readonly #hasDependents: boolean;
  readonly #types: TypeConditions;
  readonly #source: ProjectionSource;
  readonly #rootType: string;
  /** Names of the variables that @skip and @include read. */
  readonly #switches: readonly string[];
  readonly #variants = new Map<string, Selection>();

  constructor(options: InterpretedOptions) {
    const { document, apiSchema, planner, isFeature } = options;
    this.#options = options;
    this.#operation = findOperation(document, options.operationName);
    this.#rootType = rootTypeOf(apiSchema, this.#operation);
    const canonical = canonicalOperation(document, this.#operation);
    this.#introspection = canonical.introspection;
    const name = this.#operation.name?.value ?? null;
    const plan = canonical.planned && planner.plan(print(canonical.planned), name);
    const compiled = compilePlan(plan, apiSchema);
    this.#plan = compiled.root;
    this.#hasDependents = compiled.hasDependents;
    this.#types = new TypeConditions(planner.possibleTypes);
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    }
    this.#source = { schema: apiSchema, fragments, owners: compiled.owners, isFeature };
    this.#switches = switchesOf(document);
    if (this.#switches.length === 0) this.#selectionFor({});
  }

  async execute(
    given: Readonly<Record<string, unknown>>,
    context: RequestContext,
    clients: ReadonlyMap<string, SubgraphClient>,
  ): Promise<InterpretedResult> {
    const variables = coerceVariables(this.#options.apiSchema, this.#operation, given);
    if (!variables.ok) return { data: null, errors: variables.errors, extensions: {} };
    const selection = this.#selectionFor(variables.coerced);
    const introspection = await this.#introspect(given);
    const run = await this.#fetch(variables.sent, context, clients);
    const { data, errors } = project(run.root, selection, run.errors, introspection);
    for (const { message, extensions } of run.unlocated) errors.push({ message, extensions });
    const extensions =
      context.options.status === 'VALUES'
        ? { featuregraph: { statuses: collectStatuses(run.root, data, selection) } }
        : {};
    return { data, errors, extensions };
  }

  async #fetch(
    variables: Readonly<Record<string, unknown>>,
    context: RequestContext,
    clients: ReadonlyMap<string, SubgraphClient>,
  ): Promise<PlanRun> {
    const run: PlanRun = {
      root: {},
      errors: new FieldErrors(),
      unlocated: [],
      variables,
      context,
      clients,
      types: this.#types,
      statuses: this.#hasDependents || context.options.status === 'VALUES',
      deadline: startDeadline(context),
      onFault: this.#options.onFault ?? (() => {}),
    };
    try {
      if (this.#plan !== null) {
        announcePlan(this.#plan, run);
        await executeStep(this.#plan, run);
      }
    } finally {
      run.deadline.stop();
    }
    return run;
  }

  async #introspect(variables: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    if (this.#introspection === null) return {};
    const result = await execute({
      schema: this.#options.apiSchema,
      document: this.#introspection,
      variableValues: variables as Record<string, unknown>,
    });
    return result.data ?? {};
  }

  #selectionFor(variables: Readonly<Record<string, unknown>>): Selection {
    const choice = this.#switches.map((name) => (variables[name] === true ? '1' : '0')).join('');
    let selection = this.#variants.get(choice);
    if (selection === undefined) {
      selection = new Selection(
        this.#source,
        this.#rootType,
        [this.#operation.selectionSet],
        variables,
        true,
      );
      if (this.#variants.size >= VARIANTS_MAX) this.#variants.clear();
      this.#variants.set(choice, selection);
    }
    return selection;
  }
}

function findOperation(document: DocumentNode, operationName: string | null): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName);
  if (operation == null) {
    throw new FeaturegraphError(
      'OPERATION_RESOLUTION_FAILURE',
      operationName === null
        ? 'The document has several operations; expected operationName to say which one is meant.'
        : `The document has no operation named "${operationName}"; expected one of its names.`,
    );
  }
  if (operation.operation === 'subscription') {
    throw new FeaturegraphError(
      'OPERATION_NOT_SUPPORTED',
      'Subscriptions are not served; ask with a query, again when needed.',
    );
  }
  return operation;
}

function rootTypeOf(schema: GraphQLSchema, operation: OperationDefinitionNode): string {
  const type = schema.getRootType(operation.operation);
  if (type == null) {
    throw new FeaturegraphError('OPERATION_NOT_SUPPORTED', `The graph serves no ${operation.operation}.`);
  }
  return type.name;
}

function switchesOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      if (directive.name.value !== 'skip' && directive.name.value !== 'include') return;
      const value = directive.arguments?.[0]?.value;
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
