/** What a prepared operation does and reads, for each choice of its @skip and @include variables that is left open. */
import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { FeaturegraphError } from '../core/errors.ts';
import { type CheckedVariables, coerceVariables } from './coerce-variables.ts';
import { REASONS } from './compiled/not-compiled.ts';
import type { PreparedOperation } from './engine.ts';
import { type PlanSummary, summarizePlan } from './plan-summary.ts';
import type { KnownSubgraph } from './read-waves.ts';

export interface ExplainedOperation {
  /** Its name, or the start of its hash. */
  readonly operation: string;
  readonly hash: string;
  /** One for each plan; choices that lead to the same one stand together. */
  readonly plans: readonly ExplainedPlan[];
}

export interface ExplainedPlan extends PlanSummary {
  /** Values of the @skip and @include variables; one empty choice where nothing is left open. */
  readonly choices: readonly Readonly<Record<string, boolean>>[];
  /** Units that it costs at most; a list that is not given is taken to have one key. */
  readonly cost: number;
  /** Why it is executed the interpreted way; `null` where it is compiled. */
  readonly interpreted: string | null;
}

export interface ExplainOptions {
  readonly prepared: PreparedOperation;
  readonly apiSchema: GraphQLSchema;
  /** As many as are known; lists that are not given have no length. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly subgraph: (name: string) => KnownSubgraph | undefined;
}

/** So many open @skip and @include variables make eight plans; more tell nobody anything. */
const OPEN_SWITCHES_MAX = 3;

/**
 * @throws GraphQLError BAD_USER_INPUT when a variable does not have its type; FeaturegraphError when the operation has
 *   no such variable, or more plans than anybody would read.
 */
export function explainOperation(options: ExplainOptions): ExplainedOperation {
  const { prepared, subgraph } = options;
  const { coerced, sent } = checkKnown(options);
  const open = prepared.switches.filter((name) => coerced[name] === undefined);
  if (open.length > OPEN_SWITCHES_MAX) {
    throw new FeaturegraphError(
      'BAD_USER_INPUT',
      `The variables ${open.join(', ')} of @skip and @include make ${2 ** open.length} plans; give values to all but ${OPEN_SWITCHES_MAX}.`,
    );
  }
  const plans = new Map<string, ExplainedPlan>();
  for (const choice of choicesOf(open)) {
    const plan = prepared.planFor({ ...coerced, ...choice });
    const way = prepared.wayOf({ ...coerced, ...choice });
    const summary = {
      ...summarizePlan({ plan, subgraph, variables: { ...sent, ...choice } }),
      cost: prepared.costOfKnown({ ...coerced, ...choice }).total,
      interpreted: way === 'COMPILED' ? null : REASONS[way],
    };
    const text = JSON.stringify(summary);
    plans.set(text, { choices: [...(plans.get(text)?.choices ?? []), choice], ...summary });
  }
  return { operation: prepared.label, hash: prepared.hash, plans: [...plans.values()] };
}

/** Checks what is given as a request's variables are, and misses nothing that is not. */
function checkKnown({ prepared, apiSchema, variables }: ExplainOptions): CheckedVariables {
  const { operation } = prepared;
  const definitions = operation.variableDefinitions ?? [];
  const names = definitions.map(({ variable }) => variable.name.value);
  const unknown = Object.keys(variables).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new FeaturegraphError(
      'BAD_USER_INPUT',
      `The operation has no variable "${unknown}"; expected one of ${names.join(', ') || 'none'}.`,
    );
  }
  const known: OperationDefinitionNode = {
    ...operation,
    variableDefinitions: definitions.filter(
      ({ variable, defaultValue }) =>
        defaultValue !== undefined || Object.hasOwn(variables, variable.name.value),
    ),
  };
  return coerceVariables(apiSchema, known, variables);
}

function choicesOf(names: readonly string[]): Record<string, boolean>[] {
  return names.reduce<Record<string, boolean>[]>(
    (choices, name) =>
      choices.flatMap((choice) => [true, false].map((value) => ({ ...choice, [name]: value }))),
    [{}],
  );
}
