import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  base64url,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createJwtVerifier, type JwtOptions } from '../../src/tenancy/jwt-verifier.ts';
import type { TenantRecord } from '../../src/tenancy/tenant-records.ts';

const ACME: TenantRecord = {
  name: 'acme',
  namespaces: ['acme', 'bank'],
  scopes: ['pii', 'read:bypass'],
  writes: ['weather'],
  createdAtMs: 1,
};
const directory = { tenant: (name: string) => (name === 'acme' ? ACME : undefined) };

/** An issuer with a key set over HTTP that can be rotated, broken or silent. */
let issuer: Server;
let keySetUrl: URL;
let served: { keys: JWK[] } | 'HTML' | 'DOWN';
let asked = 0;
type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let first: Keys;
let second: Keys;

const jwkOf = async ({ publicKey }: Keys, kid: string): Promise<JWK> => ({
  ...(await exportJWK(publicKey)),
  kid,
  alg: 'RS256',
  use: 'sig',
});

beforeAll(async () => {
  [first, second] = [
    await generateKeyPair('RS256', { extractable: true }),
    await generateKeyPair('RS256', { extractable: true }),
  ];
  issuer = createServer((request, response) => {
    asked += 1;
    if (served === 'DOWN') request.socket.destroy();
    else if (served === 'HTML') response.end('<html>');
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(served));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  keySetUrl = new URL(`http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`);
});
afterAll(() => issuer.close());
beforeEach(async () => {
  served = { keys: [await jwkOf(first, 'one')] };
  asked = 0;
});

const options = (): JwtOptions => ({
  issuer: 'https://issuer.example',
  audience: 'featuregraph',
  algorithms: ['RS256'],
  keySet: keySetUrl,
  tenantClaim: 'tenant',
  namespaceClaim: 'namespace',
  scopeClaim: 'scope',
});
const verifier = (more: Partial<JwtOptions> = {}) =>
  createJwtVerifier({ ...options(), ...more }, directory, systemClock);

function token(claims: JWTPayload = {}, { keys = first, kid = 'one' } = {}): Promise<string> {
  return new SignJWT({ tenant: 'acme', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer((claims.iss as string | undefined) ?? 'https://issuer.example')
    .setAudience((claims.aud as string | undefined) ?? 'featuregraph')
    .setExpirationTime(claims.exp ?? '5m')
    .sign(keys.privateKey);
}

const UNAUTHENTICATED = expect.objectContaining({ code: 'UNAUTHENTICATED' });
const UNAVAILABLE = expect.objectContaining({ code: 'IDENTITY_UNAVAILABLE' });

describe('a token of the issuer', () => {
  it('speaks for the tenant that it names, with what that tenant was granted', async () => {
    const { identity, expiresAtMs } = await verifier().verify(await token());
    expect(identity).toEqual({
      tenant: 'acme',
      namespace: 'acme',
      scopes: new Set(['pii', 'read:bypass']),
      writes: new Set(['weather']),
      credential: 'jwt',
      anonymous: false,
    });
    expect(expiresAtMs).toBeGreaterThan(systemClock.nowMs());
  });

  it('may ask for another granted namespace and for fewer scopes, never for more', async () => {
    const { identity } = await verifier().verify(await token({ namespace: 'bank', scope: 'pii admin' }));
    expect(identity).toMatchObject({ namespace: 'bank', scopes: new Set(['pii']) });
    await expect(verifier().verify(await token({ namespace: 'other' }))).rejects.toEqual(UNAUTHENTICATED);
    expect((await verifier().verify(await token({ scope: [] as never }))).identity.scopes.size).toBe(0);
  });

  it('is taken with a key of a rotated key set, and refused with one that was dropped', async () => {
    const one = verifier();
    await one.verify(await token());
    served = { keys: [await jwkOf(second, 'two')] };
    const rotated = createJwtVerifier(options(), directory, systemClock);
    await expect(rotated.verify(await token())).rejects.toEqual(UNAUTHENTICATED);
    await rotated.verify(await token({}, { keys: second, kid: 'two' }));
  });

  it('with unknown key ids makes the key set be fetched once, not each time', async () => {
    const one = verifier();
    for (let i = 0; i < 20; i += 1)
      await expect(one.verify(await token({}, { kid: `made-up-${i}` }))).rejects.toEqual(UNAUTHENTICATED);
    expect(asked).toBeLessThanOrEqual(2);
  });
});

describe('a token is refused', () => {
  it.each<[string, () => Promise<string>]>([
    [
      'without a signature (alg none)',
      async () =>
        new UnsecuredJWT({ tenant: 'acme' })
          .setExpirationTime('5m')
          .setIssuer('https://issuer.example')
          .setAudience('featuregraph')
          .encode(),
    ],
    [
      'signed by HMAC with the public key as its secret',
      async () =>
        new SignJWT({ tenant: 'acme' })
          .setProtectedHeader({ alg: 'HS256', kid: 'one' })
          .setIssuer('https://issuer.example')
          .setAudience('featuregraph')
          .setExpirationTime('5m')
          .sign(new TextEncoder().encode(await exportSPKI(first.publicKey))),
    ],
    ['of another issuer', () => token({ iss: 'https://other.example' })],
    ['for another audience', () => token({ aud: 'other' })],
    ['that has expired', () => token({ exp: 1 })],
    ['signed with another key under the same id', () => token({}, { keys: second })],
    ['with a path in its key id', () => token({}, { kid: '../../../../etc/passwd' })],
    ['of a tenant that there is not', () => token({ tenant: 'nobody' })],
    ['whose tenant is no text', () => token({ tenant: ['acme'] as never })],
    ['whose scopes are no list of text', () => token({ scope: { a: 1 } as never })],
    [
      'whose payload was altered',
      async () => {
        const [header, payload, signature] = (await token()).split('.') as [string, string, string];
        const claims = JSON.parse(new TextDecoder().decode(base64url.decode(payload)));
        return `${header}.${base64url.encode(JSON.stringify({ ...claims, tenant: 'acme', namespace: 'bank' }))}.${signature}`;
      },
    ],
    [
      'without an end',
      async () =>
        new SignJWT({ tenant: 'acme' })
          .setProtectedHeader({ alg: 'RS256', kid: 'one' })
          .setIssuer('https://issuer.example')
          .setAudience('featuregraph')
          .sign(first.privateKey),
    ],
    ['that is no token', async () => 'a.b.c'],
  ])('%s', async (_name, make) => {
    await expect(verifier().verify(await make())).rejects.toEqual(UNAUTHENTICATED);
  });

  it('by an algorithm that is not pinned, though its key is in the key set', async () => {
    await expect(verifier({ algorithms: ['ES256'] }).verify(await token())).rejects.toEqual(UNAUTHENTICATED);
  });
});

describe('an issuer that cannot be asked', () => {
  it.each(['DOWN', 'HTML'] as const)('%s is told as such, and is no fault of the token', async (state) => {
    served = state;
    await expect(verifier().verify(await token())).rejects.toEqual(UNAVAILABLE);
  });
});
