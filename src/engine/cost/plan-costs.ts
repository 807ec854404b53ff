/**
 * What a plan costs, place by place, worked out once for each plan: what it asks which subgraph for, how many objects
 * stand there, and what the registry says that each takes.
 */
import type { CostModel } from '../../tenancy/cost/cost-model.ts';
import { LIST_SIZE_DEFAULT } from '../../tenancy/cost/list-sizes.ts';
import { responseKeyOf } from '../interpreted/canonical-operation.ts';
import type { PlanStep } from '../interpreted/compile-plan.ts';
import type { EntityFetch, FetchNode, PathSegment, Rewrite } from '../query-plan.ts';
import { type SelectedField, SelectionReader } from '../selection-reader.ts';
import { ONE_OBJECT, type PlaceCost, type PlaceCount } from './place-cost.ts';

export interface PlanCosts {
  readonly places: readonly PlaceCost[];
  /** Path of each request to a subgraph outside of this process. */
  readonly fetches: readonly string[];
  /** @param path of the merged tree. */
  countAt(path: string): PlaceCount;
}

export function findPlanCosts(plan: PlanStep | null, model: CostModel): PlanCosts {
  const walk = new PlanWalk(model);
  if (plan !== null) walk.step(plan);
  return walk;
}

/** What one fetch's document is read by. */
interface Visit {
  readonly subgraph: string;
  readonly reader: SelectionReader;
  /** Names in the document → those in the merged tree, which differ where a plan keeps aliases apart. */
  readonly renamed: ReadonlyMap<string, string>;
}

interface Site {
  readonly path: string;
  readonly count: PlaceCount;
  /** Whether the subgraph is asked for the entity that stands here, by its key. */
  readonly isAsked: boolean;
}

class PlanWalk implements PlanCosts {
  readonly places: PlaceCost[] = [];
  readonly fetches: string[] = [];
  readonly #model: CostModel;
  readonly #counts = new Map<string, PlaceCount>();
  /** Block and path that are read already: within a process, once for the whole request. */
  readonly #read = new Set<string>();

  constructor(model: CostModel) {
    this.#model = model;
  }

  step(step: PlanStep): void {
    switch (step.kind) {
      case 'sequence':
      case 'parallel':
        for (const child of step.steps) this.step(child);
        return;
      case 'condition':
        if (step.ifTrue !== null) this.step(step.ifTrue);
        if (step.ifFalse !== null) this.step(step.ifFalse);
        return;
      case 'fetch':
        this.#fetch(step.node);
    }
  }

  #fetch(node: FetchNode): void {
    if (this.#model.remote.has(node.subgraph))
      this.fetches.push(shownPath(pathOf(node.entities[0]?.paths[0] ?? [])));
    const reader = new SelectionReader(this.#model.schema, node.document.document);
    const root = reader.root();
    if (root === null) return;
    const renamed = new Map(
      [node.outputRewrites, ...node.entities.map(({ outputRewrites }) => outputRewrites)].flatMap(renames),
    );
    const visit: Visit = { subgraph: node.subgraph, reader, renamed };
    const fields = reader.read(root.selectionSets, root.type).get(root.type) ?? [];
    const ofRoot: SelectedField[] = [];
    for (const field of fields) {
      const entity = node.entities.find(({ responseKey }) => responseKey === field.key);
      if (entity === undefined) ofRoot.push(field);
      else this.places.push(...this.#entities(entity, field, visit));
    }
    if (ofRoot.length > 0)
      this.places.push(
        ...this.#object(root.type, ofRoot, { path: '', count: ONE_OBJECT, isAsked: false }, visit),
      );
  }

  #entities(entity: EntityFetch, field: SelectedField, visit: Visit): PlaceCost[] {
    return entity.paths.flatMap((segments) => {
      const path = pathOf(segments);
      return this.#place(field, { path, count: this.countAt(path), isAsked: true }, visit);
    });
  }

  /** The dearest of the types that may stand there. */
  #place(field: SelectedField, site: Site, visit: Visit): PlaceCost[] {
    if (!this.#counts.has(site.path)) this.#counts.set(site.path, site.count);
    let dearest: PlaceCost[] = [];
    let most = -1;
    for (const [type, fields] of visit.reader.read(field.selectionSets, field.type)) {
      const places = this.#object(type, fields, site, visit);
      const units = places.reduce((sum, place) => sum + unitsOf(place, this.#model), 0);
      if (units > most) [dearest, most] = [places, units];
    }
    return dearest;
  }

  #object(type: string, fields: readonly SelectedField[], site: Site, visit: Visit): PlaceCost[] {
    const { lists, prices } = this.#model;
    const { subgraph, renamed } = visit;
    const blocks = new Set<string>();
    const transforms = new Set<string>();
    const below: PlaceCost[] = [];
    let [calls, weight] = [0, 0];
    for (const field of fields) {
      const price = prices.priceOf(subgraph, type, field.name);
      for (const block of price.blocks) blocks.add(block);
      for (const transform of price.transforms) transforms.add(transform);
      calls += price.calls;
      weight += lists.weights.get(`${type}.${field.name}`) ?? 0;
      if (field.selectionSets.length === 0) continue;
      const key = renamed.get(field.key) ?? field.key;
      below.push(...this.#below(type, field, key, site, visit));
    }
    const known = prices.knows(subgraph);
    const isOwn = this.#model.remote.get(subgraph)?.own !== false;
    const asked = site.isAsked && !known ? 1 : 0;
    const own: PlaceCost = {
      path: shownPath(site.path),
      count: site.count,
      // Of a subgraph of ours that the registry does not have: at least one, it is taken to be one.
      blocks: this.#notRead(blocks, site.path, subgraph) + (isOwn ? asked : 0),
      foreignEntities: isOwn ? 0 : asked,
      transforms: transforms.size + calls,
      ...{ bytes: 0, values: 0, weight },
    };
    return [own, ...below];
  }

  #below(type: string, field: SelectedField, key: string, site: Site, visit: Visit): PlaceCost[] {
    const before = site.path === '' ? '' : `${site.path}.`;
    const path = `${before}${key}${field.isList ? '[]' : ''}`;
    const count = field.isList ? this.#listCount(type, field, site, visit) : site.count;
    return this.#place(field, { path, count, isAsked: false }, visit);
  }

  #listCount(type: string, field: SelectedField, { count, path }: Site, visit: Visit): PlaceCount {
    const { prices, lists } = this.#model;
    const lookup = path === '' ? prices.lookupOf(field.name) : undefined;
    if (lookup?.isList === true) return keyCount(field, lookup.argument);
    const feature = prices.priceOf(visit.subgraph, type, field.name).type;
    const items =
      feature?.kind === 'list'
        ? feature.maxItems
        : (lists.assumedSizes.get(`${type}.${field.name}`) ?? LIST_SIZE_DEFAULT);
    return { ...count, factor: count.factor * Math.max(1, items) };
  }

  #notRead(blocks: ReadonlySet<string>, path: string, subgraph: string): number {
    // A process of its own reads for each of its requests anew.
    if (this.#model.remote.has(subgraph)) return blocks.size;
    let count = 0;
    for (const block of blocks) {
      const once = `${block}\n${path}`;
      if (this.#read.has(once)) continue;
      this.#read.add(once);
      count += 1;
    }
    return count;
  }

  countAt(path: string): PlaceCount {
    if (path === '') return ONE_OBJECT;
    const known = this.#counts.get(path);
    if (known !== undefined) return known;
    const dot = path.lastIndexOf('.');
    const around = dot < 0 ? ONE_OBJECT : this.countAt(path.slice(0, dot));
    return path.endsWith('[]') ? { ...around, factor: around.factor * LIST_SIZE_DEFAULT } : around;
  }
}

/** @returns of one list argument that a lookup takes: each key is an object. */
function keyCount(field: SelectedField, argument: string): PlaceCount {
  const value = field.node.arguments?.find(({ name }) => name.value === argument)?.value;
  if (value?.kind === 'Variable') return { factor: 1, variable: value.name.value };
  return { factor: value?.kind === 'ListValue' ? Math.max(1, value.values.length) : 1, variable: null };
}

/** Of one item of its list: enough to tell the dearest of some types. */
function unitsOf({ count, blocks, transforms, foreignEntities, weight }: PlaceCost, model: CostModel) {
  const { weights } = model;
  return (
    count.factor *
    (blocks * weights.block +
      transforms * weights.transform +
      foreignEntities * weights.foreignEntity +
      weight)
  );
}

function renames(rewrites: readonly Rewrite[]): [string, string][] {
  return rewrites.flatMap((rewrite): [string, string][] => {
    const last = rewrite.path.at(-1);
    return rewrite.kind === 'renameKey' && last?.kind === 'field' ? [[last.name, rewrite.to]] : [];
  });
}

function pathOf(path: readonly PathSegment[]): string {
  let text = '';
  for (const segment of path) {
    if (segment.kind === 'list') text += '[]';
    else if (segment.kind === 'field') text += text === '' ? segment.name : `.${segment.name}`;
  }
  return text;
}

/** As the client sees it. */
export function shownPath(path: string): string {
  return path
    .split('.')
    .map((part) => responseKeyOf(part.replaceAll('[]', '')))
    .join('.');
}
