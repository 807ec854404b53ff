/** Makes a program of a plan whose subgraphs are all in this process and made of features. */
import type { BlockPlan } from '../../../features/block-plan.ts';
import type { ProjectedField } from '../../interpreted/projection-table.ts';
import type { DraftPlace, DraftSupply } from '../draft-place.ts';
import { keptBytes } from '../kept-bytes.ts';
import { NotCompiled } from '../not-compiled.ts';
import { AnswerRoom } from './answer-room.ts';
import { draftEntities, ENTITIES_FIELD } from './draft-entities.ts';
import { type DraftRows, draftRows, type RowSourceParts } from './draft-rows.ts';
import { type OpenDemand, PlaceBuilder } from './place-builder.ts';
import { RowArguments } from './row-arguments.ts';
import type { RootPiece, RowPlace, RowProgram } from './row-program.ts';

/** @throws NotCompiled */
export function compileRows(parts: RowSourceParts & { readonly hasDependents: boolean }): RowProgram {
  return new RowCompiler(draftRows(parts), parts.hasDependents).compile();
}

class RowCompiler {
  readonly #draft: DraftRows;
  readonly #hasDependents: boolean;
  readonly #paths: string[] = [];
  readonly #pathIndexes = new Map<string, number>();
  readonly #demands: OpenDemand[] = [];
  readonly #places: RowPlace[] = [];

  constructor(draft: DraftRows, hasDependents: boolean) {
    this.#draft = draft;
    this.#hasDependents = hasDependents;
  }

  compile(): RowProgram {
    const { root, fetches } = this.#draft;
    const roots = root.table.fields.map((field, index) => this.#root(field, index === 0));
    const [first] = fetches;
    if (first === undefined || roots.length === 0) throw new NotCompiled('OTHER');
    const { reader } = first.subgraph;
    if (fetches.some(({ subgraph }) => subgraph.reader !== reader)) throw new NotCompiled('OTHER');
    return {
      ...{ reader, roots, demands: this.#demands, places: this.#places },
      ...{ hasDependents: this.#hasDependents, paths: this.#paths, room: new AnswerRoom() },
    };
  }

  #root(projected: ProjectedField, isFirst: boolean): RootPiece {
    const { responseKey, sourceKey, shape } = projected;
    const before = keyText(responseKey, isFirst);
    if (shape.kind === 'constant') return { kind: 'text', before: textAfter(before, shape.value) };
    const { root, fetches } = this.#draft;
    const { supply, field: asked } = root.supplyOf(sourceKey);
    const { source } = root.supplies[supply] as DraftSupply;
    const { subgraph, document } = fetches[source.fetch] as (typeof fetches)[number];
    const { node } = asked;
    if (node.name.value === ENTITIES_FIELD) return this.#entities(projected, before);
    const queryType = subgraph.schema.getQueryType();
    const field = queryType?.getFields()[node.name.value];
    const lookup = subgraph.lookups.get(node.name.value);
    if (lookup === undefined || field === undefined || queryType == null)
      throw new NotCompiled('TEAM_RESOLVER');
    if (subgraph.isTeams(queryType.name, lookup.field)) throw new NotCompiled('TEAM_RESOLVER');
    const args = new RowArguments(subgraph.schema, field, node, document);
    const { place } = root.child(sourceKey);
    return { kind: 'lookup', before, lookup, args, place: this.#place(place, `${responseKey}.`) };
  }

  #entities(projected: ProjectedField, before: Buffer): RootPiece {
    const { root, fetches } = this.#draft;
    const { drafts, representations } = draftEntities(root, fetches, projected);
    const places = new Map<string, RowPlace>();
    for (const [type, draft] of drafts) places.set(type, this.#place(draft, `${projected.responseKey}.`));
    return { kind: 'entities', before, representations, places };
  }

  #place(draft: DraftPlace, path: string): RowPlace {
    const index = this.#places.length;
    // Its place among the places is taken before its children take theirs.
    this.#places.push(undefined as unknown as RowPlace);
    const place = new PlaceBuilder({
      ...{ draft, rows: this.#draft, path },
      pathOf: (of) => this.#pathOf(of),
      demandOf: (block) => this.#demand(block),
      placeOf: (child, below) => this.#place(child, below),
    }).build(index);
    this.#places[index] = place;
    return place;
  }

  /** Entities of several types may stand at one place, and share its paths. */
  #pathOf(path: string): number {
    const known = this.#pathIndexes.get(path);
    if (known !== undefined) return known;
    const index = this.#paths.push(path) - 1;
    this.#pathIndexes.set(path, index);
    return index;
  }

  #demand(block: BlockPlan): { readonly index: number; readonly demand: OpenDemand } {
    const known = this.#demands.findIndex((demand) => demand.block === block);
    if (known >= 0) return { index: known, demand: this.#demands[known] as OpenDemand };
    const demand: OpenDemand = { block, views: [], viewIds: [] };
    return { index: this.#demands.push(demand) - 1, demand };
  }
}

function keyText(responseKey: string, isFirst: boolean): Buffer {
  return keptBytes(`${isFirst ? '{' : ','}${JSON.stringify(responseKey)}:`);
}

function textAfter(before: Buffer, value: string): Buffer {
  return keptBytes(`${before}${JSON.stringify(value)}`);
}
