import { FeaturegraphError } from '../../core/errors.ts';
import type { OperationCost } from './operation-cost.ts';

/** Of an operation that is too dear, so many places are told: they are where to save. */
const TOLD_MAX = 5;

/** @throws FeaturegraphError COST_ESTIMATED_TOO_EXPENSIVE, which no budget and no wait can change. */
export function assertAffordable(cost: OperationCost, maximum: number): void {
  if (cost.total <= maximum) return;
  const dearest = cost.fields.slice(0, TOLD_MAX).map(({ path, units }) => ({
    path: path === '' ? 'the root' : path,
    units: Math.ceil(units),
  }));
  const told = dearest.map(({ path, units }) => `${path} (${units})`).join(', ');
  throw new FeaturegraphError(
    'COST_ESTIMATED_TOO_EXPENSIVE',
    `The operation may cost ${cost.total} units; one may cost at most ${maximum}. Dearest: ${told}. Ask for fewer keys or fields at once.`,
    { cost: cost.total, maximum, dearest },
  );
}
