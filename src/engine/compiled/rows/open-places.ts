/** Finds the entities of a place: by the keys that the client asks for, or by those that rows of another hold. */
import type { EntityKey } from '../../../core/entity-key.ts';
import { entityKeyOf } from '../../../features/entity-key-of.ts';
import { RowBackedEntity } from '../../../features/row-backed-entity.ts';
import { storedValue } from '../../../features/stored-value.ts';
import type { ReadView } from '../../../features/view-state.ts';
import { entityAt } from './computed-entities.ts';
import type { ArgumentValues } from './row-arguments.ts';
import type { KeyPart, RootPiece, RowChild, RowSource } from './row-program.ts';
import { NO_ENTITY, type PlaceRows, type RowRun } from './row-run.ts';

/** @returns whether every key asked for is one, and there are not too many. */
export function openRoot(run: RowRun, { lookup, args, place }: RootPiece & { kind: 'lookup' }): boolean {
  const given = run.argumentsOf(args);
  if (given === null) return false;
  const rows = run.places[place.index] as PlaceRows;
  if (lookup.kind === 'one') {
    return addEntity(
      rows,
      lookup.arguments.map((name) => given[name]),
    );
  }
  const keys = given[lookup.arguments[0] as string];
  if (!Array.isArray(keys) || keys.length > lookup.maxKeys) return false;
  const { joinKeys } = place;
  const values: unknown[] = [];
  for (const key of keys as readonly unknown[]) {
    if (typeof key !== 'object' || key === null) {
      values.length = 1;
      values[0] = key;
    } else {
      for (let i = 0; i < joinKeys.length; i += 1)
        values[i] = (key as Readonly<Record<string, unknown>>)[(joinKeys[i] as { name: string }).name];
    }
    if (!addEntity(rows, values)) return false;
  }
  return true;
}

/** @returns whether every key that rows hold is one. */
export function openChild(run: RowRun, parent: PlaceRows, index: number): boolean {
  const child = parent.place.children[index] as RowChild;
  const given = child.args === null ? NO_ARGUMENTS : run.argumentsOf(child.args);
  if (given === null) return false;
  const rows = run.places[child.place.index] as PlaceRows;
  const found = new Int32Array(parent.keys.length);
  parent.children[index] = found;
  const values: unknown[] = [];
  for (let entity = 0; entity < found.length; entity += 1) {
    const isThere = keyValues(run, parent, child, entity, given, values);
    if (isThere === null) return false;
    found[entity] = isThere ? rows.keys.length : NO_ENTITY;
    if (isThere ? !addEntity(rows, values) : child.nonNull) return false;
  }
  return true;
}

const NO_ARGUMENTS: ArgumentValues = {};

/** @param into the key's values. @returns whether there is such a key; `null` where it could not be had. */
function keyValues(
  run: RowRun,
  parent: PlaceRows,
  child: RowChild,
  entity: number,
  given: ArgumentValues,
  into: unknown[],
): boolean | null {
  if (child.key === null) return followedValues(run, parent, child, entity, given, into);
  if (!child.isKnownAhead && !run.look(parent, entity)) return null;
  const count = parent.place.joinKeys.length;
  for (let i = 0; i < child.key.length; i += 1) {
    const part = child.key[i] as KeyPart;
    const value =
      part.kind === 'argument'
        ? given[part.name]
        : part.kind === 'joinKey'
          ? parent.values[entity * count + part.index]
          : storedValue(parent.states[part.view] as ReadView, part.feature);
    if (value === null || value === undefined) return false;
    if (value instanceof Error) return null;
    into[i] = value;
  }
  into.length = child.key.length;
  return true;
}

/** By the entity itself, where its key is made of what is computed. */
function followedValues(
  run: RowRun,
  parent: PlaceRows,
  child: RowChild,
  entity: number,
  given: ArgumentValues,
  into: unknown[],
): boolean | null {
  const from = entityAt(run, parent, child.source, entity);
  if (from === null) return null;
  const held = (from as unknown as Record<string, unknown>)[child.field];
  const followed: unknown = typeof held === 'function' ? held.call(from, given) : held;
  if (followed === null || followed === undefined) return false;
  if (!(followed instanceof RowBackedEntity)) return null;
  into.length = followed.$values.length;
  for (let i = 0; i < into.length; i += 1) into[i] = followed.$values[i];
  return true;
}

/** @returns whether the values are a key, in every domain's eyes. */
export function addEntity(rows: PlaceRows, values: readonly unknown[]): boolean {
  const { joinKeys, sources } = rows.place;
  const key = entityKeyOf(joinKeys, values);
  if (typeof key !== 'string') return false;
  for (let i = 0; i < joinKeys.length; i += 1) rows.values.push(values[i]);
  rows.keys.push(key);
  for (let s = 1; s < sources.length; s += 1) {
    const { keyOrder, entityClass } = sources[s] as RowSource;
    if (keyOrder === null) continue;
    const own = entityKeyOf(
      entityClass.entity.joinKeys,
      keyOrder.map((at) => values[at]),
    );
    if (typeof own !== 'string') return false;
    rows.otherKeys[s] ??= [];
    (rows.otherKeys[s] as EntityKey[]).push(own);
  }
  return true;
}
