/** Over HTTP: a document of the manifest that is BATCH is refused while others of its tenant are still served. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Administration } from '../../src/tenancy/administration.ts';
import type { TenantBudget } from '../../src/tenancy/budget/tenant-budget.ts';
import { administrationOf, type HttpAnswer, openExample, type RunningExample } from './open-example.ts';

const JOB = 'query NightlySeats($t: [ID!]!) { aircraftList(tailnums: $t) { seats } }';
const PAGE = 'query PageSeats($t: [ID!]!) { aircraftList(tailnums: $t) { seats } }';
/** A client's own, of the name that the operator's has. */
const FORGED = 'query NightlySeats($t: [ID!]!) { aircraftList(tailnums: $t) { tailnum seats } }';
const BUDGET: TenantBudget = {
  ...{ burst: 100, perSecond: 1, overdraft: 10 },
  operations: { NightlySeats: { priority: 'BATCH' } },
};
/** A change is seen within a second; ten times that on a busy machine. */
const SEEN_MS = 10_000;
const keys = (count: number) => Array.from({ length: count }, (_, i) => `N${i}`);
const policyOf = ({ headers }: HttpAnswer) => headers.get('ratelimit-policy');

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-job-'));
let example: RunningExample;
let administration: Administration;
beforeAll(async () => {
  const manifest = path.join(folder, 'manifest.json');
  writeFileSync(manifest, JSON.stringify({ job: JOB, page: PAGE }));
  // The embedded store waits for a disk that others use, too.
  example = await openExample({ documents: { manifest }, budgets: { leaseTimeoutMs: 1000 } }, [
    'aircraft_facts',
  ]);
  administration = await administrationOf(example);
}, 60_000);
afterAll(async () => {
  await example?.close();
  rmSync(folder, { recursive: true });
});

async function tenantWith(name: string, budget: TenantBudget) {
  await administration.createTenant(name, { namespaces: [], scopes: [], writes: [] });
  await administration.setBudget(name, budget);
  const headers = { authorization: `Bearer ${(await administration.createKey({ tenant: name })).text}` };
  const ask = (asked: { documentId: string } | { query: string }, count: number) =>
    example.ask({ ...asked, variables: { t: keys(count) } }, headers);
  await until(async () => (await ask({ query: PAGE }, 0)).status !== 401);
  return {
    job: (count: number) => ask({ documentId: 'job' }, count),
    page: (count: number) => ask({ documentId: 'page' }, count),
    forged: (count: number) => ask({ query: FORGED }, count),
  };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const startedMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedMs > SEEN_MS) throw new Error('It was not seen in time.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a job beside what must answer now', () => {
  test('is refused when it has had its part, and the other is served, the first time and again', async () => {
    const { job, page } = await tenantWith('both', BUDGET);
    const served = await job(60);
    expect([served.status, policyOf(served)]).toEqual([200, '"batch";q=75;w=75']);
    expect(served.headers.get('ratelimit')).toMatch(/^"batch";r=1\d;t=\d+$/);
    expect(served.body.extensions.cost.throttleStatus).toMatchObject({ maximumAvailable: 75 });
    for (let i = 0; i < 3; i += 1) {
      const refused = await job(40);
      const { code, priority } = refused.body.errors[0].extensions;
      expect([refused.status, code, priority]).toEqual([429, 'RATE_LIMITED', 'BATCH']);
      expect(policyOf(refused)).toBe('"batch";q=75;w=75');
      expect(refused.body.errors[0].message).toContain('BATCH leaves 25 of that');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(10);
      const answer = await page(10);
      expect([answer.status, policyOf(answer)]).toEqual([200, '"budget";q=100;w=100']);
      expect(answer.body.data.aircraftList.length).toBe(10);
    }
    const overdrawn = await page(18);
    expect([overdrawn.status, overdrawn.headers.get('featuregraph-budget')]).toEqual([200, 'overdrawn']);
    expect((await page(30)).status).toBe(429);
  });

  test('is told as too expensive for what no waiting gives it, though another may have it', async () => {
    const { job, page } = await tenantWith('dear', BUDGET);
    const { status, body } = await job(76);
    expect([status, body.errors[0].extensions]).toMatchObject([
      400,
      { code: 'COST_ESTIMATED_TOO_EXPENSIVE', maximum: 75, priority: 'BATCH' },
    ]);
    expect((await page(76)).status).toBe(200);
  });

  test('is not what a client names as the operator named it', async () => {
    const { job, forged } = await tenantWith('forger', BUDGET);
    expect(policyOf(await forged(1))).toBe('"budget";q=100;w=100');
    expect(policyOf(await job(1))).toBe('"batch";q=75;w=75');
  });

  test('has another class, and leaves another part, soon after that was changed', async () => {
    const { job, page } = await tenantWith('switched', BUDGET);
    expect(policyOf(await job(1))).toBe('"batch";q=75;w=75');
    await administration.setBudget('switched', { ...BUDGET, reservePercent: 50 });
    await until(async () => policyOf(await job(0)) === '"batch";q=50;w=50');
    await administration.setBudget('switched', { ...BUDGET, operations: {} });
    await until(async () => policyOf(await job(0)) === '"budget";q=100;w=100');
    await administration.setBudget('switched', { ...BUDGET, operations: {}, priority: 'BATCH' });
    await until(async () => policyOf(await page(0)) === '"batch";q=75;w=75');
  });
});
