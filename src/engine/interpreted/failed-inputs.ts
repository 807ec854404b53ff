/**
 * Follows a failed key or `@requires` input to the fields that depend on it: each fails with the input's error,
 * under its own path, because otherwise a feature would be computed over an outage.
 */
import {
  type FeatureStatus,
  isFailure,
  STATUS_LETTERS,
  statusOfLetter,
  worstStatus,
} from '../../core/status.ts';
import type { Dependent, FieldSet, RequiresSelection } from '../query-plan.ts';
import type { EntityStep, SuppliedField } from './compile-plan.ts';
import type { FieldError } from './field-errors.ts';
import { markFailed, type PlanRun } from './plan-run.ts';
import { type EntityBatch, isSelected } from './representations.ts';
import { STATUSES, type TreeObject } from './tree.ts';

export interface FailedField {
  readonly key: string;
  readonly errors: readonly FieldError[];
  readonly letter: string | null;
}

type Failure = Omit<FailedField, 'key'>;

/** Without a key nothing can be asked; if the key failed, then with it everything the fetch was to supply. */
export function failWithKey(object: TreeObject, step: EntityStep, run: PlanRun): void {
  for (const key of step.fetch.keys) {
    if (!run.types.matches(object.__typename, key.type)) continue;
    const failure = findFailure(object, step.fetch.requires, key.fields, run);
    if (failure === null) continue;
    for (const error of failure.errors) markFailed(run, object, step.supplied, error);
    return;
  }
}

export function findFailed(batch: EntityBatch, run: PlanRun): void {
  for (const places of batch.places) {
    for (const object of places) {
      const failed: FailedField[] = [];
      for (const dependent of batch.step.fetch.dependents) {
        if (!run.types.matches(object.__typename, dependent.type)) continue;
        const failure = findFailure(object, batch.step.fetch.requires, dependent.inputs, run);
        if (failure !== null) failed.push({ key: renamedKey(batch.step, dependent), ...failure });
      }
      if (failed.length > 0) batch.failed.set(object, failed);
    }
  }
}

function renamedKey(step: EntityStep, dependent: Dependent): string {
  for (const rewrite of step.fetch.outputRewrites) {
    const last = rewrite.path.at(-1);
    if (rewrite.kind === 'renameKey' && last?.kind === 'field' && last.name === dependent.responseKey) {
      return rewrite.to;
    }
  }
  return dependent.responseKey;
}

/** Sends nothing of an entity of which only failed fields were asked. */
export function withhold(batch: EntityBatch, sources: TreeObject[], run: PlanRun): void {
  if (batch.failed.size === 0) return;
  let kept = 0;
  for (let i = 0; i < batch.representations.length; i += 1) {
    const places = batch.places[i] as TreeObject[];
    const isNeeded = places.some((object) => {
      const failed = batch.failed.get(object);
      return (
        failed === undefined || !batch.step.supplied.every((field) => isLost(field, object, failed, run))
      );
    });
    if (!isNeeded) continue;
    batch.representations[kept] = batch.representations[i] as TreeObject;
    batch.places[kept] = places;
    sources[kept] = sources[i] as TreeObject;
    kept += 1;
  }
  batch.representations.length = kept;
  batch.places.length = kept;
  sources.length = kept;
}

function isLost(
  field: SuppliedField,
  object: TreeObject,
  failed: readonly FailedField[],
  run: PlanRun,
): boolean {
  if (field.type !== null && !run.types.matches(object.__typename, field.type)) return true;
  return failed.some((lost) => lost.key === field.key);
}

/** The errors of the inputs named by `fields`, with the worst letter where one is known. */
function findFailure(
  object: TreeObject,
  requires: readonly RequiresSelection[],
  fields: FieldSet,
  run: PlanRun,
): Failure | null {
  if (run.errors.isEmpty && object[STATUSES] === undefined) return null;
  const errors: FieldError[] = [];
  let worst: FeatureStatus | null = null;
  const visitField = (
    at: TreeObject,
    key: string,
    below: RequiresSelection[] | null,
    set: FieldSet | null,
  ) => {
    const told = run.errors.at(at, key);
    for (const error of told ?? []) errors.push({ ...error, rest: [] });
    const status = statusOfLetter(at[STATUSES]?.[key] ?? '');
    if (status !== undefined && isFailure(status)) {
      worst = worst === null ? status : worstStatus(worst, status);
      if (told === undefined) errors.push(inputFailed(status));
    }
    if (below !== null && set !== null) visitValue(at[key], below, set);
  };
  const visitValue = (value: unknown, below: readonly RequiresSelection[], set: FieldSet): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      value.forEach((item, index) => {
        for (const error of run.errors.at(value, index) ?? []) errors.push({ ...error, rest: [] });
        visitValue(item, below, set);
      });
      return;
    }
    visit(value as TreeObject, below, set);
  };
  const visit = (at: TreeObject, selections: readonly RequiresSelection[], set: FieldSet): void => {
    for (const selection of selections) {
      if (selection.kind === 'types') {
        if (isSelected(selection, at, run)) visit(at, selection.selections, set);
        continue;
      }
      const entry = set.find((field) => field.name === selection.responseKey);
      if (entry === undefined) continue;
      visitField(at, selection.name, selection.selections as RequiresSelection[] | null, entry.fields);
    }
  };
  visit(object, requires, fields);
  return errors.length === 0 ? null : { errors, letter: worst && STATUS_LETTERS[worst] };
}

function inputFailed(status: FeatureStatus): FieldError {
  return {
    message: `An input of this feature could not be read (${status}); the value is unknown, so it is null.`,
    extensions: { code: status },
    rest: [],
  };
}
