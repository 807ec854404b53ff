import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import type { Clock } from '../core/clock.ts';
import { FeaturegraphError } from '../core/errors.ts';
import { type TokenVerifier, unauthenticated } from './bearer-identifier.ts';
import type { Identity } from './identity.ts';
import { narrowed, type TenantDirectory } from './tenant-directory.ts';
import type { TenantRecord } from './tenant-records.ts';

/** What a token must be. Algorithms are pinned, so that its own header decides nothing. */
export interface JwtOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly JwtAlgorithm[];
  /** The issuer's public keys: their address, from which they are fetched again when a key id is new, or they themselves. */
  readonly keySet: URL | JSONWebKeySet;
  readonly tenantClaim: string;
  readonly namespaceClaim: string;
  readonly scopeClaim: string;
}

/** Asymmetric ones only: a shared secret at the issuer would let every verifier forge. */
export const JWT_ALGORITHMS = ['EdDSA', 'ES256', 'ES384', 'RS256', 'RS384', 'PS256'] as const;
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];

/** Machines' clocks may differ by this much, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;
const KEY_SET_TIMEOUT_MS = 3000;
/** A token with an unknown key id makes us ask for the key set at most this often. */
const KEY_SET_COOLDOWN_MS = 5000;
/** A key that the issuer has dropped is no longer taken after this. */
const KEY_SET_LIFE_MS = 10 * 60 * 1000;

/** Tokens say which tenant; what that tenant may do is the directory's to say, and a token can only ask for less. */
export function createJwtVerifier(
  options: JwtOptions,
  directory: Pick<TenantDirectory, 'tenant'>,
  wallClock: Clock,
): TokenVerifier {
  const { keySet, issuer, audience, algorithms } = options;
  const keys =
    keySet instanceof URL
      ? createRemoteJWKSet(keySet, {
          timeoutDuration: KEY_SET_TIMEOUT_MS,
          cooldownDuration: KEY_SET_COOLDOWN_MS,
          cacheMaxAge: KEY_SET_LIFE_MS,
        })
      : createLocalJWKSet(keySet);
  return {
    async verify(token) {
      let payload: JWTPayload;
      try {
        ({ payload } = await jwtVerify(token, keys, {
          ...{ issuer, audience, algorithms: [...algorithms] },
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          requiredClaims: ['exp', options.tenantClaim],
          currentDate: new Date(wallClock.nowMs()),
        }));
      } catch (error) {
        throw isOurTrouble(error) ? keySetUnavailable() : invalid();
      }
      const tenant = directory.tenant(textOf(payload[options.tenantClaim]) ?? '');
      if (tenant === undefined) throw invalid();
      return {
        identity: identityOf(options, payload, tenant),
        expiresAtMs: (payload.exp as number) * 1000,
      };
    },
  };
}

function identityOf(options: JwtOptions, payload: JWTPayload, tenant: TenantRecord): Identity {
  const namespace = payload[options.namespaceClaim] ?? tenant.namespaces[0];
  if (typeof namespace !== 'string' || !tenant.namespaces.includes(namespace)) throw invalid();
  return {
    tenant: tenant.name,
    namespace,
    scopes: narrowed(tenant.scopes, scopesOf(payload[options.scopeClaim])),
    writes: new Set(tenant.writes),
    credential: 'jwt',
    anonymous: false,
  };
}

/** A list, or names with blanks between them (RFC 8693). Without the claim: all that the tenant has. */
function scopesOf(claim: unknown): readonly string[] | null {
  if (claim === undefined) return null;
  if (typeof claim === 'string') return claim.split(' ').filter((one) => one !== '');
  if (Array.isArray(claim) && claim.every((one) => typeof one === 'string')) return claim;
  throw invalid();
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' ? claim : undefined;
}

/** The key set could not be fetched: no fault of the token. */
function isOurTrouble(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout) return true;
  // jose throws its base class for an answer that is no key set, and what fetch threw as it is.
  return !(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC';
}

function keySetUnavailable(): FeaturegraphError {
  return new FeaturegraphError(
    'IDENTITY_UNAVAILABLE',
    'The key set of the token issuer cannot be fetched, so nobody can tell whether the token is valid. Retry later.',
  );
}

/** One message for every reason: which check failed helps only a forger. */
function invalid(): FeaturegraphError {
  return unauthenticated('The token is not valid.');
}
