/** How an input of an on-demand feature, or a part of a reference's key, is had from its entity. */
import { isValueProblem, parseFeatureValue } from '../core/feature-value.ts';
import { type FeatureStatus, statusOfLetter } from '../core/status.ts';
import type { Entity, InputPath } from '../registry/registry.ts';
import { type BlockPlan, placeOf, type ViewNeed } from './block-plan.ts';
import { FeatureError } from './feature-error.ts';
import type { OnDemandPlan } from './on-demand.ts';
import { evaluate } from './on-demand.ts';
import type { RowBackedEntity } from './row-backed-entity.ts';
import { storedStatus, storedValue } from './stored-value.ts';

export interface FieldAccess {
  readonly field: string;
  /** What must have been read. */
  readonly needs: readonly ViewNeed[];
  /** The value, `null`, or the error that stands for it. */
  value(entity: RowBackedEntity): unknown;
  status(entity: RowBackedEntity): FeatureStatus;
  /** Of a value that is NOT_FOUND or OUTSIDE_MAX_AGE: whether a default may stand in. */
  mayDefault(entity: RowBackedEntity): boolean;
}

export interface AccessParts {
  readonly entity: Entity;
  /** The entity's blocks, in its order. */
  readonly blocks: readonly BlockPlan[];
  onDemand(field: string): OnDemandPlan;
}

/** @throws {Error} when the registry is not whole: a fault of ours. */
export function accessOf(parts: AccessParts, path: InputPath): FieldAccess {
  switch (path.kind) {
    case 'joinKey':
      return joinKeyAccess(parts, path.field);
    case 'feature':
      return featureAccess(parts, path.field);
    case 'onDemand':
      return onDemandAccess(parts.onDemand(path.field));
    case 'external':
      return externalAccess(parts, path.field);
  }
}

function joinKeyAccess({ entity }: AccessParts, field: string): FieldAccess {
  const index = entity.joinKeys.findIndex(({ name }) => name === field);
  if (index < 0) throw unknownField(entity, field);
  return {
    field,
    needs: [],
    value: ($entity) => $entity.$problem ?? $entity.$values[index],
    status: ($entity) => ($entity.$problem === null ? 'PRESENT' : 'INVALID_KEY'),
    mayDefault: () => false,
  };
}

function featureAccess({ entity, blocks }: AccessParts, field: string): FieldAccess {
  const feature = entity.features.get(field);
  if (feature === undefined) throw unknownField(entity, field);
  const place = placeOf(entity, feature.view);
  return {
    field,
    needs: [{ block: blocks[place.block] as BlockPlan, view: place.view }],
    value: ($entity) => storedValue($entity.$state(place), feature),
    status: ($entity) => storedStatus($entity.$state(place), feature),
    mayDefault: ($entity) => $entity.$state(place).mayDefault,
  };
}

const NO_ARGUMENTS: Readonly<Record<string, unknown>> = {};

function onDemandAccess(plan: OnDemandPlan): FieldAccess {
  return {
    field: plan.feature.field,
    needs: plan.needs,
    value: ($entity) => evaluate(plan, $entity, NO_ARGUMENTS).value,
    status: ($entity) => evaluate(plan, $entity, NO_ARGUMENTS).status,
    mayDefault: ($entity) => evaluate(plan, $entity, NO_ARGUMENTS).mayDefault,
  };
}

function externalAccess({ entity }: AccessParts, field: string): FieldAccess {
  const type = entity.externals.get(field);
  if (type === undefined) throw unknownField(entity, field);
  const valueIn = ($entity: RowBackedEntity) => $entity.$representation?.[field] ?? null;
  const status = ($entity: RowBackedEntity): FeatureStatus => {
    const value = valueIn($entity);
    if (value !== null && isValueProblem(parseFeatureValue(type, value))) return 'INVALID_KEY';
    const letter = $entity.$letters?.[field];
    if (letter === undefined) return value === null ? 'NULL_VALUE' : 'PRESENT';
    // No status although statuses are told: its owner could not say. A null is then unknown, not null.
    return statusOfLetter(letter) ?? (value === null ? 'STORE_UNAVAILABLE' : 'PRESENT');
  };
  return {
    field,
    needs: [],
    value($entity) {
      switch (status($entity)) {
        case 'STORE_TIMEOUT':
          return inputFailed(entity, field, 'STORE_TIMEOUT', 'was not answered in time');
        case 'STORE_UNAVAILABLE':
          return inputFailed(entity, field, 'STORE_UNAVAILABLE', 'could not be read');
        case 'INVALID_KEY':
          return inputFailed(entity, field, 'INVALID_KEY', 'is not of its type, or belongs to no valid key');
        case 'TRANSFORM_FAILED':
          return inputFailed(entity, field, 'TRANSFORM_FAILED', 'could not be computed');
        default:
          return valueIn($entity);
      }
    },
    status,
    // The owner has put its default there already.
    mayDefault: () => true,
  };
}

function inputFailed(
  entity: Entity,
  field: string,
  code: 'STORE_TIMEOUT' | 'STORE_UNAVAILABLE' | 'INVALID_KEY' | 'TRANSFORM_FAILED',
  why: string,
): FeatureError {
  return new FeatureError(code, `${entity.name}.${field}, which another domain owns, ${why}.`, {
    entity: entity.name,
  });
}

function unknownField(entity: Entity, field: string): Error {
  return new Error(`${entity.domain}: ${entity.name} has no field ${field} that can be read.`);
}
