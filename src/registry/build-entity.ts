import { parseDurationMs } from '../core/duration.ts';
import { describeType, type FeatureType } from '../core/feature-type.ts';
import { isValueProblem, parseFeatureValue } from '../core/feature-value.ts';
import { blockIdOf } from './block-id.ts';
import { type DraftDomain, type DraftEntity, type DraftField, type DraftView, findView } from './draft.ts';
import { compareNames, createLayout, viewId } from './layout.ts';
import { pathKind } from './path-kind.ts';
import { namedTypeOf } from './platform-definitions.ts';
import type {
  Block,
  Entity,
  InputPath,
  JoinKey,
  OnDemandFeature,
  Reference,
  StoredFeature,
  Transform,
  View,
} from './registry.ts';
import { featureTypeOf } from './resolve-type.ts';

/** One entity of a domain, built from a draft in which no rule found a problem. */
export function buildEntity(domain: DraftDomain, name: string): Entity {
  const draft = domain.entities.get(name) as DraftEntity;
  const joinKeys = Object.freeze(
    draft.joinKeys.map((field): JoinKey => Object.freeze({ name: field.name, type: typeOf(domain, field) })),
  );
  const built = new Map<DraftView, View>();
  const features = new Map<string, StoredFeature>();
  for (const view of [...draft.views].sort(compareViews))
    built.set(view, buildView(domain, draft, view, joinKeys, features));
  const onDemand = new Map<string, OnDemandFeature>();
  const references = new Map<string, Reference>();
  const viewReads = new Map<string, View>();
  const externals = new Map<string, FeatureType>();
  for (const field of fieldsByName(draft)) {
    if (field.onDemand !== undefined) onDemand.set(field.name, buildOnDemand(domain, draft, field));
    if (field.reference !== undefined) references.set(field.name, buildReference(draft, field));
    if (field.external !== undefined && !draft.joinKeys.includes(field))
      externals.set(field.name, typeOf(domain, field));
    if (field.viewRead !== undefined) {
      const view = findView(draft, field.viewRead.viewText);
      viewReads.set(field.name, built.get(view as DraftView) as View);
    }
  }
  return Object.freeze({
    domain: domain.name,
    name,
    joinKeys,
    blocks: buildBlocks(draft, built),
    views: Object.freeze([...built.values()]),
    features,
    onDemand,
    references,
    viewReads,
    externals,
  });
}

function compareViews(a: DraftView, b: DraftView): number {
  return compareNames(a.name, b.name) || a.version - b.version;
}

function fieldsByName(entity: DraftEntity): DraftField[] {
  return [...entity.type.fields.values()].sort((a, b) => compareNames(a.name, b.name));
}

function buildView(
  domain: DraftDomain,
  entity: DraftEntity,
  draft: DraftView,
  joinKeys: readonly JoinKey[],
  featuresOfEntity: Map<string, StoredFeature>,
): View {
  const fields = draft.features
    .map((field) => ({ field, name: field.feature?.name ?? field.name, type: typeOf(domain, field) }))
    .sort((a, b) => compareNames(a.name, b.name));
  const features: StoredFeature[] = [];
  const view: View = Object.freeze({
    name: draft.name,
    version: draft.version,
    id: viewId(draft.name, draft.version),
    domain: domain.name,
    entity: entity.name,
    blockId: blockIdOf(entity, draft),
    joinKeys,
    ttlMs: durationMs(draft.ttl),
    source: draft.source ?? null,
    sourceMaxLagMs: durationMs(draft.sourceMaxLag),
    availableAfterMs: durationMs(draft.availableAfter) ?? 0,
    hot: draft.hot as View['hot'],
    external: draft.external ?? null,
    features,
    layout: createLayout(fields),
  });
  fields.forEach(({ field, name, type }, index) => {
    const given = field.feature as NonNullable<DraftField['feature']>;
    const feature: StoredFeature = Object.freeze({
      field: field.name,
      name,
      view,
      index,
      type,
      defaultJson: defaultJson(type, given),
      onInvalid: given.onInvalid as StoredFeature['onInvalid'],
      description: field.node.description?.value ?? '',
      tags: tagsOf(entity, field),
    });
    features.push(feature);
    featuresOfEntity.set(field.name, feature);
  });
  Object.freeze(features);
  return view;
}

function buildBlocks(entity: DraftEntity, built: ReadonlyMap<DraftView, View>): readonly Block[] {
  const byId = new Map<string, View[]>();
  for (const view of built.values()) {
    const views = byId.get(view.blockId);
    if (views === undefined) byId.set(view.blockId, [view]);
    else views.push(view);
  }
  return Object.freeze(
    [...byId]
      .sort(([a], [b]) => compareNames(a, b))
      .map(([id, views]) =>
        Object.freeze({ id, domain: entity.domain, entity: entity.name, views: Object.freeze(views) }),
      ),
  );
}

function buildOnDemand(domain: DraftDomain, entity: DraftEntity, field: DraftField): OnDemandFeature {
  const draft = field.onDemand as NonNullable<DraftField['onDemand']>;
  const type = typeOf(domain, field);
  const registered = domain.codeIsElsewhere
    ? transformElsewhere(domain.name, draft.transform, describeType(type))
    : (domain.code.transforms?.[draft.transform] as Omit<Transform, 'name'>);
  return Object.freeze({
    field: field.name,
    transform: Object.freeze({ ...registered, name: draft.transform }),
    inputs: Object.freeze(draft.inputs.map((input) => inputPath(entity, input))),
    type,
    defaultJson: defaultJson(type, draft),
    description: field.node.description?.value ?? '',
    tags: tagsOf(entity, field),
  });
}

/** What is known of a transform whose domain's code is not here; such a registry compares and composes, and serves nothing. */
function transformElsewhere(domain: string, name: string, output: string): Omit<Transform, 'name'> {
  return {
    inputs: {},
    output,
    compute: () => {
      throw new Error(`The transform ${name} runs where the domain ${domain} does.`);
    },
  };
}

function buildReference(entity: DraftEntity, field: DraftField): Reference {
  const args = new Set((field.node.arguments ?? []).map((argument) => argument.name.value));
  const key = (field.reference?.key ?? []).map((path) =>
    args.has(path) ? Object.freeze({ kind: 'argument' as const, name: path }) : inputPath(entity, path),
  );
  return Object.freeze({
    field: field.name,
    target: namedTypeOf(field.type),
    key: Object.freeze(key),
  });
}

function inputPath(entity: DraftEntity, path: string): InputPath {
  const kind = pathKind(entity, path);
  if (kind === undefined) throw new Error(`${entity.name}.${path} leads nowhere, and no rule told it.`);
  return Object.freeze({ kind, field: path });
}

function typeOf(domain: DraftDomain, field: DraftField): FeatureType {
  const resolved = featureTypeOf(domain, field);
  if (resolved === null || 'problem' in resolved)
    throw new Error(`${field.coordinate} has no type, and no rule told it.`);
  return resolved.type;
}

function defaultJson(
  type: FeatureType,
  given: { readonly hasDefault: boolean; readonly default: unknown },
): string | null {
  if (!given.hasDefault) return null;
  const parsed = parseFeatureValue(type, given.default);
  return isValueProblem(parsed) ? null : parsed.json;
}

function durationMs(text: string | undefined): number | null {
  return text === undefined ? null : (parseDurationMs(text) ?? null);
}

/** A tag on the type is a tag of each of its features: an owner is named once. */
function tagsOf(entity: DraftEntity, field: DraftField): readonly string[] {
  const tags = new Set(field.tags);
  for (const tag of entity.tags) tags.add(tag);
  return Object.freeze([...tags].sort(compareNames));
}
