/** Applies the planner's rewrites: keys and values that have one name in a document and another in the tree. */
import type { PathSegment, Rewrite } from '../query-plan.ts';
import { STATUSES, type TreeObject } from './tree.ts';
import type { TypeConditions } from './type-conditions.ts';

/** Changes `value` in place. */
export function applyRewrites(value: unknown, rewrites: readonly Rewrite[], types: TypeConditions): void {
  for (const rewrite of rewrites) apply(value, rewrite, 0, types);
}

function apply(value: unknown, rewrite: Rewrite, depth: number, types: TypeConditions): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) apply(item, rewrite, depth, types);
    return;
  }
  const object = value as TreeObject;
  const segment = rewrite.path[depth];
  if (segment === undefined) return;
  const isLast = depth === rewrite.path.length - 1;
  if (segment.kind === 'types') {
    if (types.matchesAny(object.__typename, segment.names)) apply(object, rewrite, depth + 1, types);
  } else if (segment.kind === 'list') {
    apply(object, rewrite, depth + 1, types);
  } else if (!isLast) {
    apply(object[segment.name], rewrite, depth + 1, types);
  } else if (rewrite.kind === 'setValue') {
    object[segment.name] = rewrite.value;
  } else if (segment.name in object) {
    object[rewrite.to] = object[segment.name];
    delete object[segment.name];
    renameLetter(object, segment.name, rewrite.to);
  }
}

function renameLetter(object: TreeObject, from: string, to: string): void {
  const letters = object[STATUSES];
  const letter = letters?.[from];
  if (letters === undefined || letter === undefined) return;
  delete letters[from];
  letters[to] = letter;
}

/** The path of an error as it reads after the rewrites. */
export function rewritePath(
  path: readonly (string | number)[],
  rewrites: readonly Rewrite[],
): readonly (string | number)[] {
  let renamed: (string | number)[] | null = null;
  for (const rewrite of rewrites) {
    if (rewrite.kind !== 'renameKey') continue;
    const at = positionOf(path, rewrite.path);
    if (at === -1) continue;
    renamed ??= [...path];
    renamed[at] = rewrite.to;
  }
  return renamed ?? path;
}

/** Position in `path` of the rewrite's last key, or -1 where the path leads elsewhere. */
function positionOf(path: readonly (string | number)[], segments: readonly PathSegment[]): number {
  let at = -1;
  for (const segment of segments) {
    if (segment.kind !== 'field') continue;
    at += 1;
    while (typeof path[at] === 'number') at += 1;
    if (path[at] !== segment.name) return -1;
  }
  return at;
}
