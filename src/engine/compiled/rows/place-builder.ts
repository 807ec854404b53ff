/** Makes one place of a row program: who knows its entities, what is read of them, and what is written. */
import { type GraphQLField, isObjectType } from 'graphql';
import { type BlockPlan, placeOf, type ViewNeed } from '../../../features/block-plan.ts';
import type { EntityClass } from '../../../features/entity-class.ts';
import type { JoinKey, Reference, View } from '../../../registry/registry.ts';
import type { ProjectedField } from '../../interpreted/projection-table.ts';
import type { RowSubgraph } from '../../row-subgraph.ts';
import type { DraftPlace, DraftSupply } from '../draft-place.ts';
import { NotCompiled } from '../not-compiled.ts';
import type { SourceField } from '../source-object.ts';
import { classOfSupply, type DraftRows } from './draft-rows.ts';
import { RowArguments } from './row-arguments.ts';
import { PieceList } from './row-pieces.ts';
import type {
  GivenInput,
  KeyPart,
  PlaceRead,
  PlaceView,
  RowChild,
  RowDemand,
  RowPlace,
  RowSource,
} from './row-program.ts';

export interface OpenDemand extends RowDemand {
  readonly views: number[];
  readonly viewIds: number[];
}

export interface PlaceParts {
  readonly draft: DraftPlace;
  readonly rows: DraftRows;
  /** Of the place, with a dot at its end. */
  readonly path: string;
  readonly pathOf: (path: string) => number;
  readonly demandOf: (block: BlockPlan) => { readonly index: number; readonly demand: OpenDemand };
  readonly placeOf: (draft: DraftPlace, path: string) => RowPlace;
}

export class PlaceBuilder {
  readonly #parts: PlaceParts;
  readonly #classes: readonly EntityClass[];
  readonly #reads: PlaceRead[] = [];
  readonly #views: PlaceView[] = [];
  readonly #children: RowChild[] = [];

  constructor(parts: PlaceParts) {
    this.#parts = parts;
    const { supplies, table } = parts.draft;
    this.#classes = supplies.map((supply) => classOfSupply(parts.rows.fetches, supply, table.type));
  }

  get #joinKeys(): readonly JoinKey[] {
    return (this.#classes[0] as EntityClass).entity.joinKeys;
  }

  build(index: number): RowPlace {
    const { table, supplies } = this.#parts.draft;
    const sources = supplies.map((supply, at) => this.#source(supply, at));
    const { path, pathOf } = this.#parts;
    const pieces = new PieceList((responseKey) => pathOf(path + responseKey));
    for (const field of table.fields) this.#piece(field, pieces);
    return {
      ...{ index, type: table.type, joinKeys: this.#joinKeys, sources },
      ...{ reads: this.#reads, views: this.#views, children: this.#children },
      pieces: pieces.finish(),
      isComputed: pieces.isComputed || this.#children.some(({ key }) => key === null),
    };
  }

  #source(supply: DraftSupply, index: number): RowSource {
    const entityClass = this.#classes[index] as EntityClass;
    const subgraph = this.#subgraphOf(supply);
    const needs: ViewNeed[] = [];
    for (const { node, isTypename } of supply.source.fields) {
      if (isTypename) continue;
      if (subgraph.isTeams(entityClass.name, node.name.value)) throw new NotCompiled('TEAM_RESOLVER');
      for (const need of entityClass.needsOf(node.name.value)) {
        this.#viewIndex(index, need);
        if (!needs.some(({ block, view }) => block === need.block && view === need.view)) needs.push(need);
      }
    }
    const given = this.#parts.rows.given.get(supply) ?? null;
    const keyOrder = index === 0 ? null : this.#keyOrder(entityClass);
    return { entityClass, keyOrder, given: this.#checked(given), needs };
  }

  /** Where the values of other domains come from must be features there, or parts of the key. */
  #checked(given: readonly GivenInput[] | null): readonly GivenInput[] | null {
    for (const { source, from } of given ?? []) {
      const entityClass = this.#classes[source] as EntityClass;
      if (!entityClass.isFeature(from)) throw new NotCompiled('NESTED_INPUTS');
    }
    return given;
  }

  #keyOrder(entityClass: EntityClass): readonly number[] | null {
    const own = this.#joinKeys;
    const order = entityClass.entity.joinKeys.map(({ name }) => own.findIndex((key) => key.name === name));
    if (order.includes(-1)) throw new NotCompiled('OTHER_KEYS');
    const isSame =
      order.length === own.length &&
      order.every((from, at) => from === at && sameType(own[at], entityClass.entity.joinKeys[at]));
    return isSame ? null : order;
  }

  #subgraphOf({ source }: DraftSupply): RowSubgraph {
    return (this.#parts.rows.fetches[source.fetch] as DraftRows['fetches'][number]).subgraph;
  }

  #viewIndex(source: number, { block, view }: ViewNeed): number {
    const { index, demand } = this.#parts.demandOf(block);
    let position = demand.views.indexOf(view);
    if (position < 0) {
      position = demand.views.push(view) - 1;
      demand.viewIds.push((block.views[view] as View).id);
    }
    let read = this.#reads.findIndex((known) => known.demand === index && known.source === source);
    if (read < 0) read = this.#reads.push({ source, demand: index }) - 1;
    const known = this.#views.findIndex((place) => place.read === read && place.position === position);
    if (known >= 0) return known;
    return this.#views.push({ read, position, view: block.views[view] as View }) - 1;
  }

  #piece(projected: ProjectedField, pieces: PieceList): void {
    const { responseKey, shape } = projected;
    if (shape.kind === 'constant') pieces.constant(responseKey, shape.value);
    else if (shape.kind === 'denied' || shape.kind === 'introspection') throw new NotCompiled('OTHER');
    else this.#field(projected, pieces);
  }

  #field(projected: ProjectedField, pieces: PieceList): void {
    const { responseKey, sourceKey, shape } = projected;
    const { supply: source, field } = this.#parts.draft.supplyOf(sourceKey);
    const { entity } = this.#classes[source] as EntityClass;
    const name = field.node.name.value;
    const feature = entity.features.get(name);
    const viewRead = entity.viewReads.get(name);
    const reference = entity.references.get(name);
    if (entity.onDemand.has(name)) {
      pieces.computed(responseKey, { source, field: name, args: this.#arguments(source, field), shape });
    } else if (reference !== undefined) {
      pieces.child(responseKey, this.#child(source, field, reference, projected));
    } else if (viewRead !== undefined) {
      pieces.viewRead(responseKey, this.#viewIndexOf(source, viewRead), shape);
    } else if (feature !== undefined) {
      pieces.feature(responseKey, this.#viewIndexOf(source, feature.view), feature, shape);
    } else {
      const key = this.#joinKeys.findIndex((joinKey) => joinKey.name === name);
      if (key < 0) throw new NotCompiled('OTHER');
      pieces.key(responseKey, key, shape);
    }
  }

  #viewIndexOf(source: number, view: View): number {
    const { entity, blocks } = this.#classes[source] as EntityClass;
    const place = placeOf(entity, view);
    return this.#viewIndex(source, { block: blocks[place.block] as BlockPlan, view: place.view });
  }

  #arguments(source: number, { node }: SourceField): RowArguments | null {
    const supply = this.#parts.draft.supplies[source] as DraftSupply;
    const { subgraph, document } = this.#parts.rows.fetches[
      supply.source.fetch
    ] as DraftRows['fetches'][number];
    const field = fieldOf(subgraph, this.#parts.draft.table.type, node.name.value);
    return field.args.length === 0 ? null : new RowArguments(subgraph.schema, field, node, document);
  }

  /** @returns the child's index. */
  #child(
    source: number,
    field: SourceField,
    reference: Reference,
    { responseKey, sourceKey, shape }: ProjectedField,
  ): number {
    const { place, isList } = this.#parts.draft.child(sourceKey);
    if (isList) throw new NotCompiled('OTHER');
    const key = this.#keyParts(source, reference);
    return (
      this.#children.push({
        ...{
          place: this.#parts.placeOf(place, `${this.#parts.path}${responseKey}.`),
          source,
          field: reference.field,
          nonNull: shape.nonNull,
          key,
        },
        args: this.#arguments(source, field),
        isKnownAhead: key?.every(({ kind }) => kind !== 'feature') ?? false,
      }) - 1
    );
  }

  #keyParts(source: number, { key }: Reference): readonly KeyPart[] | null {
    const { entity } = this.#classes[source] as EntityClass;
    const parts: KeyPart[] = [];
    for (const part of key) {
      const feature = part.kind === 'feature' ? entity.features.get(part.field) : undefined;
      if (part.kind === 'argument') parts.push(part);
      else if (feature !== undefined)
        parts.push({ kind: 'feature', view: this.#viewIndexOf(source, feature.view), feature });
      else if (part.kind === 'joinKey')
        parts.push({ kind: 'joinKey', index: this.#joinKeys.findIndex(({ name }) => name === part.field) });
      else return null;
    }
    return parts;
  }
}

function fieldOf(subgraph: RowSubgraph, type: string, name: string): GraphQLField<unknown, unknown> {
  const found = subgraph.schema.getType(type);
  const field = isObjectType(found) ? found.getFields()[name] : undefined;
  if (field === undefined) throw new NotCompiled('OTHER');
  return field;
}

/** Keys of the same kind have the same text; others are worked out by each domain itself. */
function sameType(a: JoinKey | undefined, b: JoinKey | undefined): boolean {
  if (a?.type.kind !== 'scalar' || b?.type.kind !== 'scalar') return false;
  return a.type.name === b.type.name;
}
