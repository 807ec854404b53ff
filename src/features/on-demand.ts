/** On-demand features: a registered function over the entity's own fields, with the worst status of its inputs. */
import { isValueProblem, parseFeatureValue } from '../core/feature-value.ts';
import { type FeatureStatus, isFailure, worstStatus } from '../core/status.ts';
import type { OnDemandFeature } from '../registry/registry.ts';
import type { ViewNeed } from './block-plan.ts';
import { FeatureError } from './feature-error.ts';
import type { FieldAccess } from './field-access.ts';
import type { RowBackedEntity } from './row-backed-entity.ts';
import { defaultOf } from './stored-value.ts';

export interface TransformErrorPlace {
  readonly transform: string;
  readonly requestId: string;
}

export interface OnDemandPlan {
  readonly feature: OnDemandFeature;
  /** Parameter names of the transform, one per input. */
  readonly names: readonly string[];
  readonly inputs: readonly FieldAccess[];
  /** Names of the field's arguments; a field without any is computed once per entity. */
  readonly argumentNames: readonly string[];
  readonly needs: readonly ViewNeed[];
  /** Place in an entity's memory of what was computed. */
  readonly ordinal: number;
  /** One instance for all failures: they are told apart by path. */
  readonly failure: FeatureError;
  /** What went wrong, for the log: a transform's message may hold values. */
  readonly onError: (error: unknown, where: TransformErrorPlace) => void;
}

export interface Outcome {
  /** The value, `null`, or the error that stands for it. */
  readonly value: unknown;
  readonly status: FeatureStatus;
  readonly mayDefault: boolean;
}

export function transformFailure(feature: OnDemandFeature): FeatureError {
  const { name } = feature.transform;
  const message = `The transform ${name} had no answer of its type; the cause is in the log under the request id.`;
  return new FeatureError('TRANSFORM_FAILED', message, { transform: name });
}

export function evaluate(
  plan: OnDemandPlan,
  entity: RowBackedEntity,
  args: Readonly<Record<string, unknown>>,
): Outcome {
  // Once for each entity and what it is asked with: that is also what is paid for.
  const asked =
    plan.argumentNames.length === 0 ? plan.ordinal : `${plan.ordinal} ${argumentsText(plan, args)}`;
  entity.$computed ??= new Map();
  const known = entity.$computed.get(asked);
  if (known !== undefined) return known;
  const outcome = compute(plan, entity, args);
  entity.$computed.set(asked, outcome);
  return outcome;
}

/** In one order, whichever the arguments come in. */
function argumentsText({ argumentNames }: OnDemandPlan, args: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(argumentNames.map((name) => args[name] ?? null));
}

function compute(
  plan: OnDemandPlan,
  entity: RowBackedEntity,
  args: Readonly<Record<string, unknown>>,
): Outcome {
  // Also where an input has failed: the price of a request does not depend on that.
  entity.$reads.context.usage.transforms += 1;
  let status: FeatureStatus = 'PRESENT';
  let mayDefault = true;
  let failed: FieldAccess | null = null;
  const inputs: Record<string, unknown> = {};
  for (let i = 0; i < plan.inputs.length; i += 1) {
    const access = plan.inputs[i] as FieldAccess;
    const inputStatus = access.status(entity);
    const worst = worstStatus(status, inputStatus);
    if (isFailure(inputStatus)) {
      if (worst !== status) failed = access;
    } else {
      inputs[plan.names[i] as string] = access.value(entity);
      if (isReplaceable(inputStatus) && !access.mayDefault(entity)) mayDefault = false;
    }
    status = worst;
  }
  if (failed !== null) return { value: failed.value(entity), status, mayDefault: false };
  const value = run(plan, entity, inputs, args);
  if (value instanceof FeatureError) return { value, status: 'TRANSFORM_FAILED', mayDefault: false };
  if (value !== null) return { value, status, mayDefault: mayDefault && isReplaceable(status) };
  if (status === 'PRESENT') return { value, status: 'NULL_VALUE', mayDefault: false };
  const replaceable = mayDefault && isReplaceable(status);
  return { value: replaceable ? defaultOf(plan.feature) : null, status, mayDefault: replaceable };
}

function isReplaceable(status: FeatureStatus): boolean {
  return status === 'NOT_FOUND' || status === 'OUTSIDE_MAX_AGE';
}

/** @returns a value of the feature's type, `null`, or the plan's failure. */
function run(
  plan: OnDemandPlan,
  entity: RowBackedEntity,
  inputs: Record<string, unknown>,
  args: Readonly<Record<string, unknown>>,
): unknown {
  const { feature, argumentNames } = plan;
  const { context } = entity.$reads;
  const given: Record<string, unknown> = {};
  for (const name of argumentNames) given[name] = args[name] ?? null;
  try {
    const result = feature.transform.compute(inputs, given, { requestTimeMs: context.requestTimeMs });
    return parseResult(feature, result);
  } catch (error) {
    plan.onError(error, { transform: feature.transform.name, requestId: context.requestId });
    return plan.failure;
  }
}

function parseResult(feature: OnDemandFeature, result: unknown): unknown {
  const { output, name } = feature.transform;
  if (result === undefined)
    throw new TypeError(`${name}: expected ${output}, or null for "no value", got nothing.`);
  if (isThenable(result)) {
    result.then(undefined, () => undefined); // its rejection is nobody's: the answer is refused already
    throw new TypeError(`${name}: expected ${output} at once, got a promise.`);
  }
  const parsed = parseFeatureValue(feature.type, result);
  if (isValueProblem(parsed)) {
    throw new TypeError(
      // The value itself may be personal, and this goes to the log.
      `${name}: expected ${parsed.expected}${parsed.at === '' ? '' : ` at ${parsed.at}`}, got another value (${typeof result}).`,
    );
  }
  if (parsed.json === 'null' && output.endsWith('!'))
    throw new TypeError(`${name}: expected ${output}, got null.`);
  return JSON.parse(parsed.json);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
