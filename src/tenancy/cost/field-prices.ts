/**
 * What one value of a field takes of each domain of the registry: blocks, through inputs and reference keys, and calls
 * of transforms. Worked out once for each field, when first asked for.
 */
import { ENTITY_KEY_MAX_BYTES } from '../../core/bounds.ts';
import type { FeatureType } from '../../core/feature-type.ts';
import type { Domain, Entity, InputPath, Registry } from '../../registry/registry.ts';

export interface FieldPrice {
  /** Ids of the blocks that must have been read of the entity. */
  readonly blocks: readonly string[];
  /** On-demand features that are computed for it, once for each entity however often they are asked for. */
  readonly transforms: readonly string[];
  /** Calls for each time that the field is asked for: it has arguments. */
  readonly calls: number;
  /** Of a feature or a join key. */
  readonly type: FeatureType | null;
  readonly isStored: boolean;
}

export const FREE: FieldPrice = { blocks: [], transforms: [], calls: 0, type: null, isStored: false };

export class FieldPrices {
  readonly #domains: ReadonlyMap<string, Domain>;
  readonly #known = new Map<string, FieldPrice>();

  /** @param registry `null` where nothing is known of what subgraphs read. */
  constructor(registry: Registry | null) {
    this.#domains = new Map(registry?.domains.map((domain) => [domain.name, domain]));
  }

  /** Whether it is known what this subgraph reads. */
  knows(subgraph: string): boolean {
    return this.#domains.has(subgraph);
  }

  /** Whether the subgraph's type is an entity: other types have no price. */
  isEntity(subgraph: string, type: string): boolean {
    return this.#domains.get(subgraph)?.entities.has(type) ?? false;
  }

  /** Root fields that find entities by keys, by name; of all domains where none is given. */
  lookupOf(field: string): { readonly argument: string; readonly isList: boolean } | undefined {
    for (const { lookups } of this.#domains.values()) {
      const lookup = lookups.get(field);
      if (lookup !== undefined)
        return { argument: lookup.arguments[0] ?? '', isList: lookup.kind === 'list' };
    }
    return undefined;
  }

  priceOf(subgraph: string, type: string, field: string): FieldPrice {
    const entity = this.#domains.get(subgraph)?.entities.get(type);
    if (entity === undefined) return FREE;
    const place = `${subgraph} ${type}.${field}`;
    let price = this.#known.get(place);
    if (price === undefined) {
      price = this.#priceOf(subgraph, entity, field);
      this.#known.set(place, price);
    }
    return price;
  }

  #priceOf(subgraph: string, entity: Entity, field: string): FieldPrice {
    const team = this.#domains.get(subgraph)?.code.resolvers?.[entity.name]?.[field];
    if (team !== undefined) return priceOfTeam(entity, readsOf(team));
    const needs = new Needs(entity);
    const stored = entity.features.get(field) ?? null;
    if (stored !== null) needs.add({ kind: 'feature', field });
    const view = entity.viewReads.get(field);
    if (view !== undefined) needs.blocks.add(view.blockId);
    for (const part of entity.references.get(field)?.key ?? []) if (part.kind !== 'argument') needs.add(part);
    const onDemand = entity.onDemand.get(field);
    const takesArguments = Object.keys(onDemand?.transform.arguments ?? {}).length > 0;
    if (takesArguments) needs.addInputs(field);
    else if (onDemand !== undefined) needs.add({ kind: 'onDemand', field });
    const key = keyTypeOf(entity, field);
    return {
      blocks: [...needs.blocks],
      transforms: [...needs.transforms],
      calls: takesArguments ? 1 : 0,
      type: stored?.type ?? onDemand?.type ?? key,
      isStored: stored !== null || key !== null,
    };
  }
}

/** A key is told as it came, and one that is longer than any can be is none. */
function keyTypeOf({ joinKeys }: Entity, field: string): FeatureType | null {
  const type = joinKeys.find(({ name }) => name === field)?.type ?? null;
  return type?.kind === 'scalar' ? { ...type, maxBytes: ENTITY_KEY_MAX_BYTES } : type;
}

/** What fields of one entity need, one through the other. */
class Needs {
  readonly blocks = new Set<string>();
  readonly transforms = new Set<string>();
  readonly #entity: Entity;

  constructor(entity: Entity) {
    this.#entity = entity;
  }

  add({ kind, field }: InputPath): void {
    if (kind === 'feature') {
      const view = this.#entity.features.get(field)?.view;
      if (view !== undefined) this.blocks.add(view.blockId);
    }
    if (kind !== 'onDemand' || this.transforms.has(field)) return;
    this.transforms.add(field);
    this.addInputs(field);
  }

  addInputs(field: string): void {
    for (const input of this.#entity.onDemand.get(field)?.inputs ?? []) this.add(input);
  }
}

/** A team's own resolver that does not say what it reads is given every view of its entity. */
function priceOfTeam(entity: Entity, reads: readonly string[] | null): FieldPrice {
  const needs = new Needs(entity);
  if (reads === null) for (const { id } of entity.blocks) needs.blocks.add(id);
  for (const field of reads ?? []) {
    needs.add({ kind: 'feature', field });
    if (entity.onDemand.has(field)) needs.add({ kind: 'onDemand', field });
  }
  return {
    blocks: [...needs.blocks],
    transforms: [...needs.transforms],
    calls: 0,
    type: null,
    isStored: false,
  };
}

function readsOf(resolver: unknown): readonly string[] | null {
  const reads = (resolver as { readonly reads?: unknown } | null)?.reads;
  return Array.isArray(reads) ? reads.map(String) : null;
}
