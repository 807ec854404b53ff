/** Least, middle and greatest of some figures, and their percentiles. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** @param figures at least one; with an even number of them the lower of the two in the middle counts. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  return { min: sorted[0] as number, median: percentileOf(sorted, 0.5), max: sorted.at(-1) as number };
}

/** @param sorted ascending, at least one. */
export function percentileOf(sorted: ArrayLike<number>, fraction: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)] as number;
}
