/** The price of what was used: the last of the three numbers, after the bound and the formula. */
import type { ReadOptions } from '../../core/request-context.ts';
import type { RequestUsage } from '../../core/request-usage.ts';
import type { CostWeights } from './cost-weights.ts';
import { wholeUnits } from './operation-cost.ts';

type HowRead = Pick<ReadOptions, 'cache' | 'consistency'>;

const BYTES_PER_KIB = 1024;

/** Units of one block, as a request reads it. */
export function blockUnits(weights: CostWeights, { cache, consistency }: HowRead): number {
  const bypass = cache === 'BYPASS' ? weights.bypassFactor : 1;
  const quorum = consistency === 'QUORUM' ? weights.quorumFactor : 1;
  return weights.block * Math.max(bypass, quorum);
}

/** Units of an answer's size. */
export function sizeUnits(weights: CostWeights, kib: number): number {
  return Math.max(0, kib - weights.freeKib) * weights.kib;
}

/**
 * The price of what a request has used.
 *
 * @param answerBytes of the answer's data, as it is sent.
 * @returns whole units, at least 1.
 */
export function meteredCost(
  usage: RequestUsage,
  answerBytes: number,
  weights: CostWeights,
  options: HowRead = {},
): number {
  return wholeUnits(
    usage.blocks * blockUnits(weights, options) +
      usage.remoteFetches * weights.remoteFetch +
      usage.foreignEntities * weights.foreignEntity +
      usage.transforms * weights.transform +
      sizeUnits(weights, answerBytes / BYTES_PER_KIB),
  );
}
