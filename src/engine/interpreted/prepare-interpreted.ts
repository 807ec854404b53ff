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
  Kind,
  type OperationDefinitionNode,
  print,
  visit,
} from 'graphql';
import { FeaturegraphError } from '../../core/errors.ts';
import type { RequestContext } from '../../core/request-context.ts';
import type { CheckedVariables } from '../coerce-variables.ts';
import { fragmentsOf } from '../fragments-of.ts';
import {
  type Asker,
  type Denied,
  Guard,
  NOTHING_DENIED,
  type Protections,
  withoutDenied,
} from '../protections.ts';
import type { PlanNode, Planner } from '../query-plan.ts';
import { selectOperation } from '../select-operation.ts';
import type { SubgraphClient } from '../subgraph-client.ts';
import { type Choice, canonicalOperation, fieldsWithArguments } from './canonical-operation.ts';
import { collectStatuses } from './collect-statuses.ts';
import { type CompiledPlan, compilePlan, type PlanStep } from './compile-plan.ts';
import { startDeadline } from './deadline.ts';
import { announcePlan, executeStep } from './execute-plan.ts';
import { FieldErrors } from './field-errors.ts';
import { findPassage, type Passage, passOn } from './passage.ts';
import type { PlanRun } from './plan-run.ts';
import { project } from './project.ts';
import { type ProjectionSource, Selection } from './projection-table.ts';
import { TypeConditions } from './type-conditions.ts';

/**
 * Every choice of the @skip and @include variables gets a plan of its own: the planner's plan for all choices
 * sometimes loses a condition, and then a null that nobody asked for can take an object away (seen). Up to so
 * many variables, the plans of all choices, eight, are made ahead.
 */
const SWITCHES_AHEAD_MAX = 3;

/** Choices that are kept at once. A client that goes through more pays for plans, as with new documents. */
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
  /** From 0 to below 1: draws the requests that an `@override` sends elsewhere. None is sent where not given. */
  readonly random?: () => number;
  readonly protections?: Protections;
}

export interface InterpretedOperation {
  /** Names of the variables that @skip and @include read. */
  readonly switches: readonly string[];
  /** The plan for one choice of the @skip and @include variables: for explanations, not for execution. */
  planFor(variables: Readonly<Record<string, unknown>>): PlanNode | null;
  /** @throws FeaturegraphError when a choice of @skip and @include that was not planned ahead cannot be. */
  execute(
    variables: CheckedVariables,
    context: RequestContext,
    clients: ReadonlyMap<string, SubgraphClient>,
    variant?: Variant,
  ): Promise<InterpretedResult>;
  /** The operation as a request with these variables executes it for this asker; may draw for an `@override`. */
  variantFor(variables: Readonly<Record<string, unknown>>, asker?: Asker): Variant;
  /** Those made so far. */
  variants(): Iterable<Variant>;
}

export interface InterpretedResult {
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

const NO_INTROSPECTION: Readonly<Record<string, unknown>> = {};

/** The operation for one choice of its @skip and @include variables. */
export interface Variant {
  readonly types: TypeConditions;
  readonly plan: PlanStep | null;
  readonly hasDependents: boolean;
  readonly selection: Selection;
  readonly introspection: DocumentNode | null;
  readonly passage: Passage | null;
  /** `Type.field` of what its askers may not see. */
  readonly denied: Denied;
}

class Interpreted implements InterpretedOperation {
  readonly #options: InterpretedOptions;
  readonly #operation: OperationDefinitionNode;
  readonly #types: TypeConditions;
  readonly #takesArguments: ReadonlySet<string>;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #rootType: string;
  /** Names of the variables that @skip and @include read. */
  readonly #switches: readonly string[];
  readonly #guard: Guard;
  readonly #variants = new Map<string, Variant>();
  /** Percentages at which plans change. */
  readonly #shares: readonly number[];
  /** Where no share is taken but the whole. */
  readonly #lastStep: number;

  constructor(options: InterpretedOptions) {
    const { document, apiSchema, planner } = options;
    this.#options = options;
    this.#shares = planner.shares ?? [];
    this.#lastStep = this.#shares.length;
    this.#operation = selectOperation(document, options.operationName);
    this.#rootType = rootTypeOf(apiSchema, this.#operation);
    this.#takesArguments = fieldsWithArguments(apiSchema);
    this.#types = new TypeConditions(planner.possibleTypes);
    this.#fragments = fragmentsOf(document);
    this.#switches = switchesOf(document);
    this.#guard = new Guard(document, apiSchema, options.protections ?? new Map());
    this.#prepareAhead(this.#switches.length > SWITCHES_AHEAD_MAX ? [{}] : choicesOf(this.#switches));
  }

  async execute(
    variables: CheckedVariables,
    context: RequestContext,
    clients: ReadonlyMap<string, SubgraphClient>,
    variant = this.variantFor(variables.coerced, context),
  ): Promise<InterpretedResult> {
    const introspection =
      variant.introspection === null ? NO_INTROSPECTION : await this.#introspect(variant, variables.sent);
    const run = await this.#fetch(variant, variables.sent, context, clients);
    const passed = passOn(variant.passage, run);
    if (passed !== null) return { data: passed, errors: [], extensions: {} };
    const { data, errors } = project(run.root, variant.selection, run.errors, introspection);
    for (const { message, extensions } of run.unlocated) errors.push({ message, extensions });
    const extensions =
      context.options.status === 'VALUES'
        ? { featuregraph: { statuses: collectStatuses(run.root, data, variant.selection) } }
        : {};
    return { data, errors, extensions };
  }

  variantFor(variables: Readonly<Record<string, unknown>>, asker?: Asker): Variant {
    const denied = asker === undefined ? NOTHING_DENIED : this.#guard.deniedTo(asker);
    return this.#variantFor(variables, this.#draw(), denied);
  }

  variants(): Iterable<Variant> {
    return this.#variants.values();
  }

  get switches(): readonly string[] {
    return this.#switches;
  }

  planFor(variables: Readonly<Record<string, unknown>>): PlanNode | null {
    const choice = Object.fromEntries(this.#switches.map((name) => [name, variables[name] === true]));
    return this.#planNode(this.#canonical(choice), this.#lastStep);
  }

  async #fetch(
    { plan, hasDependents }: Variant,
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
      statuses: hasDependents || context.options.status === 'VALUES',
      deadline: startDeadline(context),
      onFault: this.#options.onFault ?? (() => {}),
    };
    try {
      if (plan !== null) {
        announcePlan(plan, run);
        await executeStep(plan, run);
      }
    } finally {
      run.deadline.stop();
    }
    return run;
  }

  async #introspect(
    { introspection }: Variant,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> {
    if (introspection === null) return {};
    const result = await execute({
      schema: this.#options.apiSchema,
      document: introspection,
      variableValues: variables as Record<string, unknown>,
    });
    return result.data ?? {};
  }

  /** A choice that cannot be planned costs only the requests that make it; where none can, nobody is served. */
  #prepareAhead(choices: readonly Choice[]): void {
    let failure: unknown = null;
    let failures = 0;
    for (const choice of choices) {
      try {
        this.#variantFor(choice);
      } catch (error) {
        failure = error;
        failures += 1;
      }
    }
    if (failures === choices.length) throw failure;
  }

  /** How many of the planner's shares this request does not take; all, where nothing is drawn. */
  #draw(): number {
    const { random } = this.#options;
    if (this.#lastStep === 0 || random === undefined) return this.#lastStep;
    const drawn = random() * 100;
    return this.#shares.filter((share) => share <= drawn).length;
  }

  /** @param step of the planner's shares: plans change only there. */
  #variantFor(
    variables: Readonly<Record<string, unknown>>,
    step = this.#lastStep,
    denied = NOTHING_DENIED,
  ): Variant {
    const who = denied.size === 0 ? '' : ` ${[...denied].join(' ')}`;
    const choice = `${step} ${this.#switches.map((name) => (variables[name] === true ? '1' : '0')).join('')}${who}`;
    const known = this.#variants.get(choice);
    if (known !== undefined) return known;
    const values = Object.fromEntries(this.#switches.map((name) => [name, variables[name] === true]));
    const { compiled, introspection } = this.#planFor(values, step, denied);
    const source: ProjectionSource = {
      schema: this.#options.apiSchema,
      takesArguments: this.#takesArguments,
      fragments: this.#fragments,
      owners: compiled.owners,
      isFeature: this.#options.isFeature,
      denied,
    };
    const root = [this.#operation.selectionSet];
    const selection = new Selection(source, this.#rootType, root, values, true);
    const { root: plan, hasDependents } = compiled;
    const passage = findPassage(plan, selection);
    const variant = { types: this.#types, plan, hasDependents, selection, introspection, passage, denied };
    if (this.#variants.size >= VARIANTS_MAX) this.#variants.clear();
    this.#variants.set(choice, variant);
    return variant;
  }

  #planFor(
    choice: Choice,
    step: number,
    denied: Denied,
  ): { compiled: CompiledPlan; introspection: DocumentNode | null } {
    const canonical = this.#canonical(choice, denied);
    const compiled = compilePlan(this.#planNode(canonical, step), this.#options.apiSchema);
    return { compiled, introspection: canonical.introspection };
  }

  #canonical(choice: Choice, denied = NOTHING_DENIED): ReturnType<typeof canonicalOperation> {
    const { document, apiSchema, operationName } = this.#options;
    const allowed = withoutDenied(document, apiSchema, denied);
    const operation = allowed === document ? this.#operation : selectOperation(allowed, operationName);
    return canonicalOperation(allowed, operation, this.#takesArguments, choice);
  }

  #planNode({ planned }: ReturnType<typeof canonicalOperation>, step: number): PlanNode | null {
    const name = this.#operation.name?.value ?? null;
    const { planner } = this.#options;
    // Any draw between two shares makes the same plan; the lower share itself is such a draw.
    return planned && planner.plan(print(planned), name, this.#shares[step - 1] ?? 0);
  }
}

function choicesOf(switches: readonly string[]): Record<string, boolean>[] {
  let choices: Record<string, boolean>[] = [{}];
  for (const name of switches) {
    choices = choices.flatMap((choice) => [
      { ...choice, [name]: false },
      { ...choice, [name]: true },
    ]);
  }
  return choices;
}

function rootTypeOf(schema: GraphQLSchema, operation: OperationDefinitionNode): string {
  const type = schema.getRootType(operation.operation);
  if (type == null) {
    throw new FeaturegraphError('OPERATION_NOT_SUPPORTED', `The graph serves no ${operation.operation}.`);
  }
  return type.name;
}

/** Names of the variables that @skip and @include read. */
export function switchesOf(document: DocumentNode): string[] {
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
