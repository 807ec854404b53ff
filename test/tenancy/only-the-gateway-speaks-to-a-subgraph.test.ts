import { describe, expect, it } from 'vitest';
import { fixedClock } from '../../src/core/clock.ts';
import type { RequestContext } from '../../src/core/request-context.ts';
import { createRequestUsage } from '../../src/core/request-usage.ts';
import {
  createContextSigner,
  createContextVerifier,
  createSigningKeys,
  SIGNED_CONTEXT_HEADER,
} from '../../src/tenancy/signed-context.ts';

const WALL_MS = Date.UTC(2026, 0, 1);
const wall = fixedClock(WALL_MS);
const dataClock = fixedClock(Date.UTC(2013, 3, 1));
const keys = createSigningKeys();
const body = '{"query":"{ a }"}';

const context: RequestContext = {
  requestId: 'r1',
  tenant: 'demo',
  namespace: 'ns',
  scopes: new Set(['read:pii']),
  requestTimeMs: dataClock.nowMs(),
  usage: createRequestUsage(),
  options: {
    maxAgeMs: new Map([['weather', 5]]),
    status: 'VALUES',
    deadlineMs: 100,
    cache: 'BYPASS',
    consistency: 'QUORUM',
  },
  clock: dataClock,
  deadlineAtMs: dataClock.monotonicMs() + 50_000,
  signal: new AbortController().signal,
};

async function tokenFor(subgraph: string, text = body): Promise<string> {
  const headers = await createContextSigner(keys.privateKeyPem, wall).sign(context, subgraph, text);
  return headers[SIGNED_CONTEXT_HEADER] as string;
}
const verifier = createContextVerifier(keys.publicKeyPem, 'fleet', dataClock, wall);

describe('a subgraph', () => {
  it('takes from the gateway who asks, for which rows, at which moment and until when', async () => {
    const read = await verifier.verify(await tokenFor('fleet'), body);
    expect(read).toMatchObject({
      requestId: 'r1',
      tenant: 'demo',
      namespace: 'ns',
      requestTimeMs: context.requestTimeMs,
    });
    expect(read.scopes).toEqual(new Set(['read:pii']));
    expect(read.options.maxAgeMs).toEqual(new Map([['weather', 5]]));
    expect(read.options).toMatchObject({ cache: 'BYPASS', consistency: 'QUORUM' });
    const remainingMs = read.deadlineAtMs - dataClock.monotonicMs();
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(50_000);
  });

  it('refuses a request that is unsigned, for another, altered, forged or old', async () => {
    const token = await tokenFor('fleet');
    const refused = expect.objectContaining({ code: 'UNAUTHENTICATED' });
    await expect(verifier.verify(undefined, body)).rejects.toEqual(refused);
    await expect(verifier.verify('x.y.z', body)).rejects.toEqual(refused);
    await expect(verifier.verify(await tokenFor('carrier'), body)).rejects.toEqual(refused);
    await expect(verifier.verify(token, '{"query":"{ b }"}')).rejects.toEqual(refused);
    await expect(verifier.verify(`${token.slice(0, -4)}AAAA`, body)).rejects.toEqual(refused);
    const [header, claims, signature] = token.split('.') as [string, string, string];
    const changed = JSON.parse(Buffer.from(claims, 'base64url').toString());
    changed.ctx.tenant = 'other';
    const altered = [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
    await expect(verifier.verify(altered, body)).rejects.toEqual(refused);
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`;
    await expect(verifier.verify(none, body)).rejects.toEqual(refused);
    const later = createContextVerifier(keys.publicKeyPem, 'fleet', dataClock, fixedClock(WALL_MS + 120_000));
    await expect(later.verify(token, body)).rejects.toEqual(refused);
    const otherGateway = createContextVerifier(createSigningKeys().publicKeyPem, 'fleet', dataClock, wall);
    await expect(otherGateway.verify(token, body)).rejects.toEqual(refused);
  });
});
