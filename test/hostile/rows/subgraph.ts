/** A subgraph that is called by somebody else than its gateway: H29, and H27 by `_entities`. */

import { createHash } from 'node:crypto';
import { systemClock } from '../../../src/core/clock.ts';
import type { RequestContext } from '../../../src/core/request-context.ts';
import { createRequestUsage } from '../../../src/core/request-usage.ts';
import {
  createContextSigner,
  createSigningKeys,
  SIGNED_CONTEXT_HEADER,
} from '../../../src/tenancy/signed-context.ts';
import { type HostileRow, seeCodes, seeData, send } from '../row.ts';
import { RAN, type Target } from '../target.ts';

const BODY = '{"query":"{ item(id: \\"a\\") { ran } }"}';

function context(): RequestContext {
  return {
    ...{ requestId: 'hostile', tenant: 'reader', namespace: 'reader', scopes: new Set() },
    requestTimeMs: systemClock.nowMs(),
    usage: createRequestUsage(),
    options: { maxAgeMs: new Map(), status: 'NONE', deadlineMs: 20_000, cache: 'USE', consistency: 'ONE' },
    clock: systemClock,
    deadlineAtMs: systemClock.monotonicMs() + 20_000,
    signal: new AbortController().signal,
  };
}

type Headers = Record<string, string>;
type Sign = (target: Target) => Headers | Promise<Headers>;

const signed: Sign = ({ signer }) => signer.sign(context(), 'shop', BODY);

const direct = (input: string, sign: Sign): HostileRow => ({
  ...{ id: 'H29', input, expected: '401 UNAUTHENTICATED, no resolver ran', cpuMaxMs: null, tenant: null },
  send: async (target) =>
    send(target.subgraphUrl, 'POST', BODY, { 'content-type': 'application/json', ...(await sign(target)) }),
  see: async (answer, target) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    // The good request of the last row is the only one that runs it.
    return `${seeCodes(answer)}, ${target.log().includes(RAN) ? 'a resolver ran' : 'no resolver ran'}`;
  },
});

/** The claims of a good token changed, its signature left as it was. */
const altered =
  (change: (claims: Record<string, unknown>) => void): Sign =>
  async (target) => {
    const [head, claims = '', signature] = ((await signed(target))[SIGNED_CONTEXT_HEADER] ?? '').split('.');
    const read = JSON.parse(Buffer.from(claims, 'base64url').toString());
    change(read);
    const written = Buffer.from(JSON.stringify(read)).toString('base64url');
    return { [SIGNED_CONTEXT_HEADER]: [head, written, signature].join('.') };
  };
const changing = (input: string, change: (claims: never) => void): HostileRow =>
  direct(input, altered(change as (claims: Record<string, unknown>) => void));

const none: Sign = async (target) => {
  const [, claims] = ((await signed(target))[SIGNED_CONTEXT_HEADER] ?? '').split('.');
  return { [SIGNED_CONTEXT_HEADER]: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.` };
};
const ENTITIES = JSON.stringify({
  query: '{ _entities(representations: [{ __typename: "Item", id: "a" }]) { ... on Item { name cost } } }',
});

export const subgraphRows: readonly HostileRow[] = [
  direct('unsigned', () => ({})),
  direct('no token at all', () => ({ [SIGNED_CONTEXT_HEADER]: 'x.y.z' })),
  direct('alg: none', none),
  direct('signed by another gateway', async () =>
    createContextSigner(createSigningKeys().privateKeyPem, systemClock).sign(context(), 'shop', BODY),
  ),
  direct('for another subgraph', ({ signer }) => signer.sign(context(), 'other', BODY)),
  direct('for another body', ({ signer }) => signer.sign(context(), 'shop', '{"query":"{ __typename }"}')),
  direct('signed two minutes ago', async (target) =>
    createContextSigner(target.privateKey(), {
      nowMs: () => systemClock.nowMs() - 120_000,
      monotonicMs: () => systemClock.monotonicMs(),
    }).sign(context(), 'shop', BODY),
  ),
  changing('an altered tenant', (claims: { ctx: { tenant: string } }) => {
    claims.ctx.tenant = 'stranger';
  }),
  changing('altered scopes', (claims: { ctx: { scopes: string[] } }) => {
    claims.ctx.scopes = ['costs'];
  }),
  changing('an altered deadline', (claims: { ctx: { remainingMs: number } }) => {
    claims.ctx.remainingMs = 1e9;
  }),
  changing('an altered expiry', (claims: { exp: number }) => {
    claims.exp += 1e6;
  }),
  changing('an altered digest of the body', (claims: { ctx: { body: string } }) => {
    claims.ctx.body = createHash('sha256').update('x').digest('base64url');
  }),
  {
    ...{ id: 'H29', input: 'the gateway itself', expected: '200 {"item":{"ran":"yes"}}', cpuMaxMs: null },
    send: async (target) =>
      send(target.subgraphUrl, 'POST', BODY, {
        'content-type': 'application/json',
        ...(await signed(target)),
      }),
    ...{ see: seeData, once: true },
  },
  {
    ...{ id: 'H27', input: 'no scope, by _entities', cpuMaxMs: null },
    // The gateway asks for nothing that is denied, so whoever does is refused whole.
    expected: '200 FORBIDDEN',
    send: async (target) =>
      send(target.subgraphUrl, 'POST', ENTITIES, {
        'content-type': 'application/json',
        ...(await target.signer.sign(context(), 'shop', ENTITIES)),
      }),
    see: (answer) => (answer.body?.data === null ? seeCodes(answer) : seeData(answer)),
  },
];
