/** Which subgraphs of this process supply the places of an operation, and with what: read off its plan. */
import type { DocumentNode } from 'graphql';
import type { EntityClass } from '../../../features/entity-class.ts';
import type { EntityStep, FetchStep, PlanStep } from '../../interpreted/compile-plan.ts';
import type { FieldTable } from '../../interpreted/projection-table.ts';
import type { TypeConditions } from '../../interpreted/type-conditions.ts';
import type { PathSegment, RequiresSelection } from '../../query-plan.ts';
import type { RowSubgraph } from '../../row-subgraph.ts';
import type { SubgraphClient } from '../../subgraph-client.ts';
import { DraftPlace, type DraftSupply, type NewTable } from '../draft-place.ts';
import { NotCompiled } from '../not-compiled.ts';
import { NO_SLOT, SourceObject, SourceReader } from '../source-object.ts';
import type { GivenInput } from './row-program.ts';

export interface DraftFetch {
  readonly subgraph: RowSubgraph;
  readonly document: DocumentNode;
}

export interface DraftRows {
  readonly root: DraftPlace;
  /** By index, as sources of the answer name them. */
  readonly fetches: readonly DraftFetch[];
  /** What is sent with the keys, to supplies that take something. */
  readonly given: ReadonlyMap<DraftSupply, readonly GivenInput[]>;
}

export interface RowSourceParts {
  readonly plan: PlanStep;
  /** Of the root. */
  readonly table: FieldTable;
  readonly types: TypeConditions;
  readonly clients: ReadonlyMap<string, Pick<SubgraphClient, 'rows'>>;
}

/** @throws NotCompiled */
export function draftRows(parts: RowSourceParts): DraftRows {
  return new RowDrafter(parts).draft();
}

/** The entity's class in the subgraph of a supply. */
export function classOfSupply(
  fetches: readonly DraftFetch[],
  { source }: Pick<DraftSupply, 'source'>,
  type: string,
): EntityClass {
  const entityClass = fetches[source.fetch]?.subgraph.classes.get(type);
  if (entityClass === undefined) throw new NotCompiled('OTHER');
  return entityClass;
}

class RowDrafter {
  readonly #parts: RowSourceParts;
  readonly #fetches: DraftFetch[] = [];
  readonly #given = new Map<DraftSupply, readonly GivenInput[]>();
  #root: DraftPlace | null = null;
  #tables = 0;

  constructor(parts: RowSourceParts) {
    this.#parts = parts;
  }

  draft(): DraftRows {
    this.#step(this.#parts.plan);
    if (this.#root === null) throw new NotCompiled('OTHER');
    return { root: this.#root, fetches: this.#fetches, given: this.#given };
  }

  #step(step: PlanStep): void {
    if (step.kind === 'condition') throw new NotCompiled('CONDITION');
    if (step.kind === 'fetch') this.#fetch(step);
    else for (const child of step.steps) this.#step(child);
  }

  #fetch(step: FetchStep): void {
    const { node } = step;
    if (node.document.operationKind !== 'query') throw new NotCompiled('NOT_A_QUERY');
    if (node.outputRewrites.length > 0) throw new NotCompiled('REWRITE');
    const subgraph = this.#parts.clients.get(node.subgraph)?.rows;
    if (subgraph === undefined) throw new NotCompiled('SUBGRAPH_ELSEWHERE');
    const { document } = node.document;
    const reader = new SourceReader(document, this.#parts.types);
    const fetch = this.#fetches.push({ subgraph, document }) - 1;
    const source = this.#newTable(
      (table) => new SourceObject({ type: '', table, fetch }, reader.fields([reader.root], null)),
    );
    if (step.entities.length === 0) this.#supplyRoot({ source, entitySlot: NO_SLOT, reader });
    else for (const entity of step.entities) this.#entities(entity, source, reader);
  }

  #supplyRoot(supply: DraftSupply): void {
    if (this.#root === null) this.#root = new DraftPlace(this.#parts.table, supply, this.#newTable);
    else this.#root.supplies.push(supply);
  }

  #entities({ fetch }: EntityStep, root: SourceObject, reader: SourceReader): void {
    if (fetch.inputRewrites.length > 0 || fetch.outputRewrites.length > 0) throw new NotCompiled('REWRITE');
    const field = root.field(fetch.responseKey);
    if (field === undefined) throw new NotCompiled('OTHER');
    for (const path of fetch.paths) {
      const place = this.#follow(path);
      const { type } = place.table;
      const source = this.#newTable(
        (table) => new SourceObject({ type, table, fetch: root.fetch }, reader.fields(field.sets, type)),
      );
      const supply = { source, entitySlot: NO_SLOT, reader };
      const given = this.#inputs(fetch.requires, place, supply);
      place.supplies.push(supply);
      if (given.length > 0) this.#given.set(supply, given);
    }
  }

  #follow(path: readonly PathSegment[]): DraftPlace {
    let place = this.#root;
    if (place === null) throw new NotCompiled('OTHER');
    for (const segment of path) {
      if (segment.kind === 'list') continue; // whether there is one, the schema says
      if (segment.kind === 'field') place = place.child(segment.name).place;
      else if (!this.#parts.types.matchesAny(place.table.type, segment.names)) throw new NotCompiled('OTHER');
    }
    return place;
  }

  /** What the supply is sent besides the key: values that another domain has of the same entity. */
  #inputs(
    requires: readonly RequiresSelection[],
    place: DraftPlace,
    supply: DraftSupply,
  ): readonly GivenInput[] {
    const { type } = place.table;
    const { externals, joinKeys } = classOfSupply(this.#fetches, supply, type).entity;
    const selected = this.#selected(requires, type);
    const isSent = (name: string): boolean => selected.some(({ responseKey }) => responseKey === name);
    if (!joinKeys.every(({ name }) => isSent(name))) throw new NotCompiled('NESTED_INPUTS');
    return selected
      .filter(({ responseKey }) => externals.has(responseKey))
      .filter(({ responseKey }) => !joinKeys.some(({ name }) => name === responseKey))
      .map(({ name, responseKey, selections }) => {
        const { supply: source, field } = place.supplyOf(name);
        if (selections !== null || (field.node.arguments ?? []).length > 0)
          throw new NotCompiled('NESTED_INPUTS');
        return { field: responseKey, source, from: field.node.name.value };
      });
  }

  /** The fields that an object of `type` is sent by. */
  #selected(
    requires: readonly RequiresSelection[],
    type: string,
  ): (RequiresSelection & { readonly kind: 'field' })[] {
    return requires.flatMap((selection) => {
      if (selection.kind === 'field') return selection.name === '__typename' ? [] : [selection];
      if (selection.skipIf !== null || selection.includeIf !== null) throw new NotCompiled('CONDITION');
      return this.#parts.types.matches(type, selection.name)
        ? this.#selected(selection.selections, type)
        : [];
    });
  }

  readonly #newTable: NewTable = (make) => {
    const source = make(this.#tables);
    this.#tables += 1;
    return source;
  };
}
