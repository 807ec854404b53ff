/**
 * Entities of several types may share a path. Where it is a feature of one type alone, those of the others tell a
 * status for it too, that there is none: programs know only of features.
 */
import type { FieldTable, Shape } from '../../engine/interpreted/projection-table.ts';

export function mixesStatuses(root: FieldTable): boolean {
  return mixes([root]);
}

/** @param tables of the types that may stand at one place. */
function mixes(tables: readonly FieldTable[]): boolean {
  const byKey = new Map<string, { isFeature: boolean; below: FieldTable[] }>();
  for (const { fields } of tables) {
    for (const { responseKey, isFeature, shape } of fields) {
      if (shape.kind === 'constant') continue;
      const known = byKey.get(responseKey) ?? { isFeature, below: [] };
      if (known.isFeature !== isFeature) return true;
      byKey.set(responseKey, known);
      if (!isFeature) known.below.push(...tablesOf(shape));
    }
  }
  for (const { below } of byKey.values()) if (below.length > 0 && mixes(below)) return true;
  return false;
}

function tablesOf(shape: Shape): FieldTable[] {
  if (shape.kind === 'list') return tablesOf(shape.of);
  return shape.kind === 'object' ? shape.selection.allTables() : [];
}
