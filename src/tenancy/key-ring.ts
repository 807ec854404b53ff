import { FeaturegraphError } from '../core/errors.ts';
import { type ApiKeyParts, hashSecret, parseApiKey, type RandomBytes, secretMatches } from './api-key.ts';
import type { Identity } from './identity.ts';
import type { KeySource, VerifiedKey } from './key-source.ts';

/**
 * The keys of this process's life: made or given by configuration at each start, and the former one is unknown from
 * then on. Keys that last are the tenant store's.
 */
export class KeyRing implements KeySource {
  readonly #keys = new Map<string, { readonly mac: Buffer; readonly verified: VerifiedKey }>();
  readonly #pepper: Buffer;
  #generation = 0;

  constructor(randomBytes: RandomBytes) {
    this.#pepper = randomBytes(32);
  }

  /** @throws FeaturegraphError BAD_REQUEST when the text is not a key. */
  add(keyText: string, identity: Omit<Identity, 'credential'>): void {
    const parts = parseApiKey(keyText);
    if (parts === undefined) {
      throw new FeaturegraphError(
        'BAD_REQUEST',
        'The configured API key is malformed; expected fgk_<12 hex>_<64 hex>_<8 hex> with its own checksum.',
      );
    }
    this.#generation += 1;
    this.#keys.set(parts.keyId, {
      mac: hashSecret(parts.secret, this.#pepper),
      verified: {
        identity: { ...identity, credential: parts.keyId },
        expiresAtMs: Number.POSITIVE_INFINITY,
      },
    });
  }

  verify({ keyId, secret }: ApiKeyParts): VerifiedKey | undefined {
    const known = this.#keys.get(keyId);
    return known !== undefined && secretMatches(secret, known.mac, this.#pepper) ? known.verified : undefined;
  }

  generation(): number {
    return this.#generation;
  }
}
