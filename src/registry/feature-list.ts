/** Every feature of a registry as one flat list, for people who look for one: by name, description, owner or tag. */
import { describeType } from '../core/feature-type.ts';
import type { Domain, Entity, OnDemandFeature, Registry, StoredFeature, View } from './registry.ts';

export interface ListedFeature {
  /** `Aircraft.seats` */
  readonly coordinate: string;
  readonly domain: string;
  readonly entity: string;
  readonly field: string;
  readonly kind: 'STORED' | 'ON_DEMAND';
  /** As GraphQL writes it. */
  readonly type: string;
  readonly description: string;
  readonly owners: readonly string[];
  /** Without those that name an owner. */
  readonly tags: readonly string[];
  /** `null` for on-demand features, as are `ttlMs` and `source`. */
  readonly view: string | null;
  readonly viewVersion: number | null;
  readonly ttlMs: number | null;
  readonly source: string | null;
  /** `null` for stored features. */
  readonly transform: string | null;
  readonly defaultJson: string | null;
}

/** A tag `owner/fleet` says that the team `fleet` answers for a feature. */
const OWNER_TAG = 'owner/';

/** In the order of domains, entities and fields. */
export function listFeatures(registry: Registry): ListedFeature[] {
  return registry.domains.flatMap((domain) =>
    [...domain.entities.values()].flatMap((entity) => [
      ...[...entity.features.values()].map((feature) => storedFeature(domain, entity, feature)),
      ...[...entity.onDemand.values()].map((feature) => onDemandFeature(domain, entity, feature)),
    ]),
  );
}

function storedFeature(domain: Domain, entity: Entity, feature: StoredFeature): ListedFeature {
  const { view } = feature;
  return {
    ...commonOf(domain, entity, feature),
    kind: 'STORED',
    view: view.name,
    viewVersion: view.version,
    ttlMs: view.ttlMs,
    source: view.source,
    transform: null,
  };
}

function onDemandFeature(domain: Domain, entity: Entity, feature: OnDemandFeature): ListedFeature {
  return {
    ...commonOf(domain, entity, feature),
    kind: 'ON_DEMAND',
    view: null,
    viewVersion: null,
    ttlMs: null,
    source: null,
    transform: feature.transform.name,
  };
}

function commonOf(domain: Domain, entity: Entity, feature: StoredFeature | OnDemandFeature) {
  const isOwner = (tag: string): boolean => tag.startsWith(OWNER_TAG);
  return {
    coordinate: `${entity.name}.${feature.field}`,
    domain: domain.name,
    entity: entity.name,
    field: feature.field,
    type: describeType(feature.type),
    description: feature.description.replace(/\s+/g, ' ').trim(),
    owners: feature.tags.filter(isOwner).map((tag) => tag.slice(OWNER_TAG.length)),
    tags: feature.tags.filter((tag) => !isOwner(tag)),
    defaultJson: feature.defaultJson,
  };
}

/** What a search may ask; what is not given lets everything pass. Upper and lower case are the same. */
export interface FeatureSearch {
  /** Each must stand somewhere in name, description, type, view, domain, owner or tag. */
  readonly words?: readonly string[];
  readonly entity?: string | undefined;
  readonly domain?: string | undefined;
  readonly view?: string | undefined;
  readonly owner?: string | undefined;
  readonly tag?: string | undefined;
}

export function isFound(feature: ListedFeature, search: FeatureSearch): boolean {
  const { domain, entity, view, owners, tags } = feature;
  const texts = [
    feature.coordinate,
    feature.description,
    feature.type,
    view ?? '',
    domain,
    ...owners,
    ...tags,
  ];
  const haystack = texts.join('\n').toLowerCase();
  return (
    (search.words ?? []).every((word) => haystack.includes(word.toLowerCase())) &&
    isOneOf(search.entity, [entity]) &&
    isOneOf(search.domain, [domain]) &&
    isOneOf(search.view, [view ?? '']) &&
    isOneOf(search.owner, owners) &&
    isOneOf(search.tag, tags)
  );
}

function isOneOf(wanted: string | undefined, names: readonly string[]): boolean {
  return wanted === undefined || names.some((name) => name.toLowerCase() === wanted.toLowerCase());
}

/** Each view once, whatever names it has. */
export function distinctViews(registry: Registry): View[] {
  return [...new Set(registry.views.values())];
}
