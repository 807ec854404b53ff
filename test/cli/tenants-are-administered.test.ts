import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFolder, type Finished, type Running, runCommand, startCommand } from './run-command.ts';

/** Two servers over one store, and an administrator at the command line. */
const folder = createFolder();
const servers: { running: Running; url: string }[] = [];
/** Every server has seen a change after this, in ms. */
const SEEN_MS = 5000;
const SERVER = ['gateway', '--port', '0', '--admin-port', '0', '--at', '2013-04-01T04:00:00Z'];

beforeAll(async () => {
  for (let i = 0; i < 2; i += 1) {
    const running = startCommand([...SERVER, '--data-folder', folder.path], {
      FEATUREGRAPH_LOG_LEVEL: 'silent',
    });
    await running.printed('/graphql');
    servers.push({ running, url: /http:\/\/\S+\/graphql/.exec(running.text())?.[0] as string });
  }
}, 120_000);
afterAll(async () => {
  for (const { running } of servers) running.child.kill();
  for (const { running } of servers) await running.finished;
  folder.remove();
});

const run = (...args: string[]): Promise<Finished> => runCommand([...args, '--data-folder', folder.path]);

async function statusOf(url: string, key: string): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: '{"query":"{ __typename }"}',
  });
  await response.text();
  return response.status;
}

/** @returns after how many ms every server answers so. */
async function everywhere(key: string, status: number): Promise<number> {
  const startedMs = performance.now();
  for (const { url } of servers) {
    while ((await statusOf(url, key)) !== status) {
      if (performance.now() - startedMs > 4 * SEEN_MS) throw new Error(`${url} never answered ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return performance.now() - startedMs;
}

describe('an administrator at the command line', () => {
  test('sees which namespace is new, and which grant means nothing that is there', async () => {
    const made = await run(
      'tenant',
      'create',
      'careless',
      '--grant-namespace',
      'bnk',
      '--write',
      'flet.*',
      'fleet.*',
    );
    expect(made.stdout).toContain('✓ Made careless, with the namespace bnk, which is new.');
    expect(made.stderr).toMatch(
      /no view or domain for the grant flet\.\* yet\. Did you mean "fleet\.\*"\?\n/,
    );
    expect(made.stderr).not.toContain('the grant fleet');
    const second = await run('tenant', 'create', 'careful', '--grant-namespace', 'bnk');
    expect(second.stdout).toContain('✓ Made careful, with the namespace bnk, which others share.');
  });

  test('makes a tenant and a key that running servers let in, and revokes it', async () => {
    expect((await run('tenant', 'create', 'acme', '--write', 'fleet.*')).status).toBe(0);
    const made = await run('tenant', 'key', 'create', 'acme', '--label', 'job');
    expect(made.status).toBe(0);
    const key = made.stdout.trim();
    expect(key).toMatch(/^fgk_[0-9a-f]{12}_[0-9a-f]{64}_[0-9a-f]{8}$/);
    expect(await everywhere(key, 200)).toBeLessThan(SEEN_MS);
    const shown = await run('tenant', 'show', 'acme', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      ok: true,
      tenant: { name: 'acme', namespaces: ['acme'], writes: ['fleet.*'] },
      keys: [{ label: 'job', tenant: 'acme', revokedAtMs: null }],
    });
    expect(shown.stdout).not.toContain('mac');
    const revoked = await run('tenant', 'key', 'revoke', key.split('_')[1] as string);
    expect(revoked.status).toBe(0);
    expect(await everywhere(key, 401)).toBeLessThan(SEEN_MS);
  }, 180_000);

  test('without a key of its own, a gateway lets in nobody that it does not know', async () => {
    for (const { url } of servers)
      expect(await statusOf(url, `fgk_${'0'.repeat(12)}_${'0'.repeat(64)}_0`)).toBe(401);
  });

  test('is told what does not fit, with exit code 2, and changes nothing', async () => {
    for (const [args, told] of [
      [['tenant', 'create', 'acme'], 'There is a tenant acme already'],
      [['tenant', 'grant', 'acme'], 'Expected something to grant'],
      [['tenant', 'grant', 'nobody', '--scope', 'x'], 'There is no tenant nobody'],
      [['tenant', 'key', 'create', 'acme', '--write', 'route.*'], 'has no write grant route.*'],
      [['tenant', 'key', 'create', 'acme', '--expires-in', 'soon'], 'Expected a duration'],
      [['namespace', 'create', ''], 'Expected the name of a namespace'],
    ] as const) {
      const done = await run(...args);
      expect([done.status, done.stderr]).toEqual([2, expect.stringContaining(told)]);
    }
  }, 180_000);

  test('is told that nothing was asked for, and what to type next as it can be pasted', async () => {
    const made = await run('tenant', 'create', "Joe's X!");
    expect(made.stderr).toContain(`featuregraph tenant key create 'Joe'\\''s X!'`);
    const unchanged = await run('tenant', 'budget', 'set', "Joe's X!");
    expect([unchanged.status, unchanged.stdout]).toEqual([2, '']);
    expect(unchanged.stderr).toContain('Expected something to change');
    const both = await run('tenant', 'budget', 'set', "Joe's X!", '--none', '--burst', '5');
    expect(both.status).toBe(2);
    expect(both.stderr).toContain('Expected --none alone');
  }, 60_000);

  test('gives an operation a class and keeps its mode, and sees both', async () => {
    expect((await run('tenant', 'create', 'jobs')).status).toBe(0);
    const set = (...args: string[]) => run('tenant', 'budget', 'set', 'jobs', ...args);
    const first = ['--burst', '100', '--per-second', '10', '--reserve-percent', '40'];
    const made = await set(...first, '--operation', 'Job=MEASURE,BATCH', 'Other=BATCH');
    expect(made.stdout).toMatch(
      /│ left by BATCH +│ 40 % +│\n│ Job +│ MEASURE, BATCH │\n│ Other +│ ENFORCE, BATCH │/,
    );
    await set('--operation', 'Job=ENFORCE', '--priority', 'BATCH');
    const wrong = ['Job=SOON', 'Job=BATCH,INTERACTIVE'].map((one) => set('--operation', one));
    for (const { status, stderr } of await Promise.all(wrong))
      expect([status, stderr]).toEqual([2, expect.stringContaining('ENFORCE, MEASURE, INTERACTIVE, BATCH')]);
    const budget = {
      ...{ burst: 100, perSecond: 10, reservePercent: 40, priority: 'BATCH' },
      operations: { Job: { mode: 'ENFORCE', priority: 'BATCH' }, Other: { priority: 'BATCH' } },
    };
    const shown = await Promise.all([run('tenant', 'show', 'jobs', '--json'), run('tenant', 'show', 'jobs')]);
    expect(JSON.parse(shown[0].stdout).tenant.budget).toEqual(budget);
    expect(shown[1].stdout).toContain('100 units, 10 a second; BATCH');
  }, 60_000);

  test('is in the audit by name, each change with what became of it, and no key or secret', async () => {
    const shown = JSON.parse((await run('audit', 'show', '--last', '1000', '--json')).stdout);
    expect(shown.ok).toBe(true);
    const lines = shown.records.map(({ action, decision, actor, target }: Record<string, string>) => [
      action,
      decision,
      actor?.split(':')[0],
      target,
    ]);
    expect(lines).toContainEqual(['tenant.create', 'DONE', 'operator', 'acme']);
    expect(lines).toContainEqual(['tenant.create', 'FAILED', 'operator', 'acme']);
    expect(lines).toContainEqual(['tenant.budget', 'DONE', 'operator', 'jobs']);
    expect(lines).toContainEqual(['key.create', 'DONE', 'operator', 'acme']);
    const audit = path.join(folder.path, 'audit');
    for (const file of readdirSync(audit))
      expect(readFileSync(path.join(audit, file), 'utf8')).not.toMatch(/fgk_[0-9a-f]{12}_/);
    const verified = await run('audit', 'verify');
    expect([verified.status, verified.stderr]).toEqual([0, expect.stringContaining('as they were written')]);
  }, 60_000);
});
