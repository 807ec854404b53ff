/** Everything known of one entity, over all domains: for an operator's eyes, not for serving. */
import type { FeatureType } from '../core/feature-type.ts';
import type { RequestContext } from '../core/request-context.ts';
import type { FeatureStatus } from '../core/status.ts';
import type { Entity, OnDemandFeature } from '../registry/registry.ts';
import { placeOf } from './block-plan.ts';
import type { FeatureReader } from './feature-reader.ts';
import type { RowBackedEntity } from './row-backed-entity.ts';

export interface FeatureReading {
  readonly domain: string;
  readonly field: string;
  /** `null` for on-demand features. */
  readonly view: string | null;
  readonly status: FeatureStatus;
  /** As in an answer; `null` also where it could not be had. */
  readonly value: unknown;
  readonly eventTimeMs: number | null;
  readonly ageMs: number | null;
  /** Why there is no value. */
  readonly error: string | null;
}

/**
 * @param keyParts texts of the join keys, in their order.
 * @returns the features in the order of domains and fields; on-demand features only where they need nothing but
 *   the entity. Empty when no domain has features of such an entity.
 */
export async function readEntity(
  reader: FeatureReader,
  context: RequestContext,
  entityName: string,
  keyParts: readonly string[],
): Promise<FeatureReading[]> {
  const reads = reader.reads(context);
  const found: RowBackedEntity[] = [];
  for (const domain of reader.registry.domains) {
    const entityClass = reader.findClass(domain.name, entityName);
    if (entityClass === undefined) continue;
    const { joinKeys, features, onDemand } = entityClass.entity;
    if (features.size === 0 && onDemand.size === 0) continue;
    const values = joinKeys.map(({ type }, i) => valueOfText(type, keyParts[i]));
    found.push(entityClass.find(reads, values));
  }
  await reader.load(reads, found, (entityClass) => entityClass.allNeeds);
  return found.flatMap((entity) => [...storedReadings(entity), ...onDemandReadings(entity)]);
}

function storedReadings(entity: RowBackedEntity): FeatureReading[] {
  return [...entity.$class.entity.features.values()].map((feature) => {
    const { eventTimeMs, ageMs } = entity.$state(placeOf(entity.$class.entity, feature.view));
    return { ...readingOf(entity, feature.field), view: feature.view.name, eventTimeMs, ageMs };
  });
}

function onDemandReadings(entity: RowBackedEntity): FeatureReading[] {
  return [...entity.$class.entity.onDemand.values()]
    .filter((feature) => needsOnlyEntity(entity.$class.entity, feature))
    .map((feature) => ({
      ...readingOf(entity, feature.field),
      view: null,
      eventTimeMs: null,
      ageMs: null,
    }));
}

function readingOf(entity: RowBackedEntity, field: string) {
  const value = (entity as unknown as Record<string, unknown>)[field];
  const failed = value instanceof Error;
  return {
    domain: entity.$class.entity.domain,
    field,
    status: entity.$class.statusOf(entity, field, {}) as FeatureStatus,
    value: failed ? null : value,
    error: failed ? value.message : null,
  };
}

function needsOnlyEntity(entity: Entity, feature: OnDemandFeature): boolean {
  if (Object.keys(feature.transform.arguments ?? {}).length > 0) return false;
  return feature.inputs.every((input) => {
    if (input.kind === 'external') return false;
    const inner = input.kind === 'onDemand' ? entity.onDemand.get(input.field) : undefined;
    return inner === undefined || needsOnlyEntity(entity, inner);
  });
}

/** A command line has only text; a key that is an Int or Boolean is written as one. */
function valueOfText(type: FeatureType, text: string | undefined): unknown {
  if (text === undefined || type.kind !== 'scalar') return text;
  if (type.name === 'Boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return type.name === 'Int' && /^-?\d+$/.test(text) ? Number(text) : text;
}
