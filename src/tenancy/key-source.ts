import type { ApiKeyParts } from './api-key.ts';
import type { Identity } from './identity.ts';

/** Where API keys are known: this process's own, or the tenant store's. */
export interface KeySource {
  /** @returns `undefined` for a key that is unknown here, wrong or revoked. @throws FeaturegraphError IDENTITY_UNAVAILABLE */
  verify(key: ApiKeyParts): VerifiedKey | undefined;
  /** Changes whenever an earlier answer may no longer hold. */
  generation(): number;
}

export interface VerifiedKey {
  readonly identity: Identity;
  /** Wall clock, in ms; `Infinity` when it does not end. */
  readonly expiresAtMs: number;
}
