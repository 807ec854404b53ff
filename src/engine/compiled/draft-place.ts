/** A place of the client's answer while the program is made: who supplies it, and which places lie below. */
import type { FieldTable, ProjectedField, Shape } from '../interpreted/projection-table.ts';
import { NotCompiled } from './not-compiled.ts';
import { NO_SLOT, type SourceField, SourceObject, type SourceReader } from './source-object.ts';

export interface DraftSupply {
  readonly source: SourceObject;
  /** Of the entity, in the first supply's rows. */
  readonly entitySlot: number;
  readonly reader: SourceReader;
}

export interface DraftChild {
  readonly place: DraftPlace;
  /** Index of the supply whose field it is. */
  readonly supply: number;
  readonly slot: number;
  readonly isList: boolean;
}

/** Gives every looked-into place of every answer a table of its own. */
export type NewTable = (source: (table: number) => SourceObject) => SourceObject;

export class DraftPlace {
  readonly table: FieldTable;
  readonly supplies: DraftSupply[];
  readonly #children = new Map<string, DraftChild>();
  readonly #newTable: NewTable;

  constructor(table: FieldTable, first: DraftSupply, newTable: NewTable) {
    this.table = table;
    this.supplies = [first];
    this.#newTable = newTable;
  }

  get source(): SourceObject {
    return (this.supplies[0] as DraftSupply).source;
  }

  /** The one supply that answers a key of the tree, with its field there. */
  supplyOf(key: string): { readonly supply: number; readonly field: SourceField } {
    let found: { supply: number; field: SourceField } | null = null;
    for (const [supply, { source }] of this.supplies.entries()) {
      const field = source.field(key);
      if (field === undefined) continue;
      if (found !== null) throw new NotCompiled('SEVERAL_SOURCES');
      found = { supply, field };
    }
    if (found === null) throw new NotCompiled('OTHER');
    return found;
  }

  hasChild(key: string): boolean {
    return this.#children.has(key);
  }

  /** The objects in a field, looked into from now on. */
  child(key: string): DraftChild {
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const field = this.table.fields.find(({ sourceKey }) => sourceKey === key);
    if (field === undefined) throw new NotCompiled('HIDDEN_PLACE');
    const child = this.#open(field);
    this.#children.set(key, child);
    return child;
  }

  #open({ sourceKey, shape }: ProjectedField): DraftChild {
    const { supply, field } = this.supplyOf(sourceKey);
    const { reader, source } = this.supplies[supply] as DraftSupply;
    const isList = shape.kind === 'list';
    const item = isList ? shape.of : shape;
    const table = onlyTable(item);
    // Entities that stand at several places are looked into from each, and stand in one table.
    field.child ??= {
      object: this.#newTable(
        (index) =>
          new SourceObject(
            { type: table.type, table: index, fetch: source.fetch },
            reader.fields(field.sets, table.type),
          ),
      ),
      ...{ isList, nullable: !shape.nonNull, itemNullable: !item.nonNull, slot: source.slots(2) },
    };
    const { object, slot } = field.child;
    const first = { source: object, entitySlot: NO_SLOT, reader };
    return { place: new DraftPlace(table, first, this.#newTable), supply, slot, isList };
  }
}

function onlyTable(shape: Shape): FieldTable {
  if (shape.kind === 'list') throw new NotCompiled('NESTED_LISTS');
  if (shape.kind !== 'object') throw new NotCompiled('OTHER');
  if (shape.selection.only === null) throw new NotCompiled('ABSTRACT_TYPE');
  return shape.selection.only;
}
