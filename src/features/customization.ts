/**
 * What a tenant has of its own: defaults of features, and registered transforms for on-demand features. It is checked
 * against the registry once, and becomes entities of the tenant's own, so that reading looks at nothing for it.
 */
import { createHash } from 'node:crypto';
import { isValueProblem, parseFeatureValue } from '../core/feature-value.ts';
import type {
  Domain,
  Entity,
  OnDemandFeature,
  Registry,
  StoredFeature,
  Transform,
} from '../registry/registry.ts';

/** By the features' coordinates, `Aircraft.seats`. */
export interface Customization {
  /** A value of the feature's type; `null`: no default. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Name of a transform that the feature's domain registers, with the same inputs, arguments and output. */
  readonly transforms: Readonly<Record<string, string>>;
}

export type Customizations = Readonly<Record<string, Customization>>;

/** Entity of the registry → the tenant's own; those of which it has nothing are not there. */
export type OwnEntities = ReadonlyMap<Entity, Entity>;

/** What tenants have of their own does not fit the schema. */
export class CustomizationError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'CustomizationError';
    this.problems = problems;
  }
}

/** @returns by tenant. @throws CustomizationError with all problems. */
export function customize(
  registry: Registry,
  customizations: Customizations,
): ReadonlyMap<string, OwnEntities> {
  const problems: string[] = [];
  const own = new Map<string, OwnEntities>();
  for (const [tenant, customization] of Object.entries(customizations)) {
    const tell = (key: string, problem: string): void => {
      problems.push(`tenants.${tenant}.${key}: ${problem}`);
    };
    const entities = ownEntities(registry, customization, tell);
    if (entities.size > 0) own.set(tenant, entities);
  }
  if (problems.length > 0) throw new CustomizationError(problems);
  return own;
}

const HASH_CHARS = 12;

/** Names what a tenant has of its own: recorded with what is served. @returns `null` where it has nothing. */
export function customizationHash({ defaults, transforms }: Customization): string | null {
  const entries = [Object.entries(defaults), Object.entries(transforms)];
  if (entries.every((one) => one.length === 0)) return null;
  const sorted = entries.map((one) => one.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, HASH_CHARS);
}

type Tell = (key: string, problem: string) => void;

function ownEntities(registry: Registry, { defaults, transforms }: Customization, tell: Tell): OwnEntities {
  const own = new Map<Entity, OwnEntity>();
  const change = (
    group: string,
    coordinate: string,
    apply: (entity: OwnEntity, field: string) => boolean,
  ): void => {
    const [type, field] = coordinate.split('.') as [string, string];
    let found = false;
    for (const domain of registry.domains) {
      const entity = domain.entities.get(type);
      if (entity === undefined || !(entity.features.has(field) || entity.onDemand.has(field))) continue;
      found = true;
      const changed = own.get(entity) ?? new OwnEntity(domain, entity);
      if (apply(changed, field)) own.set(entity, changed);
    }
    if (!found) tell(`${group}.${coordinate}`, 'there is no such feature; `featuregraph features` lists all');
  };
  for (const [coordinate, value] of Object.entries(defaults))
    change('defaults', coordinate, (entity, field) =>
      entity.setDefault(field, value, (problem) => tell(`defaults.${coordinate}`, problem)),
    );
  for (const [coordinate, name] of Object.entries(transforms))
    change('transforms', coordinate, (entity, field) =>
      entity.setTransform(field, name, (problem) => tell(`transforms.${coordinate}`, problem)),
    );
  return new Map([...own].map(([entity, changed]) => [entity, changed.build()]));
}

/** An entity while a tenant's own form of it is made. */
class OwnEntity {
  readonly #domain: Domain;
  readonly #entity: Entity;
  readonly #features: Map<string, StoredFeature>;
  readonly #onDemand: Map<string, OnDemandFeature>;

  constructor(domain: Domain, entity: Entity) {
    this.#domain = domain;
    this.#entity = entity;
    this.#features = new Map(entity.features);
    this.#onDemand = new Map(entity.onDemand);
  }

  build(): Entity {
    return Object.freeze({ ...this.#entity, features: this.#features, onDemand: this.#onDemand });
  }

  /** @returns whether it could be. */
  setDefault(field: string, value: unknown, tell: (problem: string) => void): boolean {
    const stored = this.#features.get(field);
    const onDemand = this.#onDemand.get(field);
    const { type } = (stored ?? onDemand) as { readonly type: OnDemandFeature['type'] };
    const parsed = parseFeatureValue(type, value);
    if (isValueProblem(parsed)) {
      tell(
        `expected ${parsed.expected}${parsed.at === '' ? '' : ` at ${parsed.at}`}, got ${parsed.received}`,
      );
      return false;
    }
    const defaultJson = value === null ? null : parsed.json;
    if (stored !== undefined) this.#features.set(field, Object.freeze({ ...stored, defaultJson }));
    if (onDemand !== undefined) this.#onDemand.set(field, Object.freeze({ ...onDemand, defaultJson }));
    return true;
  }

  /** @returns whether it could be. */
  setTransform(field: string, name: string, tell: (problem: string) => void): boolean {
    const feature = this.#onDemand.get(field);
    const registered = this.#domain.code.transforms ?? {};
    if (feature === undefined) {
      tell('is stored, not on demand, so no transform makes it');
      return false;
    }
    const transform = Object.hasOwn(registered, name) ? registered[name] : undefined;
    if (transform === undefined) {
      const known = Object.keys(registered).join(', ') || 'none';
      tell(`${this.#domain.name} registers no transform ${name}; expected one of ${known}`);
      return false;
    }
    const [expected, got] = [signatureOf(feature.transform), signatureOf(transform)];
    if (expected !== got) {
      tell(`expected a transform as ${feature.transform.name}, ${expected}, got ${name}, ${got}`);
      return false;
    }
    this.#onDemand.set(
      field,
      Object.freeze({ ...feature, transform: Object.freeze({ ...transform, name }) }),
    );
    return true;
  }
}

/** `(Int, Float; scale: Int) → Float`: inputs are told apart by their order, arguments by their names. */
function signatureOf({ inputs, arguments: args = {}, output }: Omit<Transform, 'name'>): string {
  const named = Object.entries(args)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, type]) => `${name}: ${type}`);
  const given = [Object.values(inputs).join(', '), ...(named.length > 0 ? [named.join(', ')] : [])];
  return `(${given.join('; ')}) → ${output}`;
}
