import { storedTypeFits } from '../core/feature-type.ts';
import type { StoredLayout } from './layout-store.ts';

/**
 * Where the features of a view's own layout stand in a row of another one, decided once per layout.
 * @returns for each feature of `current` its segment in rows of `stored`, or -1 where it is absent: not in that
 *   layout, or there with a type whose bytes do not fit the new one.
 */
export function segmentIndexes(
  stored: Pick<StoredLayout, 'names' | 'types'>,
  current: Pick<StoredLayout, 'names' | 'types'>,
): Int32Array {
  const places = new Map(stored.names.map((name, index) => [name, index]));
  const indexes = new Int32Array(current.names.length).fill(-1);
  for (const [feature, name] of current.names.entries()) {
    const place = places.get(name);
    const storedType = place === undefined ? undefined : stored.types[place];
    const currentType = current.types[feature];
    if (place === undefined || storedType === undefined || currentType === undefined) continue;
    if (storedTypeFits(storedType, currentType)) indexes[feature] = place;
  }
  return indexes;
}
