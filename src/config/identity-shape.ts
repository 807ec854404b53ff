import { z } from 'zod';
import { NAME_MAX_BYTES } from '../core/bounds.ts';
import { JWT_ALGORITHMS, type JwtOptions } from '../tenancy/jwt-verifier.ts';
import type { ConfigProblem } from './config-problem.ts';

/** What the configuration says about who may ask, with the files it names read. */
const name = z.string().min(1).max(NAME_MAX_BYTES);
const file = z.string().min(1);

const jwt = z.strictObject({
  issuer: z.string().min(1),
  audience: z.string().min(1),
  algorithms: z
    .array(z.enum(JWT_ALGORITHMS))
    .min(1)
    .default(['EdDSA', 'ES256', 'RS256'])
    .describe('others are refused, whatever a token says'),
  keySetUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('of the issuer’s public keys (JWKS)'),
  keySetFile: file.optional().describe('the same as a file'),
  tenantClaim: name.default('tenant'),
  namespaceClaim: name.default('namespace').describe('the tenant’s own where a token has none'),
  scopeClaim: name.default('scope').describe('a token may ask for less than its tenant has'),
});

export const identityShape = z
  .strictObject({
    anonymous: z.boolean().default(false).describe('serve requests without a credential'),
    startKey: z
      .boolean()
      .optional()
      .describe('make a key of `tenant` at each start, and print it; on in development'),
    store: name
      .optional()
      .describe(
        'where tenants are kept; the warm store of the default tier, and none for a supergraph alone',
      ),
    pepperFile: file
      .optional()
      .describe('secret without which kept keys prove nothing; made in dataFolder where not given'),
    jwt: jwt.optional().describe('tokens of an issuer, beside API keys'),
  })
  .prefault({});

export interface IdentityOptions {
  readonly anonymous: boolean;
  readonly startKey: boolean;
  readonly store: string | null;
  /** `null`: one is made in the data folder. */
  readonly pepper: string | null;
  readonly jwt: JwtOptions | null;
}

/** @param readFile tells its own problem, and returns `null` then. */
export function resolveIdentity(
  identity: z.output<typeof identityShape>,
  given: { readonly development: boolean; readonly apiKey: boolean; readonly pepper: string | undefined },
  readFile: (key: string, file: string | undefined) => string | null,
  problems: ConfigProblem[],
): IdentityOptions {
  return {
    anonymous: identity.anonymous,
    // A key that was given is meant to be let in.
    startKey: identity.startKey ?? (given.development || given.apiKey),
    store: identity.store ?? null,
    pepper: (given.pepper ?? readFile('identity.pepperFile', identity.pepperFile))?.trim() ?? null,
    jwt: identity.jwt === undefined ? null : jwtOptionsOf(identity.jwt, readFile, problems),
  };
}

function jwtOptionsOf(
  given: z.output<typeof jwt>,
  readFile: (key: string, file: string | undefined) => string | null,
  problems: ConfigProblem[],
): JwtOptions | null {
  const { keySetUrl, keySetFile, ...rest } = given;
  if ((keySetUrl === undefined) === (keySetFile === undefined)) {
    problems.push({ key: 'identity.jwt', problem: 'expected keySetUrl or keySetFile, one of the two' });
    return null;
  }
  if (keySetUrl !== undefined) return { ...rest, keySet: new URL(keySetUrl) };
  const text = readFile('identity.jwt.keySetFile', keySetFile);
  if (text === null) return null;
  try {
    const keySet = JSON.parse(text);
    if (Array.isArray(keySet?.keys)) return { ...rest, keySet };
  } catch {
    // told below
  }
  problems.push({
    key: 'identity.jwt.keySetFile',
    problem: 'is no key set; expected JSON with a list "keys"',
  });
  return null;
}
