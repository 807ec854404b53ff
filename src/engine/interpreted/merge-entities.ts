/** Puts the answer of an entity fetch where its entities stand, errors included. */

import { FeaturegraphError } from '../../core/errors.ts';
import type { SubgraphResult } from '../subgraph-client.ts';
import type { FailedField } from './failed-inputs.ts';
import type { FieldError } from './field-errors.ts';
import { markFailed, type PlanRun, subgraphFailure } from './plan-run.ts';
import type { EntityBatch } from './representations.ts';
import { applyRewrites, rewritePath } from './rewrites.ts';
import { isTreeObject, mergeObject, STATUSES, type TreeObject } from './tree.ts';

/** @param placed gets the errors without a path of their own that are told of something lacking here. */
export function mergeEntities(
  batch: EntityBatch,
  result: SubgraphResult,
  subgraph: string,
  run: PlanRun,
  placed: Set<SubgraphResult['errors'][number]>,
): void {
  const { fetch } = batch.step;
  const entities = result.data?.[fetch.responseKey];
  if (Array.isArray(entities) && entities.length === batch.places.length) {
    applyRewrites(entities, fetch.outputRewrites, run.types);
    mergeData(batch, entities, subgraph, run);
  } else if (result.data !== null && batch.places.length > 0 && entities !== null) {
    failAll(batch, wrongCount(subgraph), run);
  }
  for (const error of result.errors)
    placeError(batch, error, Array.isArray(entities) ? entities : [], run, placed);
  if (entities === null) failAll(batch, wrongCount(subgraph), run);
  for (const [object, failed] of batch.failed) failDependents(object, failed, run);
}

function mergeData(batch: EntityBatch, entities: readonly unknown[], subgraph: string, run: PlanRun): void {
  const isAbstract = (type: string): boolean => run.types.isAbstract(type);
  for (let i = 0; i < entities.length; i += 1) {
    const entity = entities[i];
    const places = batch.places[i] as TreeObject[];
    if (!isTreeObject(entity)) {
      if (entity === null) continue; // it has none of this key
      for (const place of places) markFailed(run, place, batch.step.supplied, wrongCount(subgraph));
      continue;
    }
    // The first place owns the parts, so the copies for the others are taken before it changes them.
    for (let at = places.length - 1; at >= 0; at -= 1) {
      mergeObject(places[at] as TreeObject, entity, at === 0, isAbstract);
    }
  }
}

function placeError(
  batch: EntityBatch,
  error: SubgraphResult['errors'][number],
  entities: readonly unknown[],
  run: PlanRun,
  placed: Set<SubgraphResult['errors'][number]>,
): void {
  const located = { message: error.message, extensions: error.extensions ?? {} };
  const path = error.path ?? [];
  if (path.length > 0 && path[0] !== batch.step.fetch.responseKey) return; // another batch's
  const places = typeof path[1] === 'number' ? batch.places[path[1]] : undefined;
  if (places === undefined) {
    if (failAll(batch, { ...located, rest: [] }, run)) placed.add(error);
    return;
  }
  const isLost = !isTreeObject(entities[path[1] as number]);
  const below = rewritePath(path.slice(2), batch.step.fetch.outputRewrites);
  for (const place of places) {
    if (below.length > 0) run.errors.addAtPath(place, below, located);
    // A null that took the whole entity away left its other fields unanswered.
    if (isLost) markFailed(run, place, batch.step.supplied, { ...located, rest: [] });
  }
}

/** @returns whether anything was lacking. */
function failAll(batch: EntityBatch, error: FieldError, run: PlanRun): boolean {
  let isMarked = false;
  for (const places of batch.places) {
    for (const place of places) isMarked = markFailed(run, place, batch.step.supplied, error) || isMarked;
  }
  return isMarked;
}

/** Whatever the subgraph made of a failed input is not an answer. */
function failDependents(object: TreeObject, failed: readonly FailedField[], run: PlanRun): void {
  for (const { key, errors, letter } of failed) {
    object[key] = null;
    run.errors.set(object, key, errors);
    const letters = object[STATUSES];
    if (letter !== null) object[STATUSES] = { ...letters, [key]: letter };
    else if (letters !== undefined) delete letters[key];
  }
}

function wrongCount(subgraph: string): FieldError {
  return subgraphFailure(
    new FeaturegraphError(
      'SUBGRAPH_BAD_RESPONSE',
      `The subgraph "${subgraph}" did not answer one entity per representation. Its owner finds the request in its log.`,
    ),
    subgraph,
  );
}
