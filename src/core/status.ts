/** The state of a value, told beside it; an outage is never a new user. Order: from best to worst. */
export const FEATURE_STATUSES = [
  'PRESENT',
  'NULL_VALUE',
  'NOT_FOUND',
  'OUTSIDE_MAX_AGE',
  'SOURCE_STALE',
  'STORE_TIMEOUT',
  'STORE_UNAVAILABLE',
  'INVALID_KEY',
  'TRANSFORM_FAILED',
] as const;

export type FeatureStatus = (typeof FEATURE_STATUSES)[number];

/** The state of a view's read: it has no value of its own, so neither NULL_VALUE nor TRANSFORM_FAILED. */
export type ReadStatus = Exclude<FeatureStatus, 'NULL_VALUE' | 'TRANSFORM_FAILED'>;

/** One letter per status, for the compact strings of an answer; `-` stands where there is no feature status. */
export const STATUS_LETTERS: Readonly<Record<FeatureStatus, string>> = {
  PRESENT: 'P',
  NULL_VALUE: 'N',
  NOT_FOUND: 'F',
  OUTSIDE_MAX_AGE: 'A',
  SOURCE_STALE: 'S',
  STORE_TIMEOUT: 'T',
  STORE_UNAVAILABLE: 'U',
  INVALID_KEY: 'K',
  TRANSFORM_FAILED: 'X',
};

export const NO_STATUS_LETTER = '-';

const RANK = new Map<FeatureStatus, number>(FEATURE_STATUSES.map((status, rank) => [status, rank]));

export function worstStatus(a: FeatureStatus, b: FeatureStatus): FeatureStatus {
  return (RANK.get(a) as number) >= (RANK.get(b) as number) ? a : b;
}

/** A failed status comes with an error and a null, and nothing is computed over it. */
export function isFailure(
  status: FeatureStatus,
): status is 'STORE_TIMEOUT' | 'STORE_UNAVAILABLE' | 'INVALID_KEY' | 'TRANSFORM_FAILED' {
  return (RANK.get(status) as number) >= (RANK.get('STORE_TIMEOUT') as number);
}

const STATUS_BY_LETTER = new Map(FEATURE_STATUSES.map((status) => [STATUS_LETTERS[status], status]));

/** @returns the status of a letter, or `undefined` for `-`. */
export function statusOfLetter(letter: string): FeatureStatus | undefined {
  return STATUS_BY_LETTER.get(letter);
}
