import { randomInt } from 'node:crypto';

/** Steps of a draw: fine enough for a share of a ten-thousandth of a percent, and what `randomInt` can give at once. */
const STEPS = 2 ** 32;

/** A random number from 0 to below 1. Everything that draws takes a function like it as a parameter. */
export function systemRandom(): number {
  return randomInt(STEPS) / STEPS;
}
