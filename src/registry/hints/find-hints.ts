import { compareProblems, positionOf, type SchemaProblem } from '../schema-problem.ts';
import { differingNullability } from './differing-nullability.ts';
import { differingValueTypes } from './differing-value-types.ts';
import { featuresWithoutOwner } from './features-without-owner.ts';
import type { Hint, HintedSubgraph } from './hint.ts';
import { missingDescriptions } from './missing-descriptions.ts';
import { unusedKeys } from './unused-keys.ts';

/** Everything that composition lets pass in silence, in the order of files and lines. */
export function findHints(subgraphs: readonly HintedSubgraph[]): SchemaProblem[] {
  const found: SchemaProblem[] = [];
  for (const hint of ALL_HINTS) {
    hint.find(subgraphs, (subgraph, node, text) => {
      if (!subgraph.isCandidate) return;
      const place = { domain: subgraph.name, file: subgraph.file, ...positionOf(node.loc) };
      found.push({ rule: hint.name, ...place, ...text });
    });
  }
  return found.sort(compareProblems);
}

export const ALL_HINTS: readonly Hint[] = [
  missingDescriptions,
  featuresWithoutOwner,
  unusedKeys,
  differingValueTypes,
  differingNullability,
];
