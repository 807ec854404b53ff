/**
 * What a field takes of all subgraphs together, before anything is planned: of each that may resolve it, and of those
 * that own what it needs by `@requires`.
 */
import { getNamedType, isInterfaceType, isObjectType } from 'graphql';
import type { FeatureType } from '../../core/feature-type.ts';
import type { CostModel, RequiredField } from './cost-model.ts';
import { LIST_SIZE_DEFAULT } from './list-sizes.ts';

export interface ClosedPrice {
  readonly blocks: readonly string[];
  readonly transforms: number;
  /** Subgraphs over HTTP that may be asked for it, ours and others. */
  readonly remote: readonly string[];
  readonly foreign: readonly string[];
  /** Further requests: what it needs is fetched before it. */
  readonly hops: number;
  /** Of the value, where it is a feature's. */
  readonly type: FeatureType | null;
  readonly isStored: boolean;
  /** Units by `@cost`. */
  readonly weight: number;
  /** That its list is taken to have, where no keys bound it. */
  readonly items: number;
}

export class ClosedPrices {
  readonly #model: CostModel;
  /** By type and field: a text of both would have to be made and hashed for each look. */
  readonly #known = new Map<string, Map<string, ClosedPrice>>();

  constructor(model: CostModel) {
    this.#model = model;
  }

  of(type: string, field: string): ClosedPrice {
    let ofType = this.#known.get(type);
    if (ofType === undefined) {
      ofType = new Map();
      this.#known.set(type, ofType);
    }
    let price = ofType.get(field);
    if (price === undefined) {
      price = this.#close(type, field);
      ofType.set(field, price);
    }
    return price;
  }

  #close(type: string, field: string): ClosedPrice {
    const { lists } = this.#model;
    const coordinate = `${type}.${field}`;
    const closure = new Closure(this.#model);
    closure.add(type, field);
    const value = this.#valueOf(type, field);
    return {
      ...closure.price(),
      ...value,
      weight: lists.weights.get(coordinate) ?? 0,
      items:
        value.type?.kind === 'list'
          ? value.type.maxItems
          : (lists.assumedSizes.get(coordinate) ?? LIST_SIZE_DEFAULT),
    };
  }

  #valueOf(type: string, field: string): Pick<ClosedPrice, 'type' | 'isStored'> {
    const { owners, prices } = this.#model;
    for (const subgraph of owners.get(`${type}.${field}`) ?? []) {
      const { type: value, isStored } = prices.priceOf(subgraph, type, field);
      if (value !== null) return { type: value, isStored };
    }
    return { type: null, isStored: false };
  }
}

class Closure {
  readonly #model: CostModel;
  readonly #seen = new Set<string>();
  readonly #blocks = new Set<string>();
  readonly #remote = new Set<string>();
  readonly #transforms = new Set<string>();
  #calls = 0;
  #hops = 0;

  constructor(model: CostModel) {
    this.#model = model;
  }

  add(type: string, field: string): void {
    const coordinate = `${type}.${field}`;
    if (this.#seen.has(coordinate)) return;
    this.#seen.add(coordinate);
    const { owners, prices, remote, requires } = this.#model;
    for (const subgraph of owners.get(coordinate) ?? []) {
      const price = prices.priceOf(subgraph, type, field);
      for (const block of price.blocks) this.#blocks.add(block);
      for (const transform of price.transforms) this.#transforms.add(`${subgraph} ${type}.${transform}`);
      this.#calls += price.calls;
      if (remote.has(subgraph)) this.#remote.add(subgraph);
      const required = requires.get(subgraph)?.get(coordinate);
      if (required === undefined) continue;
      if (remote.has(subgraph)) this.#hops += 1;
      this.#addRequired(type, required);
    }
  }

  price(): Omit<ClosedPrice, 'type' | 'isStored' | 'weight' | 'items'> {
    const { remote } = this.#model;
    return {
      blocks: [...this.#blocks],
      transforms: this.#transforms.size + this.#calls,
      remote: [...this.#remote],
      foreign: [...this.#remote].filter((name) => remote.get(name)?.own === false),
      hops: this.#hops,
    };
  }

  #addRequired(type: string, fields: readonly RequiredField[]): void {
    for (const { name, fields: inner } of fields) {
      this.add(type, name);
      const target = this.#typeOf(type, name);
      if (inner !== null && target !== null) this.#addRequired(target, inner);
    }
  }

  #typeOf(type: string, field: string): string | null {
    const parent = this.#model.schema.getType(type);
    if (!isObjectType(parent) && !isInterfaceType(parent)) return null;
    const definition = parent.getFields()[field];
    return definition === undefined ? null : getNamedType(definition.type).name;
  }
}
