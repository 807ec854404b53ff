/** What a tiered store is told. Every default is a promise to readers, so each has its reason here. */
export interface TierLimits {
  /** How long a row may be served from memory without asking anybody; 0 turns the memory tier off. */
  readonly memoryMaxAgeMs: number;
  /** Most that the rows in memory, their keys and their bookkeeping may take. */
  readonly memoryMaxBytes: number;
  /** How long it is believed that the truth has no row, where no write says otherwise. */
  readonly absenceLifeMs: number;
  /** Longest that one call of the hot tier may take; where little time remains, half of that. */
  readonly hotBudgetMs: number;
  /** Longest that one read of the warm tier may take. */
  readonly warmBudgetMs: number;
}

/** Longest life of an entry in memory: other processes' writes are seen within a second. */
export const MEMORY_MAX_AGE_MS = 1000;

export const TIER_LIMITS_DEFAULT: TierLimits = {
  memoryMaxAgeMs: MEMORY_MAX_AGE_MS,
  memoryMaxBytes: 64 * 1024 * 1024,
  // Bots that ask for keys that never were would otherwise each cost a read of the truth.
  absenceLifeMs: 30_000,
  // Redis answers within a millisecond; after 25 it is quicker to ask the next tier.
  hotBudgetMs: 25,
  // Above what a busy cluster needs at its 99th percentile with one speculative read.
  warmBudgetMs: 100,
};

/** When rows of a view come into the hot tier; `ONLY`: they are nowhere else. */
export type HotMode = 'ON_WRITE' | 'ON_READ' | 'ONLY';

/** @throws {RangeError} for a limit that cannot be kept. */
export function completeTierLimits(given: Partial<TierLimits>): TierLimits {
  const limits = { ...TIER_LIMITS_DEFAULT, ...given };
  assertWithin('memoryMaxAgeMs', limits.memoryMaxAgeMs, 0, MEMORY_MAX_AGE_MS);
  assertWithin('memoryMaxBytes', limits.memoryMaxBytes, 0, Number.MAX_SAFE_INTEGER);
  assertWithin('absenceLifeMs', limits.absenceLifeMs, 1, Number.MAX_SAFE_INTEGER);
  assertWithin('hotBudgetMs', limits.hotBudgetMs, 1, Number.MAX_SAFE_INTEGER);
  assertWithin('warmBudgetMs', limits.warmBudgetMs, 1, Number.MAX_SAFE_INTEGER);
  return limits;
}

function assertWithin(name: string, value: number, min: number, max: number): void {
  if (!(value >= min && value <= max)) {
    throw new RangeError(`Expected ${name} of the tiers to be from ${min} to ${max}, got ${value}.`);
  }
}
