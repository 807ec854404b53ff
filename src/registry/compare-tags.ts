import { type ListedFeature, listFeatures } from './feature-list.ts';
import type { Registry } from './registry.ts';
import type { RegistryChange } from './registry-change.ts';

/**
 * Whose features are, and how they are marked. A tag of a type is one of each of its features, so that the same change
 * of several is told once.
 */
export function compareTags(before: Registry, after: Registry): RegistryChange[] {
  const old = new Map(listFeatures(before).map((feature) => [feature.coordinate, feature]));
  const pairs = listFeatures(after).flatMap((now) => {
    const was = old.get(now.coordinate);
    return was === undefined ? [] : [{ was, now }];
  });
  return [
    ...grouped(pairs, ({ owners }) => owners.join(', ') || 'nobody').map(ownerChanged),
    ...grouped(pairs, ({ tags }) => tags.join(', ') || 'none').map(tagsChanged),
  ];
}

interface Pair {
  readonly was: ListedFeature;
  readonly now: ListedFeature;
}

interface Group {
  readonly entity: string;
  readonly domain: string;
  readonly before: string;
  readonly after: string;
  readonly features: readonly ListedFeature[];
}

/** Features of one entity and domain whose text changed from the same to the same. */
function grouped(pairs: readonly Pair[], textOf: (feature: ListedFeature) => string): Group[] {
  const groups = new Map<string, Group & { readonly features: ListedFeature[] }>();
  for (const { was, now } of pairs) {
    const [before, after] = [textOf(was), textOf(now)];
    if (before === after) continue;
    const { entity, domain } = now;
    const key = JSON.stringify([entity, domain, before, after]);
    const group = groups.get(key) ?? { entity, domain, before, after, features: [] };
    group.features.push(now);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function ownerChanged(group: Group): RegistryChange {
  return {
    kind: 'OWNER_CHANGED',
    ...placeOf(group),
    message: `The owner of ${namesOf(group)} was ${group.before} and is ${group.after}.`,
    mend: 'Let both agree: the new owner answers for it from now on.',
  };
}

function tagsChanged(group: Group): RegistryChange {
  return {
    kind: 'TAGS_CHANGED',
    ...placeOf(group),
    message: `The tags of ${namesOf(group)} were ${group.before} and are ${group.after}.`,
    mend: 'Look whether a rule of yours goes by them, such as one about personal data.',
  };
}

function placeOf({ entity, domain, before, after, features }: Group) {
  const coordinates = features.map(({ coordinate }) => coordinate);
  return {
    coordinate: coordinates.length === 1 ? (coordinates[0] as string) : entity,
    ...{ view: null, domain, before, after, effect: 'NONE' as const, affects: coordinates },
  };
}

function namesOf({ features }: Group): string {
  return features.map(({ field }) => field).join(', ');
}
