import { FeaturegraphError } from '../../core/errors.ts';
import type { OperationCost } from './operation-cost.ts';

/** Of an operation that is too dear, so many places are told: they are where to save. */
const TOLD_MAX = 5;

/** A place of an answer and what it costs. */
export interface PricedPlace {
  readonly path: string;
  readonly units: number;
}

/** @throws FeaturegraphError COST_ESTIMATED_TOO_EXPENSIVE, which no budget and no wait can change. */
export function assertAffordable(cost: OperationCost, maximum: number): void {
  if (cost.total > maximum)
    throw tooExpensive({ cost: cost.total, maximum, dearest: cost.fields }, 'is not executed: it');
}

/** @param dearest places, the dearest first; a few are told. */
export function tooExpensive(
  { cost, maximum, dearest }: { cost: number; maximum: number; dearest: readonly PricedPlace[] },
  what: string,
): FeaturegraphError {
  const told = dearest.slice(0, TOLD_MAX).map(({ path, units }) => ({
    path: path === '' ? 'the root' : path,
    units: Math.ceil(units),
  }));
  const places = told.map(({ path, units }) => `${path} (${units})`).join(', ');
  return new FeaturegraphError(
    'COST_ESTIMATED_TOO_EXPENSIVE',
    `The operation ${what} may cost ${cost} units, and one may cost ${maximum} at most. Dearest: ${places}. Ask for fewer keys or fields at once.`,
    { cost, maximum, dearest: told },
  );
}
