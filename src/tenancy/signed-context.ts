import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../core/clock.ts';
import { FeaturegraphError } from '../core/errors.ts';
import type { ReadOptions, RequestContext } from '../core/request-context.ts';
import { createRequestUsage } from '../core/request-usage.ts';

/**
 * How the gateway tells a subgraph who asks and under which conditions: a JWT signed with the gateway's private
 * key (EdDSA). A subgraph holds only the public key, so no team can forge a request to another.
 */
export const SIGNED_CONTEXT_HEADER = 'featuregraph-context';

const ISSUER = 'featuregraph-gateway';
/** A request is used at once or not at all; both machines' clocks may differ by this much, in seconds. */
const LIFE_SECONDS = 30;

interface ContextClaims {
  readonly requestId: string;
  readonly tenant: string;
  readonly namespace: string;
  readonly scopes: readonly string[];
  readonly anonymous?: boolean;
  readonly requestTimeMs: number;
  readonly remainingMs: number;
  readonly maxAgeMs: Readonly<Record<string, number>>;
  readonly cache?: 'USE' | 'BYPASS';
  readonly consistency?: 'ONE' | 'QUORUM';
  /** SHA-256 of the body, base64url. */
  readonly body: string;
}

export interface ContextSigner {
  /** @returns the headers that carry the context of a request with this body to this subgraph. */
  sign(context: RequestContext, subgraph: string, body: string | Uint8Array): Promise<Record<string, string>>;
}

export interface ContextVerifier {
  /** @throws FeaturegraphError UNAUTHENTICATED unless the token was made by the gateway, for this subgraph and body, just now. */
  verify(token: string | undefined, body: string): Promise<RequestContext>;
}

/** @returns PEM texts of a new key pair. */
export function createSigningKeys(): { readonly privateKeyPem: string; readonly publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** The times in a token are the machine's own (`systemClock`), never the clock that features live in. */
export function createContextSigner(privateKeyPem: string, wallClock: Clock): ContextSigner {
  const key: KeyObject = createPrivateKey(privateKeyPem);
  return {
    async sign(context, subgraph, body) {
      const nowSeconds = Math.floor(wallClock.nowMs() / 1000);
      const claims: ContextClaims = {
        requestId: context.requestId,
        tenant: context.tenant,
        namespace: context.namespace,
        scopes: [...context.scopes],
        ...(context.anonymous === true && { anonymous: true }),
        requestTimeMs: context.requestTimeMs,
        remainingMs: Math.max(0, context.deadlineAtMs - context.clock.monotonicMs()),
        maxAgeMs: Object.fromEntries(context.options.maxAgeMs),
        ...tierOptionsOf(context.options),
        body: digest(body),
      };
      const token = await new SignJWT({ ctx: claims })
        .setProtectedHeader({ alg: 'EdDSA' })
        .setIssuer(ISSUER)
        .setAudience(subgraph)
        .setIssuedAt(nowSeconds)
        .setExpirationTime(nowSeconds + LIFE_SECONDS)
        .sign(key);
      return { [SIGNED_CONTEXT_HEADER]: token };
    },
  };
}

export function createContextVerifier(
  publicKeyPem: string,
  subgraph: string,
  clock: Clock,
  wallClock: Clock,
): ContextVerifier {
  const key: KeyObject = createPublicKey(publicKeyPem);
  return {
    async verify(token, body) {
      if (token === undefined) throw refused('it has no signed context');
      let claims: ContextClaims;
      try {
        const { payload } = await jwtVerify<{ ctx: ContextClaims }>(token, key, {
          algorithms: ['EdDSA'],
          issuer: ISSUER,
          audience: subgraph,
          clockTolerance: LIFE_SECONDS,
          requiredClaims: ['exp', 'iat', 'ctx'],
          currentDate: new Date(wallClock.nowMs()),
        });
        claims = payload.ctx;
      } catch {
        throw refused('its signed context is not valid here'); // which check failed helps only a forger
      }
      if (claims.body !== digest(body)) throw refused('its body is not the one that was signed');
      return contextOf(claims, clock);
    },
  };
}

function contextOf(claims: ContextClaims, clock: Clock): RequestContext {
  const deadlineAtMs = clock.monotonicMs() + claims.remainingMs;
  let signal: AbortSignal | null = null;
  return {
    requestId: claims.requestId,
    tenant: claims.tenant,
    namespace: claims.namespace,
    scopes: new Set(claims.scopes),
    ...(claims.anonymous === true && { anonymous: true }),
    requestTimeMs: claims.requestTimeMs,
    usage: createRequestUsage(),
    options: {
      maxAgeMs: new Map(Object.entries(claims.maxAgeMs)),
      status: 'NONE',
      deadlineMs: claims.remainingMs,
      ...tierOptionsOf(claims),
    },
    clock,
    deadlineAtMs,
    // Made for who asks for it: few do.
    get signal() {
      signal ??= AbortSignal.timeout(Math.max(1, Math.ceil(deadlineAtMs - clock.monotonicMs())));
      return signal;
    },
    onlyDeadlineEnds: true,
    locals: new Map(),
  };
}

/** Those that were given: which tiers may answer is the same in every subgraph. */
function tierOptionsOf({ cache, consistency }: Pick<ReadOptions, 'cache' | 'consistency'>) {
  return {
    ...(cache === undefined ? {} : { cache }),
    ...(consistency === undefined ? {} : { consistency }),
  };
}

function digest(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url');
}

function refused(why: string): FeaturegraphError {
  return new FeaturegraphError(
    'UNAUTHENTICATED',
    `The request was refused because ${why}. A subgraph answers its gateway only; ask the gateway.`,
  );
}
