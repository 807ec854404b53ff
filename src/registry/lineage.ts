import type { Entity, InputPath, Registry } from './registry.ts';

/** Where a feature comes from and what is made of it, over all domains. */
export interface Lineage {
  /** `Aircraft.seats` */
  readonly coordinate: string;
  readonly domain: string;
  readonly stored: {
    readonly view: string;
    readonly version: number;
    readonly block: string;
    readonly source: string | null;
  } | null;
  readonly computed: { readonly transform: string; readonly inputs: readonly string[] } | null;
  /** On-demand features and references that take it, directly or through others, nearest first. */
  readonly feeds: readonly Fed[];
}

export interface Fed {
  readonly coordinate: string;
  readonly domain: string;
  readonly kind: 'ON_DEMAND' | 'REFERENCE';
  /** The transform, or the entity that the reference leads to. */
  readonly by: string;
  /** The feature that it takes: the one asked for, or one that is made of it. */
  readonly from: string;
}

/** @returns the lineages of the features of this name (`seats`) or coordinate (`Aircraft.seats`). */
export function lineageOf(registry: Registry, asked: string): Lineage[] {
  const entities = registry.domains.flatMap((domain) => [...domain.entities.values()]);
  return entities.flatMap((entity) =>
    [...entity.features.keys(), ...entity.onDemand.keys()]
      .filter((field) => asked === field || asked === `${entity.name}.${field}`)
      .map((field) => lineage(entities, entity, field)),
  );
}

function lineage(entities: readonly Entity[], entity: Entity, field: string): Lineage {
  const feature = entity.features.get(field);
  const onDemand = entity.onDemand.get(field);
  return {
    coordinate: `${entity.name}.${field}`,
    domain: entity.domain,
    stored:
      feature === undefined
        ? null
        : {
            view: feature.view.name,
            version: feature.view.version,
            block: feature.view.blockId,
            source: feature.view.source,
          },
    computed:
      onDemand === undefined
        ? null
        : {
            transform: onDemand.transform.name,
            inputs: onDemand.inputs.map((input) => `${entity.name}.${input.field}`),
          },
    feeds: fedBy(entities, entity.name, field),
  };
}

/** Breadth first, so that what takes the feature itself stands before what takes a product of it. */
function fedBy(entities: readonly Entity[], type: string, field: string): Fed[] {
  const fed: Fed[] = [];
  const seen = new Set([field]);
  for (const from of seen) {
    // The same field of the same type, in whichever domain: elsewhere it comes in as an external one.
    for (const entity of entities.filter(({ name }) => name === type)) {
      for (const taker of takersOf(entity, from)) {
        const known = fed.some(
          ({ coordinate, kind }) => coordinate === taker.coordinate && kind === taker.kind,
        );
        if (!known) fed.push(taker);
        if (taker.kind === 'ON_DEMAND') seen.add(taker.coordinate.slice(type.length + 1));
      }
    }
  }
  return fed;
}

function takersOf(entity: Entity, field: string): Fed[] {
  const { name, domain } = entity;
  const from = `${name}.${field}`;
  const takes = (input: InputPath | { readonly kind: 'argument' }): boolean =>
    'field' in input && input.field === field;
  return [
    ...[...entity.onDemand.values()]
      .filter(({ inputs }) => inputs.some(takes))
      .map(
        (taker): Fed => ({
          coordinate: `${name}.${taker.field}`,
          domain,
          kind: 'ON_DEMAND',
          by: taker.transform.name,
          from,
        }),
      ),
    ...[...entity.references.values()]
      .filter(({ key }) => key.some(takes))
      .map(
        (taker): Fed => ({
          coordinate: `${name}.${taker.field}`,
          domain,
          kind: 'REFERENCE',
          by: taker.target,
          from,
        }),
      ),
  ];
}
