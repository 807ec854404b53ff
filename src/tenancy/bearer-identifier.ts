import { hash } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { FeaturegraphError } from '../core/errors.ts';
import { parseApiKey, type RandomBytes } from './api-key.ts';
import type { Identifier, Identity } from './identity.ts';
import type { KeySource } from './key-source.ts';

/** Tells who a JWT speaks for. @throws (rejects) FeaturegraphError UNAUTHENTICATED or IDENTITY_UNAVAILABLE */
export interface TokenVerifier {
  verify(token: string): Promise<{ readonly identity: Identity; readonly expiresAtMs: number }>;
}

export interface BearerOptions {
  /** Asked in turn; the first that knows a key decides. */
  readonly keys: readonly KeySource[];
  readonly tokens: TokenVerifier | null;
  /** The identity of requests without a credential; `null` refuses them. */
  readonly anonymous: Identity | null;
  readonly randomBytes: RandomBytes;
  /** The machine's own: credentials expire by it, never by the clock that features live in. */
  readonly wallClock: Clock;
}

interface Verified {
  readonly identity: Identity;
  readonly untilMs: number;
}

/** Longest Authorization header that is looked at, in characters: a JWT with many claims fits. */
const AUTHORIZATION_MAX_LENGTH = 8192;
/** Headers whose identity is remembered: as many are in use at once, and the others cost a few µs more. */
const VERIFIED_MAX = 10_000;
/** How long a verified header is remembered, in ms: within it a key set that was rotated, say, is not looked at. */
const VERIFIED_LIFE_MS = 3000;
const BEARER = /^Bearer ([\x21-\x7e]+)$/i;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** `Authorization: Bearer <API key or JWT>`. */
export class BearerIdentifier implements Identifier {
  readonly #options: BearerOptions;
  /** By a digest of the whole header that nobody can foresee, so that the next request with it costs one hash. */
  #verified = new Map<string, Verified>();
  #generations: readonly number[] = [];
  readonly #pepper: string;

  constructor(options: BearerOptions) {
    this.#options = options;
    this.#pepper = options.randomBytes(32).toString('hex');
  }

  identify(authorization: string | undefined): Identity | Promise<Identity> {
    if (authorization === undefined) {
      if (this.#options.anonymous !== null) return this.#options.anonymous;
      throw unauthenticated('The request has no credential.');
    }
    if (authorization.length > AUTHORIZATION_MAX_LENGTH) throw noBearer();
    this.#forgetWhatChanged();
    const digest = hash('sha256', this.#pepper + authorization, 'base64');
    const nowMs = this.#options.wallClock.nowMs();
    const verified = this.#verified.get(digest);
    if (verified !== undefined && nowMs < verified.untilMs) return verified.identity;
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) throw noBearer();
    if (this.#options.tokens !== null && JWT.test(token)) return this.#verifyToken(digest, token, nowMs);
    return this.#verifyKey(digest, token, nowMs);
  }

  #verifyKey(digest: string, token: string, nowMs: number): Identity {
    const parts = parseApiKey(token);
    for (const source of parts === undefined ? [] : this.#options.keys) {
      const known = source.verify(parts as NonNullable<typeof parts>);
      if (known === undefined || known.expiresAtMs <= nowMs) continue;
      return this.#remember(digest, known.identity, nowMs, known.expiresAtMs);
    }
    // One message for malformed, unknown, wrong, expired and revoked: which of them is nobody's business.
    throw unauthenticated(
      'The API key is not valid: mistyped, expired or revoked, or of an earlier start where the server makes a new one at each.',
    );
  }

  async #verifyToken(digest: string, token: string, nowMs: number): Promise<Identity> {
    const generations = this.#generations;
    const { identity, expiresAtMs } = await (this.#options.tokens as TokenVerifier).verify(token);
    return generations === this.#generations
      ? this.#remember(digest, identity, nowMs, expiresAtMs)
      : identity;
  }

  #remember(digest: string, identity: Identity, nowMs: number, expiresAtMs: number): Identity {
    // All at once, seldom: an order of use would cost more than what is verified again.
    if (this.#verified.size >= VERIFIED_MAX) this.#verified = new Map();
    this.#verified.set(digest, { identity, untilMs: Math.min(expiresAtMs, nowMs + VERIFIED_LIFE_MS) });
    return identity;
  }

  #forgetWhatChanged(): void {
    const { keys } = this.#options;
    if (keys.every((source, i) => source.generation() === this.#generations[i])) return;
    this.#generations = keys.map((source) => source.generation());
    this.#verified = new Map();
  }
}

function noBearer(): FeaturegraphError {
  return unauthenticated('The Authorization header is not a bearer credential.');
}

export function unauthenticated(what: string): FeaturegraphError {
  return new FeaturegraphError(
    'UNAUTHENTICATED',
    `${what} Expected the header "Authorization: Bearer <API key>".`,
  );
}
