/** Entities as objects, for what is computed of them: made only where an operation asks for such a value. */
import { NO_STATUS_LETTER, STATUS_LETTERS } from '../../../core/status.ts';
import type { BlockRecord } from '../../../features/request-reads.ts';
import type { Given, RowBackedEntity } from '../../../features/row-backed-entity.ts';
import type { GivenInput, RowSource } from './row-program.ts';
import type { PlaceRows, RowRun } from './row-run.ts';

/** @returns `null` where a value that it needs of another domain could not be had. */
export function entityAt(
  run: RowRun,
  rows: PlaceRows,
  source: number,
  index: number,
): RowBackedEntity | null {
  rows.entities[source] ??= [];
  const made = rows.entities[source] as RowBackedEntity[];
  const known = made[index];
  if (known !== undefined) return known;
  const from = rows.place.sources[source] as RowSource;
  const given = from.given === null ? broughtTo(rows, index) : givenTo(run, rows, from.given, index);
  if (from.given !== null && given === null) return null;
  const { reader } = run.program;
  const entity = from.entityClass.find(reader.reads(run.context), valuesOf(rows, from, index), given);
  const records: BlockRecord[] = [];
  from.entityClass.collect(entity, from.needs, records);
  made[index] = entity;
  return entity;
}

function broughtTo({ given }: PlaceRows, index: number): Given | null {
  return given === null ? null : (given[index] as Given);
}

function valuesOf({ place, values }: PlaceRows, { keyOrder }: RowSource, index: number): unknown[] {
  const count = place.joinKeys.length;
  const own = values.slice(index * count, (index + 1) * count);
  return keyOrder === null ? own : keyOrder.map((at) => own[at]);
}

/** As a gateway would send it. */
function givenTo(run: RowRun, rows: PlaceRows, inputs: readonly GivenInput[], index: number): Given | null {
  const representation: Record<string, unknown> = {};
  const letters: Record<string, string> = {};
  for (const { field, source, from } of inputs) {
    const owner = entityAt(run, rows, source, index);
    if (owner === null) return null;
    const value = (owner as unknown as Record<string, unknown>)[from];
    if (value instanceof Error || typeof value === 'function') return null;
    representation[field] = value;
    const status = owner.$class.statusOf(owner, from, {});
    letters[field] = status === undefined ? NO_STATUS_LETTER : STATUS_LETTERS[status];
  }
  return { representation, letters: run.tellsLetters ? letters : null };
}
