/** Which places the entities of `_entities` stand at: one for each type of which something is selected. */
import type { ProjectedField } from '../../interpreted/projection-table.ts';
import { DraftPlace, type DraftSupply, type NewTable } from '../draft-place.ts';
import { NotCompiled } from '../not-compiled.ts';
import { NO_SLOT, SourceObject } from '../source-object.ts';
import type { DraftFetch } from './draft-rows.ts';
import { RowRepresentations } from './row-representations.ts';

/** Federation's field by which a gateway completes entities. */
export const ENTITIES_FIELD = '_entities';

/** Rows are told apart by their places: nobody looks tables up. */
const newTable: NewTable = (make) => make(0);

export interface DraftEntities {
  readonly representations: RowRepresentations;
  readonly drafts: ReadonlyMap<string, DraftPlace>;
}

/** @throws NotCompiled */
export function draftEntities(
  root: DraftPlace,
  fetches: readonly DraftFetch[],
  { sourceKey, shape }: ProjectedField,
): DraftEntities {
  const { supply, field } = root.supplyOf(sourceKey);
  const { reader, source } = root.supplies[supply] as DraftSupply;
  const item = shape.kind === 'list' ? shape.of : shape;
  if (item.kind !== 'object') throw new NotCompiled('OTHER');
  const { fetch } = source;
  const drafts = new Map<string, DraftPlace>();
  for (const type of (fetches[fetch] as DraftFetch).subgraph.classes.keys()) {
    const table = item.selection.tableOf(type);
    if (table === null || table.fields.length === 0) continue;
    const object = new SourceObject({ type, table: 0, fetch }, reader.fields(field.sets, type));
    drafts.set(type, new DraftPlace(table, { source: object, entitySlot: NO_SLOT, reader }, newTable));
  }
  return { representations: new RowRepresentations(field.node), drafts };
}
