/**
 * One class per entity of a domain, made once from the registry: a getter for each field, a method for each
 * field with arguments. Names are resolved here; reading a value is an index into a row.
 */
import type { FeatureStatus } from '../core/status.ts';
import type { Entity, StoredFeature } from '../registry/registry.ts';
import type { BlockPlan, ViewNeed } from './block-plan.ts';
import { placeOf } from './block-plan.ts';
import { entityKeyOf } from './entity-key-of.ts';
import { FeatureError } from './feature-error.ts';
import { type AccessParts, accessOf, type FieldAccess } from './field-access.ts';
import { evaluate, type OnDemandPlan, type TransformErrorPlace, transformFailure } from './on-demand.ts';
import type { BlockRecord, RequestReads } from './request-reads.ts';
import { type Given, RowBackedEntity } from './row-backed-entity.ts';
import { storedStatus, storedValue } from './stored-value.ts';
import { viewReadOf } from './view-read.ts';

type Arguments = Readonly<Record<string, unknown>>;
type StatusOf = (entity: RowBackedEntity, args: Arguments) => FeatureStatus;

export interface EntityClassParts {
  readonly entity: Entity;
  readonly blocks: ReadonlyMap<string, BlockPlan>;
  /** The class of another entity of the same domain, once all are made. */
  readonly classOf: (entity: string) => EntityClass;
  readonly onTransformError: (error: unknown, where: TransformErrorPlace) => void;
}

/** Class of the registry → a tenant's own, of the same blocks. */
export type OwnClasses = ReadonlyMap<EntityClass, EntityClass>;

const NO_NEEDS: readonly ViewNeed[] = [];

export class EntityClass {
  readonly entity: Entity;
  readonly blocks: readonly BlockPlan[];
  /** Every view of the entity here: for code that does not say what it reads. */
  readonly allNeeds: readonly ViewNeed[];
  readonly #needs = new Map<string, readonly ViewNeed[]>();
  readonly #statuses = new Map<string, StatusOf>();
  readonly #instances: new (
    ...args: ConstructorParameters<typeof RowBackedEntity>
  ) => RowBackedEntity;

  constructor(parts: EntityClassParts) {
    this.entity = parts.entity;
    this.blocks = parts.entity.blocks.map(({ id }) => parts.blocks.get(id) as BlockPlan);
    this.allNeeds = this.blocks.flatMap((block) => block.views.map((_, view) => ({ block, view })));
    this.#instances = class extends RowBackedEntity {};
    const prototype: object = this.#instances.prototype;
    Object.defineProperty(prototype, '$class', { value: this });
    Object.defineProperty(prototype, '__typename', { value: parts.entity.name });
    this.#defineKeysAndExternals(prototype);
    this.#defineStored(prototype);
    this.#defineComputed(prototype, parts);
  }

  get name(): string {
    return this.entity.name;
  }

  /** The views that a field's value needs, through inputs and keys; none for join keys. */
  needsOf(field: string): readonly ViewNeed[] {
    return this.#needs.get(field) ?? NO_NEEDS;
  }

  /** Whether the field is a stored or an on-demand feature, and so has a status. */
  isFeature(field: string): boolean {
    return this.#statuses.has(field);
  }

  /** @returns `undefined` for fields that have no status. */
  statusOf(entity: RowBackedEntity, field: string, args: Arguments): FeatureStatus | undefined {
    return this.#statuses.get(field)?.(entity, args);
  }

  /**
   * The entity of these join keys' values: the same object for the same key and the same that a representation
   * brings along. Of the tenant's own class, where it has one. Reads nothing.
   */
  find(reads: RequestReads, values: readonly unknown[], given: Given | null = null): RowBackedEntity {
    const own = reads.own?.get(this);
    if (own !== undefined) return own.find(reads, values, given);
    const key = entityKeyOf(this.entity.joinKeys, values);
    if (typeof key !== 'string') {
      const error = new FeatureError(key.code, key.message, { entity: this.name });
      return new this.#instances(reads, values, error, given);
    }
    const brings = given !== null && this.entity.externals.size > 0 ? given : null;
    let entities = reads.entities.get(this) as Map<string, RowBackedEntity> | undefined;
    if (entities === undefined) {
      entities = new Map<string, RowBackedEntity>();
      reads.entities.set(this, entities);
    }
    // What is brought along makes it another one. No key has the character between.
    const identity = brings === null ? key : `${key}\0${this.#broughtText(brings)}`;
    let entity = entities.get(identity);
    if (entity === undefined) {
      entity = new this.#instances(reads, values, key, brings);
      entities.set(identity, entity);
    }
    return entity;
  }

  /** Of what is taken alone: a program and a gateway do not send the same besides, and would compute it twice. */
  #broughtText({ representation, letters }: Given): string {
    const taken = [...this.entity.externals.keys()];
    return JSON.stringify(taken.map((field) => [representation[field] ?? null, letters?.[field] ?? null]));
  }

  /** Adds to `records` what must be read of the entity for these needs. */
  collect(entity: RowBackedEntity, needs: readonly ViewNeed[], records: BlockRecord[]): void {
    if (entity.$key === null) return;
    for (let b = 0; b < this.blocks.length; b += 1) {
      const block = this.blocks[b] as BlockPlan;
      if (!needs.some((need) => need.block === block)) continue;
      entity.$records[b] ??= entity.$reads.demand(block).record(entity.$key);
      records.push(entity.$records[b] as BlockRecord);
    }
  }

  #defineKeysAndExternals(prototype: object): void {
    this.entity.joinKeys.forEach(({ name }, index) => {
      defineGetter(prototype, name, (entity) => {
        const value = entity.$values[index];
        // A key that is no key is told as it came, where its GraphQL type can hold it.
        return typeof value === 'object' || value === undefined ? entity.$problem : value;
      });
    });
    for (const field of this.entity.externals.keys()) {
      if (this.entity.joinKeys.some(({ name }) => name === field)) continue;
      defineGetter(prototype, field, (entity) => entity.$representation?.[field] ?? null);
    }
  }

  #defineStored(prototype: object): void {
    for (const [field, feature] of this.entity.features) this.#defineFeature(prototype, field, feature);
    for (const [field, view] of this.entity.viewReads) {
      const place = placeOf(this.entity, view);
      this.#needs.set(field, [{ block: this.blocks[place.block] as BlockPlan, view: place.view }]);
      defineGetter(prototype, field, (entity) => viewReadOf(entity.$state(place)));
    }
  }

  #defineFeature(prototype: object, field: string, feature: StoredFeature): void {
    const place = placeOf(this.entity, feature.view);
    this.#needs.set(field, [{ block: this.blocks[place.block] as BlockPlan, view: place.view }]);
    this.#statuses.set(field, (entity) => storedStatus(entity.$state(place), feature));
    defineGetter(prototype, field, (entity) => storedValue(entity.$state(place), feature));
  }

  #defineComputed(prototype: object, parts: EntityClassParts): void {
    const plans = new Map<string, OnDemandPlan>();
    const accessParts: AccessParts = {
      entity: this.entity,
      blocks: this.blocks,
      onDemand: (field) => this.#planOnDemand(field, plans, accessParts, parts),
    };
    for (const field of this.entity.onDemand.keys()) {
      const plan = accessParts.onDemand(field);
      this.#needs.set(field, plan.needs);
      this.#statuses.set(field, (entity, args) => evaluate(plan, entity, args).status);
      if (plan.argumentNames.length > 0)
        defineMethod(prototype, field, (entity, args) => evaluate(plan, entity, args).value);
      else defineGetter(prototype, field, (entity) => evaluate(plan, entity, {}).value);
    }
    for (const field of this.entity.references.keys())
      this.#defineReference(prototype, field, accessParts, parts);
  }

  #planOnDemand(
    field: string,
    plans: Map<string, OnDemandPlan>,
    accessParts: AccessParts,
    parts: EntityClassParts,
  ): OnDemandPlan {
    const known = plans.get(field);
    if (known !== undefined) return known;
    const feature = this.entity.onDemand.get(field);
    if (feature === undefined) throw new Error(`${this.name} has no on-demand feature ${field}.`);
    const inputs = feature.inputs.map((path) => accessOf(accessParts, path));
    const plan: OnDemandPlan = {
      feature,
      names: Object.keys(feature.transform.inputs),
      inputs,
      argumentNames: Object.keys(feature.transform.arguments ?? {}),
      needs: inputs.flatMap(({ needs }) => needs),
      ordinal: plans.size,
      failure: transformFailure(feature),
      onError: parts.onTransformError,
    };
    plans.set(field, plan);
    return plan;
  }

  #defineReference(
    prototype: object,
    field: string,
    accessParts: AccessParts,
    { entity: { references }, classOf }: EntityClassParts,
  ): void {
    const reference = references.get(field);
    if (reference === undefined) return;
    const key = reference.key.map((part) =>
      part.kind === 'argument' ? part.name : accessOf(accessParts, part),
    );
    this.#needs.set(
      field,
      key.flatMap((part) => (typeof part === 'string' ? [] : part.needs)),
    );
    const follow = (entity: RowBackedEntity, args: Arguments) =>
      followReference(entity, key, args, classOf(reference.target));
    if (key.some((part) => typeof part === 'string')) defineMethod(prototype, field, follow);
    else defineGetter(prototype, field, (entity) => follow(entity, {}));
  }
}

/** @returns the entity it leads to, unread; `null` where its key is null; the error where a key could not be read. */
function followReference(
  entity: RowBackedEntity,
  key: readonly (FieldAccess | string)[],
  args: Arguments,
  target: EntityClass,
): RowBackedEntity | FeatureError | null {
  const values = new Array<unknown>(key.length);
  let isNull = false;
  for (let i = 0; i < key.length; i += 1) {
    const part = key[i] as FieldAccess | string;
    const value = typeof part === 'string' ? args[part] : part.value(entity);
    if (value instanceof FeatureError) return value;
    if (value === null || value === undefined) isNull = true;
    values[i] = value;
  }
  return isNull ? null : target.find(entity.$reads, values);
}

function defineGetter(prototype: object, field: string, read: (entity: RowBackedEntity) => unknown): void {
  Object.defineProperty(prototype, field, {
    configurable: true,
    get(this: RowBackedEntity) {
      return read(this);
    },
  });
}

function defineMethod(
  prototype: object,
  field: string,
  call: (entity: RowBackedEntity, args: Arguments) => unknown,
): void {
  Object.defineProperty(prototype, field, {
    configurable: true,
    value(this: RowBackedEntity, args: Arguments) {
      return call(this, args);
    },
  });
}
