/** Finds the objects that a plan's path leads to, through lists, interfaces and unions. */
import type { PathSegment } from '../query-plan.ts';
import type { TreeObject } from './tree.ts';
import type { TypeConditions } from './type-conditions.ts';

/** Adds to `into` the objects at `path`, in the order of the response. */
export function collectObjects(
  value: unknown,
  path: readonly PathSegment[],
  types: TypeConditions,
  into: TreeObject[],
  depth = 0,
): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    // A list may stand anywhere: the planner leaves out the segments of lists in lists.
    const next = path[depth]?.kind === 'list' ? depth + 1 : depth;
    for (const item of value) collectObjects(item, path, types, into, next);
    return;
  }
  const segment = path[depth];
  if (segment === undefined) {
    into.push(value as TreeObject);
    return;
  }
  if (segment.kind === 'list') {
    collectObjects(value, path, types, into, depth + 1);
    return;
  }
  if (segment.kind === 'types') {
    const type = (value as TreeObject).__typename;
    if (types.matchesAny(type, segment.names)) collectObjects(value, path, types, into, depth + 1);
    return;
  }
  collectObjects((value as TreeObject)[segment.name], path, types, into, depth + 1);
}
