import { compareEntities } from './compare-entities.ts';
import { compareFeatures } from './compare-features.ts';
import { compareTags } from './compare-tags.ts';
import { compareViews } from './compare-views.ts';
import { compareNames } from './layout.ts';
import type { Registry } from './registry.ts';
import type { RegistryChange } from './registry-change.ts';

/**
 * What changed between two registries, by meaning: tools that compare schemas as GraphQL see neither views nor
 * defaults, or see them as harmless. In the order of coordinates.
 */
export function compareRegistries(before: Registry, after: Registry): RegistryChange[] {
  const changes = [
    ...compareEntities(before, after),
    ...compareViews(before, after),
    ...compareFeatures(before, after),
    ...compareTags(before, after),
  ];
  return changes.sort(
    (a, b) =>
      compareNames(a.coordinate, b.coordinate) ||
      compareNames(a.kind, b.kind) ||
      compareNames(a.view ?? '', b.view ?? ''),
  );
}
