/** Hands the letters of a subgraph's answer out to the objects they tell of. */
import { STATUSES, type TreeObject } from './tree.ts';

/** @param statuses path without list indexes → a letter per object at that path that has the field. */
export function attachStatuses(
  data: Record<string, unknown>,
  statuses: Readonly<Record<string, string>>,
): void {
  for (const path in statuses) {
    const keys = path.split('.');
    attach(data, keys, 0, statuses[path] as string, 0);
  }
}

/** @returns how many letters were handed out so far. */
function attach(
  value: unknown,
  keys: readonly string[],
  depth: number,
  letters: string,
  used: number,
): number {
  if (typeof value !== 'object' || value === null) return used;
  let next = used;
  if (Array.isArray(value)) {
    for (const item of value) next = attach(item, keys, depth, letters, next);
    return next;
  }
  const object = value as TreeObject;
  const key = keys[depth] as string;
  if (depth < keys.length - 1) return attach(object[key], keys, depth + 1, letters, used);
  if (!Object.hasOwn(object, key)) return used;
  const letter = letters[used];
  if (letter !== undefined && letter !== '-') {
    const own = object[STATUSES];
    if (own === undefined) object[STATUSES] = { [key]: letter };
    else own[key] = letter;
  }
  return used + 1;
}
