/** Finds the entities that a gateway sends representations of, with what those bring along. */

import { encodeEntityKey } from '../../../core/entity-key.ts';
import { isRecord } from '../../../core/is-record.ts';
import type { Given } from '../../../features/row-backed-entity.ts';
import type { JoinKey } from '../../../registry/registry.ts';
import { addEntity } from './open-places.ts';
import type { EntitiesRoot, RowPlace, RowSource } from './row-program.ts';
import type { PlaceRows, RowRun } from './row-run.ts';

type Representation = Readonly<Record<string, unknown>>;
type LettersByField = Readonly<Record<string, string>>;

/** @returns whether each is one of an entity of which something is selected, and has a key. */
export function openEntities(run: RowRun, root: EntitiesRoot): boolean {
  const representations = root.representations.of(run.variables);
  if (representations === null) return false;
  const letters = lettersOf(run, root);
  const indexes = new Int32Array(representations.length);
  const rowsOfEach: PlaceRows[] = [];
  const values: unknown[] = [];
  for (let i = 0; i < representations.length; i += 1) {
    const representation = representations[i];
    if (!isRecord(representation)) return false;
    const { __typename: type } = representation;
    const place = typeof type === 'string' ? root.places.get(type) : undefined;
    if (place === undefined) return false;
    const rows = run.places[place.index] as PlaceRows;
    indexes[i] = rows.keys.length;
    rowsOfEach.push(rows);
    readKey(place.joinKeys, representation, values);
    if (!addEntity(rows, values) || !isCanonical(place.joinKeys, rows)) return false;
    bring(place, rows, representation, letters, i);
  }
  run.orders.set(root, { rows: rowsOfEach, indexes });
  return true;
}

function readKey(joinKeys: readonly JoinKey[], representation: Representation, into: unknown[]): void {
  for (let i = 0; i < joinKeys.length; i += 1) into[i] = representation[(joinKeys[i] as JoinKey).name];
}

/** Types whose values are written in one way: one key, one value. */
const CANONICAL = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);

/** An entity that is asked for twice, written in two ways, is answered as it was written first. */
function isCanonical(joinKeys: readonly JoinKey[], { keys, values }: PlaceRows): boolean {
  if (joinKeys.every(({ type }) => type.kind === 'scalar' && CANONICAL.has(type.name))) return true;
  const last = values.slice(-joinKeys.length).map(String);
  return encodeEntityKey(last) === keys.at(-1);
}

function bring(
  { sources }: RowPlace,
  rows: PlaceRows,
  representation: Representation,
  letters: LettersByField | null,
  index: number,
): void {
  const { externals } = (sources[0] as RowSource).entityClass.entity;
  if (externals.size === 0) return;
  rows.given ??= [];
  rows.given.push({
    representation,
    letters: letters === null ? null : lettersAt(letters, externals.keys(), index),
  });
}

function lettersAt(letters: LettersByField, fields: Iterable<string>, index: number): Given['letters'] {
  const own: Record<string, string> = {};
  for (const field of fields) {
    const letter = letters[field]?.[index];
    if (letter !== undefined) own[field] = letter;
  }
  return own;
}

/** Statuses are told by variable, so they are found by the variable that the representations came in. */
function lettersOf({ ask }: RowRun, { representations }: EntitiesRoot): LettersByField | null {
  const told = ask?.inputStatuses ?? null;
  if (told === null || representations.variable === null) return null;
  return told[representations.variable] ?? null;
}
