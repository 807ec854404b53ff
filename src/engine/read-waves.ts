/**
 * Which blocks a plan reads, wave by wave, worked out from plan and schema alone: a wave's keys are known when the
 * waves before it have been read. Pure: nothing is read for it.
 */
import type { GraphQLSchema } from 'graphql';
import type { ViewNeed } from '../features/block-plan.ts';
import type { Lookup } from '../registry/registry.ts';
import { responseKeyOf } from './interpreted/canonical-operation.ts';
import { addCounts, type KeyCount, NO_KEYS, ONE_KEY, perItem } from './key-count.ts';
import type { EntityFetch, FetchNode, PathSegment, PlanNode } from './query-plan.ts';
import { knownArgument, type SelectedField, SelectionReader } from './selection-reader.ts';

/** What is known of a subgraph of this process. */
export interface KnownSubgraph {
  readonly schema: GraphQLSchema;
  needsOf(typeName: string, fieldName: string): readonly ViewNeed[];
  /** By root field. */
  readonly lookups: ReadonlyMap<string, Lookup>;
}

export interface BlockReads {
  readonly block: string;
  readonly entity: string;
  /** All views that the request wants of the block: they are read together. */
  readonly views: readonly string[];
  /** Where its entities stand in the answer: `aircraftList[].lastCarrier`. */
  readonly at: readonly string[];
  /** Blocks, one for each distinct entity key. */
  readonly keys: KeyCount;
  /** Whether keys may repeat, be null or be known already, so that fewer are read. */
  readonly atMost: boolean;
}

export interface ReadWaves {
  /** The first reads what the request's own keys lead to. */
  readonly waves: readonly (readonly BlockReads[])[];
  /** Subgraphs that run elsewhere: only they know what they read. */
  readonly unknown: readonly string[];
}

export interface ReadWavesOptions {
  readonly plan: PlanNode | null;
  /** `undefined` for a subgraph that runs elsewhere. */
  readonly subgraph: (name: string) => KnownSubgraph | undefined;
  /** As JSON; a list that is not given has no length. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export function findReadWaves(options: ReadWavesOptions): ReadWaves {
  const walk = new PlanWalk(options);
  if (options.plan !== null) walk.step(options.plan, 0);
  return walk.result();
}

/** Entities at one place of the answer, all of one type. */
interface Place {
  readonly path: string;
  readonly count: KeyCount;
  /** The distinct keys in JSON, where the request itself gives them. */
  readonly keys: ReadonlySet<string> | null;
}

/** What one fetch's document is read by. */
interface Visit {
  readonly subgraph: KnownSubgraph;
  readonly reader: SelectionReader;
}

interface BlockDraft {
  readonly block: string;
  readonly entity: string;
  readonly at: Set<string>;
  readonly keys: Set<string>;
  count: KeyCount;
  atMost: boolean;
}

class PlanWalk {
  readonly #options: ReadWavesOptions;
  readonly #waves: Map<string, BlockDraft>[] = [];
  /** By block: what the whole request wants of it. */
  readonly #wanted = new Map<string, Set<string>>();
  /** Block and path that are read already. */
  readonly #read = new Set<string>();
  /** Path in the merged tree → how many entities are there. */
  readonly #counts = new Map<string, KeyCount>();
  readonly #unknown = new Set<string>();

  constructor(options: ReadWavesOptions) {
    this.#options = options;
  }

  /** @param wave how many waves are over before it starts. @returns how many are over when it ends. */
  step(node: PlanNode, wave: number): number {
    switch (node.kind) {
      case 'sequence': {
        let at = wave;
        for (const child of node.nodes) at = this.step(child, at);
        return at;
      }
      case 'parallel':
        return Math.max(wave, ...node.nodes.map((child) => this.step(child, wave)));
      case 'condition': {
        // A plan made for one choice of its variables has none; where the planner left one, both may run.
        const branches = [node.ifTrue, node.ifFalse].filter((branch) => branch !== null);
        return Math.max(wave, ...branches.map((branch) => this.step(branch, wave)));
      }
      case 'fetch':
        return this.#fetch(node, wave);
    }
  }

  result(): ReadWaves {
    const waves = this.#waves.map((blocks) =>
      [...blocks.values()].map(
        ({ block, entity, at, keys, count, atMost }): BlockReads => ({
          block,
          entity,
          views: [...(this.#wanted.get(block) ?? [])].sort(),
          at: [...at].map(shownPath),
          keys: addCounts(count, { fixed: keys.size, per: {} }),
          atMost,
        }),
      ),
    );
    return { waves, unknown: [...this.#unknown] };
  }

  #fetch(node: FetchNode, wave: number): number {
    const subgraph = this.#options.subgraph(node.subgraph);
    if (subgraph === undefined) {
      this.#unknown.add(node.subgraph);
      return wave + 1;
    }
    const reader = new SelectionReader(subgraph.schema, node.document.document);
    const root = reader.root();
    if (root === null) return wave;
    const visit: Visit = { subgraph, reader };
    const fields = reader.read(root.selectionSets, root.type).get(root.type) ?? [];
    const ends = fields.map((field) => {
      const entity = node.entities.find(({ responseKey }) => responseKey === field.key);
      return entity === undefined
        ? this.#place(field, this.#rootPlace(field, subgraph), visit, wave)
        : this.#entities(entity, field, visit, wave);
    });
    return Math.max(wave, ...ends);
  }

  #rootPlace(field: SelectedField, { lookups }: KnownSubgraph): Place {
    const path = field.key + (field.isList ? '[]' : '');
    const lookup = lookups.get(field.name);
    if (lookup === undefined) return { path, count: field.isList ? perItem(path) : ONE_KEY, keys: null };
    const parts = lookup.arguments.map((name) => knownArgument(field, name, this.#options.variables));
    if (lookup.kind === 'one') {
      const values = parts.map(({ value }) => value);
      const isKnown = !values.includes(undefined);
      return { path, count: ONE_KEY, keys: isKnown ? new Set([JSON.stringify(values)]) : null };
    }
    const [{ value, length, variable }] = parts as [(typeof parts)[number]];
    if (Array.isArray(value)) {
      const keys = new Set(value.map((key) => JSON.stringify([key])));
      return { path, count: { fixed: keys.size, per: {} }, keys };
    }
    if (length !== null) return { path, count: { fixed: length, per: {} }, keys: null };
    return { path, count: perItem(variable === null ? path : `$${variable}`), keys: null };
  }

  #entities(entity: EntityFetch, field: SelectedField, visit: Visit, wave: number): number {
    const ends = entity.paths.map((segments) => {
      const path = pathOf(segments);
      return this.#place(field, { path, count: this.#countAt(path), keys: null }, visit, wave);
    });
    return Math.max(wave, ...ends);
  }

  /** Where only a subgraph that runs elsewhere knows, each list on the way may have any length. */
  #countAt(path: string): KeyCount {
    const known = this.#counts.get(path);
    if (known !== undefined) return known;
    if (path.endsWith('[]')) return perItem(shownPath(path));
    const dot = path.lastIndexOf('.');
    return dot < 0 ? ONE_KEY : this.#countAt(path.slice(0, dot));
  }

  #place(parent: SelectedField, place: Place, visit: Visit, wave: number): number {
    const { subgraph, reader } = visit;
    if (!this.#counts.has(place.path)) this.#counts.set(place.path, place.count);
    let end = wave;
    for (const [type, fields] of reader.read(parent.selectionSets, parent.type)) {
      const needs = fields.flatMap(({ name }) => subgraph.needsOf(type, name));
      const next = this.#readAt(type, needs, place, wave) ? wave + 1 : wave;
      end = Math.max(end, next);
      for (const field of fields) {
        if (field.selectionSets.length === 0) continue;
        const path = `${place.path}.${field.key}${field.isList ? '[]' : ''}`;
        const count = field.isList ? perItem(shownPath(path)) : place.count;
        end = Math.max(end, this.#place(field, { path, count, keys: null }, visit, next));
      }
    }
    return end;
  }

  /** @returns whether anything is read there that was not read before. */
  #readAt(entity: string, needs: readonly ViewNeed[], place: Place, wave: number): boolean {
    let reads = false;
    for (const { block: plan, view } of needs) {
      const block = plan.block.id;
      setOf(this.#wanted, block).add(plan.views[view]?.name ?? '');
      const once = `${block}\n${place.path}`;
      if (this.#read.has(once)) continue;
      this.#read.add(once);
      reads = true;
      const drafts = this.#draftsOf(wave);
      const draft = drafts.get(block) ?? newDraft(block, entity);
      drafts.set(block, draft);
      join(draft, place);
    }
    return reads;
  }

  #draftsOf(wave: number): Map<string, BlockDraft> {
    while (this.#waves.length <= wave) this.#waves.push(new Map());
    return this.#waves[wave] as Map<string, BlockDraft>;
  }
}

function newDraft(block: string, entity: string): BlockDraft {
  return { block, entity, at: new Set(), keys: new Set(), count: NO_KEYS, atMost: false };
}

function join(draft: BlockDraft, { path, keys, count }: Place): void {
  // Below the root keys are values: null, repeated, or met before. Unknown keys of two places may be the same.
  if (path.includes('.')) draft.atMost = true;
  if (draft.at.size > 0 && (keys === null || draft.count !== NO_KEYS)) draft.atMost = true;
  draft.at.add(path);
  if (keys === null) draft.count = addCounts(draft.count, count);
  else for (const key of keys) draft.keys.add(key);
}

function pathOf(segments: readonly PathSegment[]): string {
  let path = '';
  for (const segment of segments) {
    if (segment.kind === 'list') path += '[]';
    else if (segment.kind === 'field') path += path === '' ? segment.name : `.${segment.name}`;
  }
  return path;
}

/** As the client sees it: without the marks that keep its aliases apart. */
function shownPath(path: string): string {
  return path.split('.').map(responseKeyOf).join('.');
}

function setOf(sets: Map<string, Set<string>>, name: string): Set<string> {
  const set = sets.get(name) ?? new Set();
  sets.set(name, set);
  return set;
}
