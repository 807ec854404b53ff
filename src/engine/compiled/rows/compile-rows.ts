/** Makes a program of a plan whose subgraphs are all in this process and made of features. */
import type { BlockPlan } from '../../../features/block-plan.ts';
import type { ProjectedField } from '../../interpreted/projection-table.ts';
import type { DraftPlace, DraftSupply } from '../draft-place.ts';
import { NotCompiled } from '../not-compiled.ts';
import type { SourceField } from '../source-object.ts';
import { AnswerRoom } from './answer-room.ts';
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

  #root({ responseKey, sourceKey, shape }: ProjectedField, isFirst: boolean): RootPiece {
    const before = keyText(responseKey, isFirst);
    if (shape.kind === 'constant') return { kind: 'text', before: textAfter(before, shape.value) };
    const { root, fetches } = this.#draft;
    const { place, supply } = root.child(sourceKey);
    const { source } = root.supplies[supply] as DraftSupply;
    const { subgraph, document } = fetches[source.fetch] as (typeof fetches)[number];
    const { node } = source.field(sourceKey) as SourceField;
    const queryType = subgraph.schema.getQueryType();
    const field = queryType?.getFields()[node.name.value];
    const lookup = subgraph.lookups.get(node.name.value);
    if (lookup === undefined || field === undefined || queryType == null)
      throw new NotCompiled('TEAM_RESOLVER');
    if (subgraph.isTeams(queryType.name, lookup.field)) throw new NotCompiled('TEAM_RESOLVER');
    const args = new RowArguments(subgraph.schema, field, node, document);
    return { kind: 'lookup', before, lookup, args, place: this.#place(place, `${responseKey}.`) };
  }

  #place(draft: DraftPlace, path: string): RowPlace {
    const index = this.#places.length;
    // Its place among the places is taken before its children take theirs.
    this.#places.push(undefined as unknown as RowPlace);
    const place = new PlaceBuilder({
      ...{ draft, rows: this.#draft, path },
      pathOf: (of) => this.#paths.push(of) - 1,
      demandOf: (block) => this.#demand(block),
      placeOf: (child, below) => this.#place(child, below),
    }).build(index);
    this.#places[index] = place;
    return place;
  }

  #demand(block: BlockPlan): { readonly index: number; readonly demand: OpenDemand } {
    const known = this.#demands.findIndex((demand) => demand.block === block);
    if (known >= 0) return { index: known, demand: this.#demands[known] as OpenDemand };
    const demand: OpenDemand = { block, views: [], viewIds: [] };
    return { index: this.#demands.push(demand) - 1, demand };
  }
}

function keyText(responseKey: string, isFirst: boolean): Buffer {
  return Buffer.from(`${isFirst ? '{' : ','}${JSON.stringify(responseKey)}:`);
}

function textAfter(before: Buffer, value: string): Buffer {
  return Buffer.concat([before, Buffer.from(JSON.stringify(value))]);
}
