/** What one execution of a plan knows and gathers. */
import { FeaturegraphError } from '../../core/errors.ts';
import type { RequestContext } from '../../core/request-context.ts';
import type { SubgraphClient } from '../subgraph-client.ts';
import type { SuppliedField } from './compile-plan.ts';
import type { Deadline } from './deadline.ts';
import type { FieldError, FieldErrors } from './field-errors.ts';
import type { TreeObject } from './tree.ts';
import type { TypeConditions } from './type-conditions.ts';

export interface PlanRun {
  /** The merged tree. */
  readonly root: TreeObject;
  readonly errors: FieldErrors;
  /** Errors that a subgraph did not locate, beside data that lacks nothing. */
  readonly unlocated: FieldError[];
  /** Client variables as subgraphs are sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: RequestContext;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly types: TypeConditions;
  readonly statuses: boolean;
  readonly deadline: Deadline;
  /** Told of what should not happen: an error that was not written for a caller. */
  readonly onFault: (error: unknown, subgraph: string) => void;
}

/** Puts the error at every field that `supplied` promised and `place` lacks. */
export function markFailed(
  run: PlanRun,
  place: TreeObject,
  supplied: readonly SuppliedField[],
  error: FieldError,
): boolean {
  let isMarked = false;
  for (const field of supplied) {
    if (field.type !== null && !run.types.matches(place.__typename, field.type)) continue;
    const value = place[field.key];
    // A null that is there already is an answer, or has an error of its own.
    if (value === undefined) {
      if (run.errors.at(place, field.key) !== undefined) continue;
      run.errors.add(place, field.key, error);
      isMarked = true;
    } else if (value !== null && field.fields !== null) {
      isMarked = markInside(run, value, field.fields, error) || isMarked;
    }
  }
  return isMarked;
}

function markInside(
  run: PlanRun,
  value: unknown,
  supplied: readonly SuppliedField[],
  error: FieldError,
): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (!Array.isArray(value)) return markFailed(run, value as TreeObject, supplied, error);
  let isMarked = false;
  for (const item of value) isMarked = markInside(run, item, supplied, error) || isMarked;
  return isMarked;
}

/** An error of a subgraph as the tree keeps it. Only deliberate errors keep their message. */
export function subgraphFailure(error: unknown, subgraph: string): FieldError {
  if (error instanceof FeaturegraphError) {
    return {
      message: error.message,
      extensions: { ...error.details, code: error.code, subgraph },
      rest: [],
    };
  }
  return {
    message: `The gateway failed while it asked the subgraph "${subgraph}". The log has the cause under the request id.`,
    extensions: { code: 'INTERNAL_SERVER_ERROR', subgraph },
    rest: [],
  };
}
