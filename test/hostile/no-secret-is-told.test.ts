/** Secrets and personal values are planted, everything that can fail is made to, and they are looked for everywhere. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../cli/run-command.ts';
import { type Answer, ask, bearer, push, send } from './row.ts';
import { runRows } from './run-rows.ts';
import { AUDIENCE, ISSUER, PII, startTarget, type Target, THROWN_SECRET } from './target.ts';

let target: Target;
let secrets: Readonly<Record<string, string>>;
/** Where it was said → what was said. */
const told = new Map<string, string>();

beforeAll(async () => {
  target = await startTarget();
  secrets = await plantedIn(target);
  await runRows(target, ({ row, seen }) => told.set(`row ${row.id} ${row.input}`, seen));
  for (const [name, answer] of await failWithSecrets(target))
    told.set(`answer ${name}`, answer.text + JSON.stringify([...answer.headers]));
  for (const [name, text] of await runCommands(target)) told.set(`command ${name}`, text);
  await new Promise((resolve) => setTimeout(resolve, 500));
  told.set('metrics', (await send(`${target.adminUrl}/metrics`, 'GET')).text);
  told.set('health', (await send(`${target.url}/healthcheck`, 'GET')).text);
  told.set('log', target.log());
  for (const [name, text] of auditOf(target)) told.set(`audit ${name}`, text);
}, 600_000);
afterAll(() => target?.close());

async function plantedIn({ folder, keys, jwtKey, privateKey }: Target): Promise<Record<string, string>> {
  const pem = privateKey().split('\n')[1] as string;
  return {
    ...Object.fromEntries(
      Object.entries(keys).map(([name, text]) => [`key of ${name}`, text.split('_')[2] as string]),
    ),
    pepper: readFileSync(path.join(folder, '.featuregraph/pepper'), 'utf8').trim(),
    'signing key': pem,
    JWT: await tokenOf(jwtKey),
    'password in a thrown error': THROWN_SECRET,
    'personal value': PII,
  };
}

function tokenOf(key: CryptoKey): Promise<string> {
  const token = new SignJWT({ tenant: 'nobody', note: 'jwt-canary' });
  return token
    .setProtectedHeader({ alg: 'EdDSA', kid: 'one' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime('5m')
    .sign(key);
}

/** Requests that fail with a secret at every place where one may stand. */
async function failWithSecrets(of: Target): Promise<[string, Answer][]> {
  const { keys, url } = of;
  const key = keys.scoped;
  const jwt = secrets.JWT as string;
  const json = { 'content-type': 'application/json', ...bearer(keys.reader) };
  const eventTime = '2026-01-01T00:00:00Z';
  const long = `${PII} ${'x'.repeat(200)}`;
  const rows = [
    { id: 'p1', buyer: { name: PII }, eventTime },
    { id: 'p2', buyer: [PII], eventTime },
    { id: 'p3', buyer: long, eventTime },
    { id: 'p4', born: PII, eventTime },
    { id: 'p5', buyer: PII, eventTime: 'never' },
  ];
  const calls: Record<string, Promise<Answer>> = {
    'a token nobody has': ask(of, '{ __typename }', {}, bearer(jwt)),
    'a key as the view to write': send(`${url}/push/${key}`, 'POST', '[]', json),
    'a key in the path': send(`${url}/${key}`, 'GET', undefined, json),
    'a key as the id of a document': send(`${url}/graphql/${key}`, 'GET', undefined, json),
    'a key in the address': send(`${url}/graphql?query={a}&key=${key}`, 'GET', undefined, json),
    'a key as request id': ask(of, '{ a }', {}, { 'x-request-id': key }),
    'a key in a cookie': ask(of, '{ a }', {}, { cookie: `k=${key}` }),
    'a key with another scheme': ask(of, '{ a }', {}, { authorization: `Basic ${key}` }),
    'personal values in rows': push(of, 'item_facts', rows, key),
    'personal values in a row that is taken': push(
      of,
      'item_facts',
      [{ id: 'p6', buyer: PII, eventTime }],
      key,
    ),
    'a transform that throws': ask(of, '{ item(id: "a") { broken thrown } }'),
    'statuses of personal values': ask(of, '{ item(id: "a") { broken } }', {
      extensions: { featuregraph: { status: 'VALUES' } },
    }),
  };
  return Promise.all(
    Object.entries(calls).map(async ([name, answer]): Promise<[string, Answer]> => [name, await answer]),
  );
}

async function runCommands(of: Target): Promise<[string, string][]> {
  const config = ['--config', of.configFile];
  const operation = path.join(of.folder, 'schema/shop.graphql');
  const commands = [
    ['tenant', 'list', '--json', ...config],
    ['tenant', 'show', 'reader', '--json', ...config],
    ['tenant', 'show', of.keys.reader, ...config],
    ['tenant', 'key', 'revoke', of.keys.reader, ...config],
    ['audit', 'show', '--json', ...config],
    ['features', '--json', ...config],
    ['explain', operation, '--json', ...config],
    ['query', '{ item(id: "a") { broken thrown } }', '--namespace', 'reader', ...config],
    ['push', 'item_facts', path.join(of.folder, 'jwks.json'), ...config],
  ];
  const texts: [string, string][] = [];
  for (const args of commands) {
    const { stdout, stderr } = await runCommand(args);
    texts.push([args.slice(0, 3).join(' ').slice(0, 40), stdout + stderr]);
  }
  return texts;
}

function auditOf({ folder }: Target): [string, string][] {
  const audit = path.join(folder, '.featuregraph/audit');
  return readdirSync(audit).map((file) => [file, readFileSync(path.join(audit, file), 'utf8')]);
}

describe('nothing tells a secret', () => {
  test('though all of these told something', () => {
    expect(told.get('log')).toContain('"reason":"UNAUTHENTICATED"');
    expect(told.get('log')).toContain('db://[redacted]@h/orders');
    expect(told.get('metrics')).toContain('featuregraph_');
    expect([...told].filter(([place]) => place.startsWith('audit ')).length).toBeGreaterThan(1);
    expect(told.get('answer personal values in rows')).toMatch(/"rejected":5.*because it is personal/);
    expect(told.get('answer personal values in a row that is taken')).toMatch(/"accepted":1/);
    for (const [place, text] of told) expect(text, place).not.toBe('');
  });

  test('and who may read a personal value gets it', async () => {
    expect((await ask(target, '{ item(id: "a") { buyer } }')).body.data.item.buyer).toBe(PII);
  });

  test('not one of them, nowhere', () => {
    const found = Object.entries(secrets).flatMap(([secret, text]) =>
      [...told].filter(([, said]) => said.includes(text)).map(([place]) => `${secret}: ${place}`),
    );
    expect(found).toEqual([]);
  });
});
