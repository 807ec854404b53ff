import { describeType, type FeatureType, storedTypeFits, typeSignature } from '../core/feature-type.ts';
import { listFeatures } from './feature-list.ts';
import { versionedName } from './layout.ts';
import type { OnDemandFeature, Registry, StoredFeature } from './registry.ts';
import type { ChangeEffect, ChangeKind, RegistryChange } from './registry-change.ts';

/** What changed about features: where a value comes from, what it may be, and how it is described. */
export function compareFeatures(before: Registry, after: Registry): RegistryChange[] {
  const [old, now] = [featuresOf(before), featuresOf(after)];
  const changes: RegistryChange[] = [];
  for (const [coordinate, feature] of now) {
    const was = old.get(coordinate);
    const differences = was === undefined ? [ADDED] : compareFeature(was, feature);
    for (const difference of differences) changes.push(changeOf(coordinate, feature.domain, difference));
  }
  for (const [coordinate, { domain }] of old)
    if (!now.has(coordinate)) changes.push(changeOf(coordinate, domain, REMOVED));
  return changes;
}

interface PlacedFeature {
  readonly domain: string;
  readonly feature: StoredFeature | OnDemandFeature;
}

function featuresOf(registry: Registry): ReadonlyMap<string, PlacedFeature> {
  const entities = new Map(
    registry.domains.flatMap(({ name, entities: own }) =>
      [...own].map(([entity, what]) => [`${name} ${entity}`, what] as const),
    ),
  );
  return new Map(
    listFeatures(registry).map(({ coordinate, domain, entity, field }) => {
      const found = entities.get(`${domain} ${entity}`);
      const feature = (found?.features.get(field) ?? found?.onDemand.get(field)) as PlacedFeature['feature'];
      return [coordinate, { domain, feature }];
    }),
  );
}

interface Difference {
  readonly kind: ChangeKind;
  readonly effect: ChangeEffect;
  readonly before?: string | null;
  readonly after?: string | null;
  readonly message: string;
  readonly mend: string;
}

function changeOf(coordinate: string, domain: string, difference: Difference): RegistryChange {
  return {
    ...{ before: null, after: null, coordinate, view: null, domain },
    ...difference,
    affects: [coordinate],
  };
}

const ADDED: Difference = {
  ...{ kind: 'FEATURE_ADDED', effect: 'NONE' },
  message: 'The feature is new.',
  mend: 'Nothing is needed; it is NOT_FOUND, or its default, until rows have it.',
};

const REMOVED: Difference = {
  ...{ kind: 'FEATURE_REMOVED', effect: 'BREAKS' },
  message: 'The feature is gone.',
  mend: 'Mark it @deprecated, and remove it when no operation asks for it.',
};

const PUSH_FIRST =
  'Push the rows to the new place before you ship it, or values are NOT_FOUND, or their default, until then.';
const TELL_OWNERS = 'A model was trained on the old one: tell its owners, or make it another feature.';

function* compareFeature(was: PlacedFeature, now: PlacedFeature): Generator<Difference> {
  const [old, feature] = [was.feature, now.feature];
  if (was.domain !== now.domain) {
    yield {
      ...{ kind: 'FEATURE_DOMAIN_CHANGED', effect: 'VALUES', before: was.domain, after: now.domain },
      message: `The feature was the domain ${was.domain}'s and is ${now.domain}'s: rows that the old one holds are not read.`,
      mend: PUSH_FIRST,
    };
  }
  if ('view' in old && 'view' in feature) yield* compareStored(old, feature);
  else if (!('view' in old) && !('view' in feature)) yield* compareComputed(old, feature);
  else {
    yield {
      ...{
        kind: 'FEATURE_ORIGIN_CHANGED',
        effect: 'VALUES',
        before: originOf(old),
        after: originOf(feature),
      },
      message: `The feature was ${originOf(old)} and is ${originOf(feature)}.`,
      mend: TELL_OWNERS,
    };
  }
  yield* compareTypes(old.type, feature.type);
  yield* compareDefaults(old.defaultJson, feature.defaultJson);
  yield* compareTold(was, now);
}

function originOf(feature: StoredFeature | OnDemandFeature): string {
  return 'view' in feature
    ? `stored in ${versionedName(feature.view)}`
    : `computed by ${feature.transform.name}`;
}

function* compareStored(was: StoredFeature, now: StoredFeature): Generator<Difference> {
  if (was.view.name !== now.view.name) {
    yield {
      ...{ kind: 'FEATURE_MOVED', effect: 'VALUES' },
      ...{ before: versionedName(was.view), after: versionedName(now.view) },
      message: `The feature was stored in the view ${versionedName(was.view)} and is stored in ${versionedName(now.view)}: rows of the old view are not read for it any more.`,
      mend: PUSH_FIRST,
    };
  }
  if (was.name !== now.name) {
    yield {
      ...{ kind: 'FEATURE_NAME_CHANGED', effect: 'VALUES', before: was.name, after: now.name },
      message: `In rows and pushed files the feature was called ${was.name} and is called ${now.name}: rows that have the old name are NOT_FOUND for it, and files that have it are refused.`,
      mend: 'Change the jobs that push it together with this file, and push its rows anew.',
    };
  }
  if (was.onInvalid !== now.onInvalid) {
    yield {
      ...{ kind: 'ON_INVALID_CHANGED', effect: 'NONE', before: was.onInvalid, after: now.onInvalid },
      message: `A pushed value that does not fit made ${outcomeOf(was)} and makes ${outcomeOf(now)}.`,
      mend: 'Tell those who push it.',
    };
  }
  yield* compareBounds(was.type, now.type);
}

function outcomeOf({ onInvalid }: StoredFeature): string {
  return onInvalid === 'REJECT' ? 'its row refused' : 'the value null';
}

function* compareComputed(was: OnDemandFeature, now: OnDemandFeature): Generator<Difference> {
  if (was.transform.name !== now.transform.name) {
    yield {
      ...{ kind: 'TRANSFORM_CHANGED', effect: 'VALUES' },
      ...{ before: was.transform.name, after: now.transform.name },
      message: `The feature was computed by ${was.transform.name} and is computed by ${now.transform.name}.`,
      mend: TELL_OWNERS,
    };
  }
  const [before, after] = [was, now].map(({ inputs }) => inputs.map(({ field }) => field).join(', ')) as [
    string,
    string,
  ];
  if (before !== after) {
    yield {
      ...{ kind: 'INPUTS_CHANGED', effect: 'VALUES', before, after },
      message: `The feature was computed from (${before}) and is computed from (${after}).`,
      mend: TELL_OWNERS,
    };
  }
}

function* compareTypes(was: FeatureType, now: FeatureType): Generator<Difference> {
  const [before, after] = [describeType(was), describeType(now)];
  if (typeSignature(was) !== typeSignature(now)) {
    const fits = storedTypeFits(was, now);
    yield {
      ...{ kind: 'FEATURE_TYPE_CHANGED', effect: fits ? 'VALUES' : 'BREAKS', before, after },
      message:
        before === after
          ? `The parts of ${after} changed: ${fits ? 'rows written before stay readable' : 'rows written before cannot be read as it, and are NOT_FOUND'}.`
          : `The type was ${before} and is ${after}: ${fits ? 'rows written before stay readable as it' : 'rows written before cannot be read as it, and are NOT_FOUND'}.`,
      mend: fits
        ? 'See that those who ask for it can read the new type.'
        : 'Make it a feature of another name, push its rows, and let operations move over.',
    };
  }
}

function* compareBounds(was: FeatureType, now: FeatureType): Generator<Difference> {
  const [oldBound, bound] = [boundOf(was), boundOf(now)];
  if (was.kind === now.kind && oldBound !== bound) {
    yield {
      ...{ kind: 'FEATURE_BOUND_CHANGED', effect: 'NONE', before: String(oldBound), after: String(bound) },
      message: `The bound was ${oldBound} and is ${bound}${bound < oldBound ? ': larger values are refused when pushed' : ''}.`,
      mend: bound < oldBound ? 'See that what is pushed fits.' : 'Nothing is needed.',
    };
  }
}

/** Items of a list, bytes of a text; one number where both are bounded. */
function boundOf(type: FeatureType): number {
  if (type.kind === 'list') return type.maxItems;
  return type.kind === 'scalar' ? type.maxBytes : 0;
}

function* compareDefaults(before: string | null, after: string | null): Generator<Difference> {
  if (before === after) return;
  const told = (json: string | null): string => (json === null ? 'none' : json);
  yield {
    ...{ kind: 'DEFAULT_CHANGED', effect: 'VALUES', before, after },
    message: `The default was ${told(before)} and is ${told(after)}: what has never been seen, or is too old, is answered by it.`,
    mend: TELL_OWNERS,
  };
}

function* compareTold(was: PlacedFeature, now: PlacedFeature): Generator<Difference> {
  const texts = [was, now].map(({ feature }) => feature.description.replace(/\s+/g, ' ').trim());
  if (texts[0] === texts[1]) return;
  yield {
    ...{ kind: 'DESCRIPTION_CHANGED', effect: 'NONE', before: texts[0] ?? null, after: texts[1] ?? null },
    message: `It was described as "${texts[0]}" and is as "${texts[1]}".`,
    mend: 'If it means something else now, make it another feature.',
  };
}
