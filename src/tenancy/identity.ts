import { hash } from 'node:crypto';
import { FeaturegraphError } from '../core/errors.ts';
import { hashSecret, parseApiKey, type RandomBytes, secretMatches } from './api-key.ts';

/** Who asks, and whose rows that lets them read. Comes from the credential alone. */
export interface Identity {
  readonly tenant: string;
  readonly namespace: string;
  readonly scopes: ReadonlySet<string>;
  readonly anonymous: boolean;
}

/** From the `Authorization` header to an identity. */
export interface Identifier {
  /** @throws FeaturegraphError UNAUTHENTICATED */
  identify(authorization: string | undefined): Identity;
}

interface KnownKey {
  readonly hash: Buffer;
  readonly identity: Identity;
}

/** Longest Authorization header that is looked at, in characters. */
const AUTHORIZATION_MAX_LENGTH = 4096;
/** Headers whose identity is remembered: as many keys are in use at once, and the others cost a few µs more. */
const VERIFIED_MAX = 10_000;
const BEARER = /^Bearer ([\x21-\x7e]+)$/i;

/**
 * The keys of this process's life. What survives a restart is a tenant store's; until then a key is made, or
 * given by configuration, at each start, and the former one is unknown from then on.
 */
export class KeyRing implements Identifier {
  readonly #keys = new Map<string, KnownKey>();
  /** By a digest of the whole header that nobody can foresee, so that the next request with it costs one hash. */
  readonly #verified = new Map<string, Identity>();
  readonly #pepper: Buffer;
  readonly #pepperText: string;
  readonly #anonymous: Identity | null;

  /** @param anonymous the identity of requests without a credential; `null` refuses them. */
  constructor(randomBytes: RandomBytes, anonymous: Identity | null = null) {
    this.#pepper = randomBytes(32);
    this.#pepperText = randomBytes(32).toString('hex');
    this.#anonymous = anonymous;
  }

  /** @throws FeaturegraphError BAD_REQUEST when the text is not a key. */
  add(keyText: string, identity: Identity): void {
    const parts = parseApiKey(keyText);
    if (parts === undefined) {
      throw new FeaturegraphError(
        'BAD_REQUEST',
        'The configured API key is malformed; expected fgk_<12 hex>_<64 hex>_<8 hex> with its own checksum.',
      );
    }
    this.#verified.clear();
    this.#keys.set(parts.keyId, { hash: hashSecret(parts.secret, this.#pepper), identity });
  }

  identify(authorization: string | undefined): Identity {
    if (authorization === undefined) {
      if (this.#anonymous !== null) return this.#anonymous;
      throw unauthenticated('The request has no credential.');
    }
    if (authorization.length > AUTHORIZATION_MAX_LENGTH) throw noBearer();
    const digest = hash('sha256', this.#pepperText + authorization, 'base64');
    const verified = this.#verified.get(digest);
    if (verified !== undefined) return verified;
    const identity = this.#verify(authorization);
    if (this.#verified.size < VERIFIED_MAX) this.#verified.set(digest, identity);
    return identity;
  }

  #verify(authorization: string): Identity {
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) throw noBearer();
    const parts = parseApiKey(token);
    const known = parts === undefined ? undefined : this.#keys.get(parts.keyId);
    if (
      parts === undefined ||
      known === undefined ||
      !secretMatches(parts.secret, known.hash, this.#pepper)
    ) {
      // One message for malformed, unknown and wrong: which of them it was is nobody's business.
      throw unauthenticated('The API key is not valid.');
    }
    return known.identity;
  }
}

function noBearer(): FeaturegraphError {
  return unauthenticated('The Authorization header is not a bearer credential.');
}

function unauthenticated(what: string): FeaturegraphError {
  return new FeaturegraphError(
    'UNAUTHENTICATED',
    `${what} Expected the header "Authorization: Bearer <API key>".`,
  );
}
