/**
 * Collects what an entity fetch sends: one representation per distinct entity, none without a whole key. Where
 * an input of a computed field failed, that field is told to have failed with it, and the representation is
 * withheld from foreign subgraphs when nothing else was asked of the entity.
 */
import type { EntityFetch, FieldSet, RequiresSelection } from '../query-plan.ts';
import { collectObjects } from './collect-objects.ts';
import type { EntityStep } from './compile-plan.ts';
import { type FailedField, failWithKey, findFailed, withhold } from './failed-inputs.ts';
import type { PlanRun } from './plan-run.ts';
import { applyRewrites } from './rewrites.ts';
import { STATUSES, type TreeObject } from './tree.ts';

export interface EntityBatch {
  readonly step: EntityStep;
  readonly representations: TreeObject[];
  /** Per representation, the objects of the tree that it stands for. */
  readonly places: TreeObject[][];
  /** Fields that failed with their inputs, per object. */
  readonly failed: Map<TreeObject, readonly FailedField[]>;
  /** Input → a letter per representation; `null` where no letter is known. */
  readonly inputStatuses: Record<string, string> | null;
}

/** @param isOurs whether the subgraph is one of ours: told of failed inputs, it computes nothing over them. */
export function collectBatch(step: EntityStep, run: PlanRun, isOurs: boolean): EntityBatch {
  const { fetch } = step;
  const objects: TreeObject[] = [];
  for (const path of fetch.paths) collectObjects(run.root, path, run.types, objects);
  const batch: EntityBatch = {
    step,
    representations: [],
    places: [],
    failed: new Map(),
    inputStatuses: null,
  };
  const seen = new Map<string, number>();
  const sources: TreeObject[] = [];
  for (const object of objects) {
    if (typeof object.__typename !== 'string') continue;
    const identity = identityOf(object, fetch.requires, run);
    let index = seen.get(identity);
    if (index === undefined) {
      const representation = representationOf(object, fetch, run);
      index = representation === null ? -1 : batch.representations.length;
      if (representation !== null) {
        batch.representations.push(representation);
        batch.places.push([]);
        sources.push(object);
      }
      seen.set(identity, index);
    }
    if (index === -1) failWithKey(object, step, run);
    else batch.places[index]?.push(object);
  }
  if (fetch.dependents.length > 0) {
    findFailed(batch, run);
    // What is read, and paid for, does not depend on what failed.
    if (!isOurs) withhold(batch, sources, run);
    return { ...batch, inputStatuses: inputStatusesOf(fetch, sources) };
  }
  return batch;
}

/** A text that two objects share when they would be sent the same representation; cheaper than building it. */
function identityOf(object: TreeObject, requires: readonly RequiresSelection[], run: PlanRun): string {
  let identity = '';
  for (const selection of requires) {
    if (selection.kind === 'types') {
      if (isSelected(selection, object, run)) identity += identityOf(object, selection.selections, run);
    } else {
      identity += identityOfValue(object[selection.name], selection.selections, run);
    }
  }
  return identity;
}

function identityOfValue(
  value: unknown,
  selections: readonly RequiresSelection[] | null,
  run: PlanRun,
): string {
  if (typeof value === 'string') return `${value.length}"${value}`;
  if (value === null) return '_';
  if (value === undefined) return '?';
  if (typeof value !== 'object') return `${value};`;
  if (Array.isArray(value)) {
    let identity = `[${value.length};`;
    for (const item of value) identity += identityOfValue(item, selections, run);
    return identity;
  }
  // Only a scalar made of JSON gets here without a selection.
  if (selections === null) return JSON.stringify(value);
  return `{${identityOf(value as TreeObject, selections, run)}}`;
}

export function isSelected(
  selection: RequiresSelection & { kind: 'types' },
  object: TreeObject,
  run: PlanRun,
): boolean {
  if (selection.skipIf !== null && run.variables[selection.skipIf] === true) return false;
  if (selection.includeIf !== null && run.variables[selection.includeIf] !== true) return false;
  return run.types.matches(object.__typename, selection.name);
}

/** @returns `null` where the object has no whole key of the target. */
function representationOf(object: TreeObject, fetch: EntityFetch, run: PlanRun): TreeObject | null {
  const representation: TreeObject = { __typename: object.__typename };
  select(object, fetch.requires, run, representation);
  if (!hasKey(object, representation, fetch, run)) return null;
  applyRewrites(representation, fetch.inputRewrites, run.types);
  return representation;
}

function select(
  object: TreeObject,
  requires: readonly RequiresSelection[],
  run: PlanRun,
  into: TreeObject,
): void {
  for (const selection of requires) {
    if (selection.kind === 'types') {
      if (isSelected(selection, object, run)) select(object, selection.selections, run, into);
      continue;
    }
    const value = object[selection.name];
    if (value === undefined) continue;
    const { selections, responseKey } = selection;
    into[responseKey] = selections === null ? value : selectValue(value, selections, run, into[responseKey]);
  }
}

/** @param present what another selection of the same field has chosen already. */
function selectValue(
  value: unknown,
  selections: readonly RequiresSelection[],
  run: PlanRun,
  present: unknown,
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      selectValue(item, selections, run, Array.isArray(present) ? present[index] : undefined),
    );
  }
  const selected: TreeObject = typeof present === 'object' && present !== null ? (present as TreeObject) : {};
  select(value as TreeObject, selections, run, selected);
  return selected;
}

function hasKey(object: TreeObject, representation: TreeObject, fetch: EntityFetch, run: PlanRun): boolean {
  let isKnown = false;
  for (const key of fetch.keys) {
    if (!run.types.matches(object.__typename, key.type)) continue;
    isKnown = true;
    if (isWhole(representation, key.fields)) return true;
  }
  if (isKnown) return false;
  // The target's keys are not told: anything beside the type's name may be one.
  return Object.entries(representation).some(([name, value]) => name !== '__typename' && value !== null);
}

function isWhole(value: unknown, fields: FieldSet): boolean {
  if (Array.isArray(value)) return value.every((item) => isWhole(item, fields));
  if (typeof value !== 'object' || value === null) return false;
  return fields.every((field) => {
    const part = (value as TreeObject)[field.name];
    if (part === null || part === undefined) return false;
    return field.fields === null || isWhole(part, field.fields);
  });
}

function inputStatusesOf(fetch: EntityFetch, sources: readonly TreeObject[]): Record<string, string> | null {
  const names = new Set(fetch.dependents.flatMap((dependent) => dependent.inputs.map((input) => input.name)));
  const letters: Record<string, string> = {};
  let isKnown = false;
  for (const name of names) {
    const key = treeKeyOf(fetch.requires, name) ?? name;
    let text = '';
    for (const source of sources) {
      const letter = source[STATUSES]?.[key];
      if (letter !== undefined) isKnown = true;
      text += letter ?? '-';
    }
    letters[name] = text;
  }
  return isKnown ? letters : null;
}

function treeKeyOf(requires: readonly RequiresSelection[], name: string): string | null {
  for (const selection of requires) {
    if (selection.kind === 'types') {
      const key = treeKeyOf(selection.selections, name);
      if (key !== null) return key;
    } else if (selection.responseKey === name) return selection.name;
  }
  return null;
}
