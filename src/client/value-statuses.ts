/** Joins the statuses of an answer, one compact string per path, to the objects whose values they tell of. */
import type { FeatureStatus } from '../core/status.ts';
import { isRecord } from './feature-failure.ts';

/** The letters of the compact strings. */
export const STATUS_OF_LETTER = {
  P: 'PRESENT',
  N: 'NULL_VALUE',
  F: 'NOT_FOUND',
  A: 'OUTSIDE_MAX_AGE',
  S: 'SOURCE_STALE',
  T: 'STORE_TIMEOUT',
  U: 'STORE_UNAVAILABLE',
  K: 'INVALID_KEY',
  X: 'TRANSFORM_FAILED',
  '-': null,
} as const satisfies Readonly<Record<string, FeatureStatus | null>>;

/** A value with what is known of it. */
export interface ValueWithStatus<Value> {
  readonly value: Value;
  /** `null` for what is no feature (a key, a reference, `__typename`) and where a whole domain failed. */
  readonly status: FeatureStatus | null;
}

/** The fields of one object of the answer, each with its status. */
export type WithStatus<Entity extends object> = {
  readonly [Field in keyof Entity]: ValueWithStatus<Entity[Field]>;
};

type StatusesOfObject = Record<string, FeatureStatus | null>;

export class ValueStatuses {
  readonly #byObject: ReadonlyMap<object, StatusesOfObject>;

  private constructor(byObject: ReadonlyMap<object, StatusesOfObject>) {
    this.#byObject = byObject;
  }

  /**
   * @param data the answer's data.
   * @param letters path without list indexes → one letter per object at that path that has the field, in order.
   * @returns `null` when they do not fit each other: a status at the wrong value is worse than none.
   */
  static join(data: object, letters: unknown): ValueStatuses | null {
    if (!isRecord(letters)) return null;
    const byObject = new Map<object, StatusesOfObject>();
    for (const [path, text] of Object.entries(letters)) {
      if (typeof text !== 'string') return null;
      const used = handOut(byObject, data, path.split('.'), 0, text, 0);
      if (used !== text.length) return null;
    }
    return new ValueStatuses(byObject);
  }

  statusOf(entity: object, field: string): FeatureStatus | null {
    return this.#byObject.get(entity)?.[field] ?? null;
  }

  withStatus<Entity extends object>(entity: Entity): WithStatus<Entity> {
    const statuses = this.#byObject.get(entity);
    // Defined, not assigned: a field may have any name.
    return Object.fromEntries(
      Object.entries(entity).map(([field, value]) => [field, { value, status: statuses?.[field] ?? null }]),
    ) as WithStatus<Entity>;
  }
}

/** @returns how many letters are handed out so far, or -1 when one is unknown or missing. */
function handOut(
  byObject: Map<object, StatusesOfObject>,
  value: unknown,
  keys: readonly string[],
  depth: number,
  letters: string,
  used: number,
): number {
  if (typeof value !== 'object' || value === null) return used;
  if (Array.isArray(value)) {
    let next = used;
    for (const item of value) {
      if (next < 0) return next;
      next = handOut(byObject, item, keys, depth, letters, next);
    }
    return next;
  }
  const key = keys[depth] as string;
  if (!Object.hasOwn(value, key)) return used;
  if (depth < keys.length - 1)
    return handOut(byObject, (value as Record<string, unknown>)[key], keys, depth + 1, letters, used);
  const letter = letters[used] ?? '';
  if (!Object.hasOwn(STATUS_OF_LETTER, letter)) return -1;
  let statuses = byObject.get(value);
  if (statuses === undefined) {
    statuses = Object.create(null) as StatusesOfObject; // a field may have any name
    byObject.set(value, statuses);
  }
  statuses[key] = STATUS_OF_LETTER[letter as keyof typeof STATUS_OF_LETTER];
  return used + 1;
}
