/** The merged tree: plain objects as subgraphs answered them, with statuses beside the values. */

/** Letters of an object's features, by the key of their value; on the object, so that they move with it. */
export const STATUSES: unique symbol = Symbol('statuses');

export type TreeObject = { [key: string]: unknown; [STATUSES]?: Record<string, string> };

export function isTreeObject(value: unknown): value is TreeObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON may hold a key that, assigned, would change an object's prototype. No GraphQL name is it. */
const PROTOTYPE_KEY = '__proto__';

/**
 * Merges what a fetch answered into an object of the tree. What is there stays, save for nulls.
 *
 * @param owned whether parts of `source` may become parts of `target`; otherwise they are copied, because two
 *   places of the tree must not share what later fetches complete in different ways.
 * @param isAbstract tells an interface's name, which must not replace the name of an object's real type.
 */
export function mergeObject(
  target: TreeObject,
  source: TreeObject,
  owned: boolean,
  isAbstract: (type: string) => boolean,
): void {
  for (const key in source) {
    if (key === PROTOTYPE_KEY) continue;
    const value = source[key];
    const present = target[key];
    if (present === undefined || present === null) {
      target[key] = owned ? value : copyOf(value);
    } else if (key === '__typename') {
      if (typeof value === 'string' && !isAbstract(value)) target[key] = value;
    } else if (typeof present === 'object' && typeof value === 'object' && value !== null) {
      mergeValue(present, value, owned, isAbstract);
    }
  }
  const letters = source[STATUSES];
  if (letters !== undefined) target[STATUSES] = { ...target[STATUSES], ...letters };
}

function mergeValue(
  target: object,
  source: object,
  owned: boolean,
  isAbstract: (type: string) => boolean,
): void {
  if (!Array.isArray(target)) {
    if (!Array.isArray(source)) mergeObject(target as TreeObject, source as TreeObject, owned, isAbstract);
    return;
  }
  if (!Array.isArray(source) || source.length !== target.length) return;
  for (let i = 0; i < source.length; i += 1) {
    const present = target[i];
    const value = source[i];
    if (present === null) target[i] = owned ? value : copyOf(value);
    else if (typeof present === 'object' && typeof value === 'object' && value !== null) {
      mergeValue(present, value, owned, isAbstract);
    }
  }
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: TreeObject = {};
  for (const key in value) if (key !== PROTOTYPE_KEY) copy[key] = copyOf((value as TreeObject)[key]);
  const letters = (value as TreeObject)[STATUSES];
  if (letters !== undefined) copy[STATUSES] = { ...letters };
  return copy;
}
