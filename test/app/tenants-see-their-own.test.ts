import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditFolder } from '../../src/open-audit.ts';
import { readPepper } from '../../src/pepper.ts';
import type { Administration, Grants } from '../../src/tenancy/administration.ts';
import { readAudit } from '../../src/tenancy/audit/read-audit.ts';
import { POLL_MS } from '../../src/tenancy/tenant-directory.ts';
import { administrationOf, openExample, type RunningExample } from './open-example.ts';

let example: RunningExample;
let administration: Administration;
const NONE: Grants = { namespaces: [], scopes: [], writes: [] };
/** Longest until every process has seen a change, and then some on a busy machine. */
const SEEN_MS = 5000;

beforeAll(async () => {
  // Fewer calls than even a busy machine makes in a second.
  example = await openExample({ limits: { writeCallsPerSecond: 20, pushBodyBytes: 2048 } }, [
    'aircraft_facts',
  ]);
  administration = await administrationOf(example);
}, 60_000);
afterAll(() => example?.close());

const QUERY = { query: '{ aircraft(tailnum: "N14228") { tailnum seats } }' };
const as = (key: string) => ({ authorization: `Bearer ${key}` });

/** Asks until the server knows the key, at most as long as a change may take. */
async function known(key: string): Promise<void> {
  const startedMs = performance.now();
  while ((await example.ask(QUERY, as(key))).status === 401) {
    if (performance.now() - startedMs > SEEN_MS) throw new Error('The key was not seen in time.');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS / 10));
  }
}

async function keyOf(tenant: string, grants = NONE): Promise<string> {
  await administration.createTenant(tenant, grants);
  const { text } = await administration.createKey({ tenant });
  await known(text);
  return text;
}

const push = (key: string, tailnum: string, seats: number) =>
  example.send(
    'POST',
    '/push/aircraft_facts?partial=true',
    JSON.stringify([{ tailnum, seats, eventTime: '2013-03-31T00:00:00Z' }]),
    { ...as(key), 'content-type': 'application/json' },
  );

describe('tenants of one server', () => {
  it('push at most as much in one call as the configuration says', async () => {
    const key = await keyOf('large', { ...NONE, writes: ['aircraft_facts'] });
    const answer = await push(key, 'x'.repeat(2048), 1);
    expect([answer.status, answer.body.errors[0].message]).toEqual([
      413,
      expect.stringContaining('at most 2048 bytes'),
    ]);
  });

  it('share nothing by default: the same key is another entity in each namespace', async () => {
    const [acme, other] = [
      await keyOf('acme', { ...NONE, writes: ['aircraft_facts'] }),
      await keyOf('other', { ...NONE, writes: ['*'] }),
    ];
    expect((await push(acme, 'N14228', 1)).body).toMatchObject({ accepted: 1 });
    expect((await push(other, 'N14228', 2)).body).toMatchObject({ accepted: 1 });
    const seatsOf = async (key: string) => (await example.ask(QUERY, as(key))).body.data.aircraft.seats;
    expect(await seatsOf(acme)).toBe(1);
    expect(await seatsOf(other)).toBe(2);
    expect(await seatsOf(example.apiKey)).toBe(149);
  });

  it('find a key of another namespace exactly like one never written', async () => {
    const stranger = await keyOf('stranger');
    const ask = async (tailnum: string) =>
      (
        await example.ask(
          {
            query: `{ aircraft(tailnum: "${tailnum}") { seats } }`,
            extensions: { featuregraph: { status: 'VALUES' } },
          },
          as(stranger),
        )
      ).text.replaceAll(tailnum, 'X');
    expect(await ask('N14228')).toBe(await ask('N00000'));
  });

  it('cannot choose a tenant or namespace by header, variable or URL', async () => {
    const sly = await keyOf('sly');
    const expected = (await example.ask(QUERY, as(sly))).body;
    for (const header of [
      'x-tenant',
      'x-namespace',
      'tenant',
      'featuregraph-namespace',
      'featuregraph-context',
    ])
      expect((await example.ask(QUERY, { ...as(sly), [header]: 'demo' })).body).toEqual(expected);
    const { text } = await example.send(
      'POST',
      '/graphql?namespace=demo&tenant=demo',
      JSON.stringify(QUERY),
      { ...as(sly), 'content-type': 'application/json' },
    );
    expect(JSON.parse(text)).toEqual(expected);
  });

  it('write only what they were granted, and learn nothing of what there is', async () => {
    const reader = await keyOf('reader');
    for (const verb of ['push', 'delete'])
      for (const view of ['aircraft_facts', 'no_such_view']) {
        const { status, body } = await example.send('POST', `/${verb}/${view}`, '[{"tailnum":"N1"}]', {
          ...as(reader),
          'content-type': 'application/json',
        });
        expect([status, body.errors?.[0].extensions.code ?? body.code ?? body.error?.code]).toEqual([
          403,
          'FORBIDDEN',
        ]);
      }
    await administration.grant('reader', { ...NONE, writes: ['fleet.*'] });
    const granted = await administration.createKey({ tenant: 'reader' });
    await known(granted.text);
    expect((await push(granted.text, 'N1', 3)).status).toBe(200);
  });

  it('choose where is read only with the scope for it', async () => {
    const plain = await keyOf('plain');
    const scoped = await keyOf('scoped', { ...NONE, scopes: ['read:bypass'] });
    const ask = async (key: string, featuregraph: object) => {
      const { status, body } = await example.ask({ ...QUERY, extensions: { featuregraph } }, as(key));
      return [status, body.errors?.[0].extensions.code];
    };
    expect(await ask(plain, { cache: 'BYPASS' })).toEqual([403, 'FORBIDDEN']);
    expect(await ask(plain, { consistency: 'QUORUM' })).toEqual([403, 'FORBIDDEN']);
    expect(await ask(plain, { cache: 'USE', consistency: 'ONE' })).toEqual([200, undefined]);
    expect(await ask(scoped, { cache: 'BYPASS' })).toEqual([200, undefined]);
    expect(await ask(scoped, { consistency: 'QUORUM' })).toEqual([403, 'FORBIDDEN']);
  });

  it('are refused within five seconds of a revocation', async () => {
    const key = await keyOf('leaving');
    await administration.revokeKey(key.split('_')[1] as string);
    const startedMs = performance.now();
    while ((await example.ask(QUERY, as(key))).status !== 401) {
      expect(performance.now() - startedMs).toBeLessThan(SEEN_MS);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it('leave a line in the audit for every write, let or refused, and none of its values', async () => {
    const [writer, sneak] = [
      await keyOf('writer', { ...NONE, writes: ['aircraft_facts'] }),
      await keyOf('sneak'),
    ];
    await push(writer, 'SECRET1', 4711);
    await push(sneak, 'SECRET2', 4712);
    const { config } = example.workspace;
    const { records, problems } = readAudit(auditFolder(config), await readPepper(config));
    expect(problems).toEqual([]);
    const of = (tenant: string) =>
      records
        .filter(({ actor }) => actor === tenant)
        .map(({ action, decision, target, namespace, accepted, reason }) => ({
          ...{ action, decision, target, namespace, accepted, reason },
        }));
    const call = { action: 'push', target: 'aircraft_facts' };
    expect(of('writer')).toMatchObject([
      { ...call, namespace: 'writer', decision: 'ALLOWED' },
      { ...call, namespace: 'writer', decision: 'DONE', accepted: 1 },
    ]);
    expect(of('sneak')).toMatchObject([
      { ...call, namespace: 'sneak', decision: 'REFUSED', reason: 'FORBIDDEN' },
    ]);
    for (const value of ['SECRET1', '4711', 'SECRET2', '4712'])
      expect(JSON.stringify(records.map(({ requestId: _, ...record }) => record))).not.toContain(value);
  });

  it('that are refused again and again cannot fill the audit', async () => {
    const flooder = await keyOf('flooder');
    const { config } = example.workspace;
    const calls = config.limits.writeCallsPerSecond * 10;
    const answers = await Promise.all(Array.from({ length: calls }, (_, i) => push(flooder, `F${i}`, 1)));
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([403, 429]));
    const { records } = readAudit(auditFolder(config), await readPepper(config));
    const lines = records.filter(({ actor }) => actor === 'flooder');
    expect(lines).toHaveLength(answers.filter(({ status }) => status === 403).length);
  });

  it('have keys that other servers of the same store know, and a key in a URL is refused', async () => {
    const key = await keyOf('elsewhere');
    const { workspace } = example;
    expect(path.isAbsolute(workspace.config.dataFolder)).toBe(true);
    const inUrl = await example.send('GET', `/graphql?query={__typename}&access_token=${key}`, undefined, {
      'apollo-require-preflight': 'true',
    });
    expect(inUrl.status).toBe(401);
  });
});
