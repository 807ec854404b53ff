import type { ErrorCode } from '../core/errors.ts';
import type { FeatureStatus } from '../core/status.ts';

/** What failed, in the words of the schema; the path of the value is known only where it is answered. */
export interface FailedPart {
  readonly view?: string;
  readonly transform?: string;
  /** The entity type of a key that cannot be one. */
  readonly entity?: string;
}

export type FeatureErrorCode = Extract<
  ErrorCode,
  'STORE_TIMEOUT' | 'STORE_UNAVAILABLE' | 'INVALID_KEY' | 'ENTITY_KEY_TOO_LONG' | 'TRANSFORM_FAILED'
>;

/**
 * A value that could not be had. It is returned in the value's place, never thrown: graphql-js then reports it
 * at the value's path and answers null. One instance serves all values that fail for the same reason.
 */
export class FeatureError extends Error {
  readonly code: FeatureErrorCode;
  /** Read by graphql-js: the located error carries the same. */
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: FeatureErrorCode, message: string, part: FailedPart) {
    super(message);
    this.name = 'FeatureError';
    this.code = code;
    this.extensions = { code, ...part };
  }

  get status(): FeatureStatus {
    return this.code === 'ENTITY_KEY_TOO_LONG' ? 'INVALID_KEY' : this.code;
  }
}
