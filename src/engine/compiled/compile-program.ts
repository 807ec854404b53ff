/**
 * Makes a program of a plan, where it can: the answers of subgraphs over HTTP are then checked once, where they
 * stand, and copied as bytes. What it does not take is told with its reason, and executed the interpreted way.
 */
import type { GraphQLSchema } from 'graphql';
import type { EntityStep, FetchStep, PlanStep } from '../interpreted/compile-plan.ts';
import type { FieldTable } from '../interpreted/projection-table.ts';
import type { TypeConditions } from '../interpreted/type-conditions.ts';
import type { EntityFetch, PathSegment, RequiresSelection } from '../query-plan.ts';
import type { SubgraphBytes, SubgraphClient } from '../subgraph-client.ts';
import { PieceCompiler } from './compile-pieces.ts';
import { type DraftChild, DraftPlace, type NewTable } from './draft-place.ts';
import { keptBytes } from './kept-bytes.ts';
import { NotCompiled } from './not-compiled.ts';
import type {
  EntityInput,
  EntitySite,
  Hop,
  Program,
  ProgramEntities,
  ProgramFetch,
  ProgramStep,
} from './program.ts';
import type { ProgramPlace } from './program-place.ts';
import { scanSource } from './scan-object.ts';
import { NO_SLOT, SourceObject, SourceReader } from './source-object.ts';

export interface ProgramSource {
  readonly plan: PlanStep | null;
  /** Of the root. */
  readonly table: FieldTable;
  readonly hasDependents: boolean;
  readonly types: TypeConditions;
  readonly schema: GraphQLSchema;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
}

/** @throws NotCompiled */
export function compileProgram(source: ProgramSource): Program {
  return new ProgramCompiler(source).compile();
}

interface DraftFetch {
  readonly step: FetchStep;
  readonly subgraph: SubgraphBytes;
  /** What stands under `data`. */
  readonly root: SourceObject;
  readonly entities: {
    readonly step: EntityStep;
    readonly object: SourceObject;
    readonly sites: DraftSite[];
  }[];
}

interface DraftSite {
  readonly place: DraftPlace;
  readonly way: readonly { readonly from: DraftPlace; readonly child: DraftChild }[];
  readonly slot: number;
  readonly inputs: readonly EntityInput[];
  readonly keys: readonly (readonly number[])[];
}

class ProgramCompiler {
  readonly #source: ProgramSource;
  readonly #tables: SourceObject[] = [];
  readonly #fetches: DraftFetch[] = [];
  #place: DraftPlace | null = null;

  constructor(source: ProgramSource) {
    this.#source = source;
  }

  compile(): Program {
    const { plan, table, schema } = this.#source;
    if (plan === null) throw new NotCompiled('NOTHING_FETCHED');
    const steps = this.#draft(plan, table);
    const pieces = new PieceCompiler(schema);
    const place = pieces.place(this.#place as DraftPlace);
    pieces.finish();
    const fetches = this.#fetches.map((fetch, index) => programFetch(fetch, index, pieces.places));
    return {
      root: steps(fetches),
      fetchCount: fetches.length,
      strides: this.#tables.map(({ slotCount }) => slotCount),
      place,
    };
  }

  /** @returns what the step is once its fetches are made. */
  #draft(step: PlanStep, table: FieldTable): (fetches: readonly ProgramFetch[]) => ProgramStep {
    if (step.kind === 'condition') throw new NotCompiled('CONDITION');
    if (step.kind === 'fetch') {
      const index = this.#fetches.length;
      this.#draftFetch(step, index, table);
      return (fetches) => ({ kind: 'fetch', fetch: fetches[index] as ProgramFetch });
    }
    const steps = step.steps.map((child) => this.#draft(child, table));
    return (fetches) => ({ kind: step.kind, steps: steps.map((make) => make(fetches)) });
  }

  #draftFetch(step: FetchStep, index: number, table: FieldTable): void {
    const { node } = step;
    if (node.document.operationKind !== 'query') throw new NotCompiled('NOT_A_QUERY');
    if (node.outputRewrites.length > 0) throw new NotCompiled('REWRITE');
    const subgraph = this.#source.clients.get(node.subgraph)?.bytes;
    if (subgraph === undefined) throw new NotCompiled('SUBGRAPH_HERE');
    if (this.#source.hasDependents && subgraph.tellsStatuses) throw new NotCompiled('STATUSES');
    const reader = new SourceReader(node.document.document, this.#source.types);
    const isRoot = step.entities.length === 0;
    const root = this.#newTable(
      (at) => new SourceObject({ type: '', table: at, fetch: index }, reader.fields([reader.root], null)),
    );
    const fetch: DraftFetch = { step, subgraph, root, entities: [] };
    this.#fetches.push(fetch);
    if (isRoot) this.#supplyRoot(table, root, reader);
    else for (const entity of step.entities) fetch.entities.push(this.#draftEntities(entity, root, reader));
  }

  #supplyRoot(table: FieldTable, source: SourceObject, reader: SourceReader): void {
    if (this.#place === null) {
      this.#place = new DraftPlace(table, { source, entitySlot: NO_SLOT, reader }, this.#newTable);
      return;
    }
    // Its only row is the first, as that of the fetch which began the place.
    this.#place.supplies.push({ source, entitySlot: NO_SLOT, reader });
  }

  #draftEntities(step: EntityStep, root: SourceObject, reader: SourceReader): DraftFetch['entities'][number] {
    const { fetch } = step;
    if (fetch.inputRewrites.length > 0 || fetch.outputRewrites.length > 0) throw new NotCompiled('REWRITE');
    const field = root.field(fetch.responseKey);
    if (field === undefined) throw new NotCompiled('OTHER');
    let object: SourceObject | null = null;
    const sites: DraftSite[] = [];
    for (const path of fetch.paths) {
      const { place, way } = this.#follow(path);
      const type = place.table.type;
      object ??= this.#newTable(
        (at) => new SourceObject({ type, table: at, fetch: root.fetch }, reader.fields(field.sets, type)),
      );
      if (object.type !== type) throw new NotCompiled('ABSTRACT_TYPE');
      const slot = place.source.slots(1);
      const needs = this.#needs(fetch, place);
      place.supplies.push({ source: object, entitySlot: slot, reader });
      sites.push({ place, way, slot, ...needs });
    }
    if (object === null) throw new NotCompiled('OTHER');
    field.child = { object, isList: true, nullable: false, itemNullable: true, slot: root.slots(2) };
    return { step, object, sites };
  }

  #follow(path: readonly PathSegment[]): Pick<DraftSite, 'place' | 'way'> {
    let place = this.#place;
    if (place === null) throw new NotCompiled('OTHER');
    const way: { from: DraftPlace; child: DraftChild }[] = [];
    for (const segment of path) {
      if (segment.kind === 'list') continue; // whether there is one, the schema says
      if (segment.kind === 'types') {
        if (!this.#source.types.matchesAny(place.table.type, segment.names)) throw new NotCompiled('OTHER');
        continue;
      }
      const child = place.child(segment.name);
      way.push({ from: place, child });
      place = child.place;
    }
    return { place, way };
  }

  #needs(fetch: EntityFetch, place: DraftPlace): Pick<DraftSite, 'inputs' | 'keys'> {
    const { type } = place.table;
    if (place.source.field('__typename') === undefined) throw new NotCompiled('OTHER');
    const names: string[] = [];
    const inputs: EntityInput[] = [];
    for (const { name, responseKey } of this.#selected(fetch.requires, type)) {
      if (names.includes(responseKey)) throw new NotCompiled('OTHER');
      const { supply, field } = place.supplyOf(name);
      if (field.sets.length > 0) throw new NotCompiled('NESTED_INPUTS');
      const { source } = place.supplies[supply] as (typeof place.supplies)[number];
      names.push(responseKey);
      const before = keptBytes(`,${JSON.stringify(responseKey)}:`);
      inputs.push({
        ...{ supply, before },
        startSlot: source.note(field, 'start'),
        endSlot: source.note(field, 'end'),
      });
    }
    const keys = fetch.keys
      .filter((key) => this.#source.types.matches(type, key.type))
      .map((key) => key.fields.map((field) => (field.fields === null ? names.indexOf(field.name) : -1)));
    if (keys.length === 0 || keys.flat().includes(-1)) throw new NotCompiled('NESTED_INPUTS');
    return { inputs, keys };
  }

  /** Of the fields to be sent those that an object of `type` has; its name is always sent, and first. */
  #selected(
    requires: readonly RequiresSelection[],
    type: string,
  ): (RequiresSelection & { readonly kind: 'field' })[] {
    return requires.flatMap((selection) => {
      if (selection.kind === 'field') return selection.name === '__typename' ? [] : [selection];
      if (selection.skipIf !== null || selection.includeIf !== null) throw new NotCompiled('CONDITION');
      return this.#source.types.matches(type, selection.name)
        ? this.#selected(selection.selections, type)
        : [];
    });
  }

  readonly #newTable: NewTable = (make) => {
    const source = make(this.#tables.length);
    this.#tables.push(source);
    return source;
  };
}

function programFetch(
  { step, subgraph, root, entities }: DraftFetch,
  index: number,
  places: ReadonlyMap<DraftPlace, ProgramPlace>,
): ProgramFetch {
  return {
    ...{ index, node: step.node, subgraph },
    head: keptBytes(`{"query":${JSON.stringify(step.node.document.text)},"variables":{`),
    tail: keptBytes(`}${subgraph.bodyTail}}`),
    scan: scanSource(root, false),
    entities: entities.map(
      ({ step: { fetch }, object, sites }): ProgramEntities => ({
        head: keptBytes(`${JSON.stringify(fetch.variable)}:[`),
        table: object.table,
        stride: object.slotCount,
        sites: sites.map((site) => entitySite(site, places)),
      }),
    ),
  };
}

function entitySite(
  { place, way, slot, inputs, keys }: DraftSite,
  places: ReadonlyMap<DraftPlace, ProgramPlace>,
): EntitySite {
  return {
    ...{ slot, inputs, keys },
    place: places.get(place) as ProgramPlace,
    head: keptBytes(`{"__typename":${JSON.stringify(place.table.type)}`),
    hops: way.map(({ from, child }): Hop => {
      const { supply, slot, isList } = child;
      const table = child.place.source.table;
      return { place: places.get(from) as ProgramPlace, supply, slot, isList, table };
    }),
  };
}
