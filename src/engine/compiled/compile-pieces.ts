/** From a place's drafts to the tables by which its objects are written. */
import type { GraphQLSchema } from 'graphql';
import type { FieldTable, ProjectedField, Shape } from '../interpreted/projection-table.ts';
import { checkLeaf } from './check-leaf.ts';
import type { DraftPlace, DraftSupply } from './draft-place.ts';
import { keptBytes } from './kept-bytes.ts';
import { PIECE, type Piece, type ProgramPlace, type Supply } from './program-place.ts';
import type { Check } from './scan-json.ts';
import { checkObject, checkTypename, listOf, orNull } from './scan-object.ts';
import { NO_SLOT, type SourceField, type SourceReader } from './source-object.ts';

/** A field that is copied as it stands, under its own key, together with those next to it. */
interface Run {
  readonly supply: number;
  readonly fields: { readonly source: SourceField; readonly projected: ProjectedField }[];
}

export class PieceCompiler {
  readonly #schema: GraphQLSchema;
  readonly #unfinished: (() => void)[] = [];
  readonly places = new Map<DraftPlace, ProgramPlace>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** To be called once all places are there: only then is it known how long the rows of tables are. */
  finish(): void {
    for (const finish of this.#unfinished) finish();
  }

  place(draft: DraftPlace): ProgramPlace {
    const pieces: Piece[] = [];
    let run: Run | null = null;
    const endRun = (): void => {
      if (run !== null) pieces.push(slicePiece(run, draft, pieces.length === 0));
      run = null;
    };
    for (const projected of draft.table.fields) {
      const copied = this.#copied(projected, draft);
      if (copied !== null && run !== null && continues(run, copied, projected, draft)) {
        (run as Run).fields.push({ source: copied.field, projected });
        continue;
      }
      endRun();
      if (copied === null) pieces.push(this.#other(projected, draft, pieces.length === 0));
      else run = { supply: copied.supply, fields: [{ source: copied.field, projected }] };
    }
    endRun();
    // Where everything is skipped, nothing begins the object.
    if (pieces.length === 0) pieces.push(literalPiece('{'));
    const supplies: Supply[] = [];
    this.#unfinished.push(() => supplies.push(...draft.supplies.map(supplyOf)));
    const place = { table: draft.source.table, supplies, pieces };
    this.places.set(draft, place);
    return place;
  }

  /** @returns where a value comes from that is copied whole; `null` for one that is written in another way. */
  #copied(projected: ProjectedField, draft: DraftPlace): { supply: number; field: SourceField } | null {
    const { shape, sourceKey } = projected;
    if (shape.kind === 'constant' || draft.hasChild(sourceKey)) return null;
    const found = draft.supplyOf(sourceKey);
    const { reader } = draft.supplies[found.supply] as DraftSupply;
    const check = this.#closed(shape, found.field, reader);
    if (check === null) return null;
    found.field.check = check;
    return found;
  }

  /** The check of a value that nobody looks into; `null` where the client sees something else than what comes. */
  #closed(shape: Shape, field: SourceField, reader: SourceReader): Check | null {
    const check = this.#closedNonNull(shape, field, reader);
    return check === null || shape.nonNull ? check : orNull(check);
  }

  #closedNonNull(shape: Shape, field: SourceField, reader: SourceReader): Check | null {
    switch (shape.kind) {
      case 'constant':
        return field.isTypename ? checkTypename(shape.value) : null;
      case 'introspection':
      case 'denied':
        return null;
      case 'leaf':
        return checkLeaf(shape, this.#schema);
      case 'list': {
        const item = this.#closed(shape.of, field, reader);
        return item === null ? null : listOf(item);
      }
      case 'object':
        return shape.selection.only === null ? null : this.#closedObject(shape.selection.only, field, reader);
    }
  }

  #closedObject(table: FieldTable, { sets }: SourceField, reader: SourceReader): Check | null {
    const fields = reader.fields(sets, table.type);
    if (fields.length !== table.fields.length) return null;
    const checks: { key: string; check: Check }[] = [];
    for (const [index, projected] of table.fields.entries()) {
      const field = fields[index] as SourceField;
      if (field.key !== projected.sourceKey || field.key !== projected.responseKey) return null;
      const check = this.#closed(projected.shape, field, reader);
      if (check === null) return null;
      checks.push({ key: field.key, check });
    }
    return checkObject(checks);
  }

  #other(projected: ProjectedField, draft: DraftPlace, isFirst: boolean): Piece {
    const { shape, responseKey, sourceKey } = projected;
    const before = keptBytes(`${isFirst ? '{' : ','}${JSON.stringify(responseKey)}:`);
    if (shape.kind === 'constant') {
      return literalPiece(before.toString() + JSON.stringify(shape.value));
    }
    const { place, supply, slot, isList } = draft.child(sourceKey);
    const whenNull = shape.nonNull ? null : keptBytes(`${before}null`);
    const kind = isList ? PIECE.LIST : PIECE.OBJECT;
    return { kind, supply, slot, endSlot: NO_SLOT, before, whenNull, child: this.place(place) };
  }
}

function literalPiece(text: string): Piece {
  const none = { supply: 0, slot: NO_SLOT, endSlot: NO_SLOT, whenNull: null, child: null };
  return { kind: PIECE.LITERAL, before: keptBytes(text), ...none };
}

function continues(
  { supply, fields }: Run,
  next: { readonly supply: number; readonly field: SourceField },
  projected: ProjectedField,
  draft: DraftPlace,
): boolean {
  const last = fields.at(-1) as Run['fields'][number];
  const answered = (draft.supplies[supply] as DraftSupply).source.fields;
  return (
    next.supply === supply &&
    next.field.key === projected.responseKey &&
    last.source.key === last.projected.responseKey &&
    answered.indexOf(next.field) === answered.indexOf(last.source) + 1
  );
}

function slicePiece({ supply, fields }: Run, draft: DraftPlace, isFirst: boolean): Piece {
  const { source } = draft.supplies[supply] as DraftSupply;
  const [first] = fields as [Run['fields'][number]];
  const last = fields.at(-1) as Run['fields'][number];
  const separator = isFirst ? '{' : ',';
  const isOwnKey = first.source.key === first.projected.responseKey;
  const isNullable = fields.every(({ projected }) => !projected.shape.nonNull);
  const nulls = fields.map(({ projected }) => `${JSON.stringify(projected.responseKey)}:null`).join(',');
  return {
    kind: PIECE.SLICE,
    supply,
    slot: source.note(first.source, isOwnKey ? 'key' : 'start'),
    endSlot: source.note(last.source, 'end'),
    before: keptBytes(isOwnKey ? separator : `${separator}${JSON.stringify(first.projected.responseKey)}:`),
    whenNull: isNullable ? keptBytes(separator + nulls) : null,
    child: null,
  };
}

function supplyOf({ source, entitySlot }: DraftSupply): Supply {
  return { fetch: source.fetch, table: source.table, stride: source.slotCount, entitySlot };
}
