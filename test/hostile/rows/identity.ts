/** Who asks: H1–H3, H36, H37. */
import { createHmac, createPublicKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { createApiKey } from '../../../src/tenancy/api-key.ts';
import { type Answer, ask, bearer, type HostileRow, push, seeCodes, seeData, send } from '../row.ts';
import { AUDIENCE, ISSUER, type Target, WRITES_PER_SECOND } from '../target.ts';

const QUERY = '{ item(id: "a") { name } }';
const nobody = { tenant: null, expected: '401 UNAUTHENTICATED' } as const;
const withKey = (input: string, key: (target: Target) => string): HostileRow => ({
  ...{ id: 'H1', input, ...nobody },
  send: (target) => ask(target, QUERY, {}, bearer(key(target))),
});
const otherSecret = (key: string): string => {
  const [, id = ''] = key.split('_');
  return createApiKey((size) => (size === 6 ? Buffer.from(id, 'hex') : Buffer.alloc(size, 7))).text;
};

interface Claims {
  readonly tenant?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly kid?: string;
  readonly expires?: string;
}

export function token(
  target: Target,
  { tenant = 'reader', issuer = ISSUER, audience = AUDIENCE, kid = 'one', expires = '5m' }: Claims = {},
) {
  return new SignJWT({ tenant })
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(target.jwtKey);
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function withAlgorithm(target: Target, alg: string): string {
  const soon = Math.floor(Date.now() / 1000) + 300;
  const claims = { tenant: 'reader', iss: ISSUER, aud: AUDIENCE, exp: soon };
  const text = `${encode({ alg, kid: 'one' })}.${encode(claims)}`;
  if (alg === 'none') return `${text}.`;
  const publicKey = createPublicKey({ key: target.jwtPublicJwk, format: 'jwk' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
}

const withToken = (input: string, make: (target: Target) => string | Promise<string>): HostileRow => ({
  ...{ id: 'H3', input, ...nobody },
  send: async (target) => ask(target, QUERY, {}, bearer(await make(target))),
});

export const identityRows: readonly HostileRow[] = [
  {
    ...{ id: 'H1', input: 'no key', ...nobody },
    send: ({ url }) =>
      send(`${url}/graphql`, 'POST', '{"query":"{ __typename }"}', { 'content-type': 'application/json' }),
  },
  withKey('a key that is none', () => 'fgk_1_2_3'),
  withKey('a key of 8 KB', () => 'f'.repeat(8_000)),
  withKey('a key nobody has', () => createApiKey((size) => Buffer.alloc(size, 1)).text),
  withKey('another secret under an id that is known', ({ keys }) => otherSecret(keys.reader)),
  withKey('a key that has expired', ({ keys }) => keys.expired),
  withKey('a key that was revoked', ({ keys }) => keys.revoked),
  ...['api_key', 'authorization', 'access_token', 'key'].map(
    (name): HostileRow => ({
      ...{ id: 'H1', input: `a good key in the address as ${name}`, ...nobody },
      send: ({ url, keys }) =>
        send(`${url}/graphql?query=${encodeURIComponent(QUERY)}&${name}=${keys.reader}`, 'GET'),
    }),
  ),
  {
    ...{ id: 'H1', input: 'a good key in the address, and in the header', ...nobody },
    send: ({ url, keys }) =>
      send(`${url}/graphql?query={__typename}&key=${keys.reader}`, 'GET', undefined, bearer(keys.reader)),
  },
  ...['x-tenant', 'x-namespace', 'featuregraph-namespace', 'featuregraph-context'].map(
    (name): HostileRow => ({
      ...{
        id: 'H2',
        input: `${name}: stranger`,
        expected: '200 {"item":{"name":"of reader"}}',
        see: seeData,
      },
      send: (target) => ask(target, QUERY, {}, { [name]: 'stranger' }),
      cpuMaxMs: null,
    }),
  ),
  {
    ...{ id: 'H3', input: 'a good token', expected: '200 {"item":{"name":"of reader"}}', see: seeData },
    send: async (target) => ask(target, QUERY, {}, bearer(await token(target))),
    cpuMaxMs: null,
  },
  withToken('alg: none', (target) => withAlgorithm(target, 'none')),
  withToken('HS256 with the public key as secret', (target) => withAlgorithm(target, 'HS256')),
  withToken('another audience', (target) => token(target, { audience: 'other' })),
  withToken('another issuer', (target) => token(target, { issuer: 'https://evil.example' })),
  withToken('a key id that is a path', (target) => token(target, { kid: '../../../../etc/passwd' })),
  withToken('a token that has expired', (target) => token(target, { expires: '-1m' })),
  {
    ...{ id: 'H36', input: 'many calls that write, by two keys of one tenant' },
    ...{ expected: 'at most burst + rate × time', once: true, cpuMaxMs: null, tenant: 'writer' },
    send: floodByTwoKeys,
    see: ({ text }) => text,
  },
  {
    ...{ id: 'H37', input: 'the key of a tenant }{ whose record is damaged', ...nobody },
    send: (target) => ask(target, QUERY, {}, bearer(target.keys.braces)),
  },
  {
    ...{ id: 'H37', input: 'everybody else meanwhile, and an alarm', cpuMaxMs: null },
    expected: '200 {"item":{"name":"of reader"}} alarm',
    send: (target) => ask(target, QUERY),
    see: (answer, target) =>
      seeData(answer) + (/"level":"error"[^\n]*tenant\/\}\{/.test(target.log()) ? ' alarm' : ' no alarm'),
  },
];

async function floodByTwoKeys(target: Target): Promise<Answer> {
  const startedMs = performance.now();
  const calls = Array.from({ length: 20 * WRITES_PER_SECOND }, (_, i) =>
    push(target, 'item_facts', '[]', i % 2 === 0 ? target.keys.writer : target.keys.writerAgain),
  );
  const answers = await Promise.all(calls);
  const most = WRITES_PER_SECOND * (1 + (performance.now() - startedMs) / 1000);
  const refused = answers.filter((answer) => seeCodes(answer) === '429 RATE_LIMITED');
  const let_ = answers.length - refused.length;
  const text =
    let_ <= most && refused.length > 0 ? 'at most burst + rate × time' : `${let_} let, at most ${most}`;
  return { ...(refused[0] ?? (answers[0] as Answer)), text };
}
