/** What a tenant is told that has had its share of a process which has more to do than it can. */
import { FeaturegraphError } from '../../core/errors.ts';

/**
 * Clients do not come back at once, nor all together: each is told one of these numbers of seconds. Made once, for an
 * error that is made anew has its stack written down, which is a sixth of what a refusal takes.
 */
const REFUSALS = [1, 2, 3].map(
  (retryAfterSeconds) =>
    new FeaturegraphError(
      'OVERLOADED',
      `The process has more to do than it can, and this tenant has had its share of it. Retry after ${retryAfterSeconds} s.`,
      { retryAfterSeconds },
    ),
);

/** @param random from 0 to below 1. */
export function overloadRefusal(random: number): FeaturegraphError {
  return REFUSALS[Math.floor(random * REFUSALS.length)] as FeaturegraphError;
}
