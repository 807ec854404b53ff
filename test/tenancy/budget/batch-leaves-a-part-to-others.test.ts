/** BATCH requests have all but the last part of a tenant's budget, in all processes; INTERACTIVE ones have that too. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { FeaturegraphError } from '../../../src/core/errors.ts';
import type { Admission } from '../../../src/tenancy/budget/admission.ts';
import { settingsOf, type TenantBudget } from '../../../src/tenancy/budget/tenant-budget.ts';
import { fillBudget, lookAt } from '../../faults/budget-in-store.ts';
import { requireRedis, withService } from '../../services/services.ts';
import { budgetsOver, openBudgetStore, type StorePlace, type TestBudgets } from './open-test-budgets.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-batch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The document of the manifest that is a job. */
const JOB = 'Job';
const BUDGET: TenantBudget = {
  ...{ burst: 4000, perSecond: 1, reservePercent: 25, whenStoreFails: 'REFUSE' },
  operations: { [JOB]: { priority: 'BATCH' } },
};
const RESERVE = 1000;
/** A full bucket of so few has nothing for later: what is not spent is in the store. */
const SMALL: TenantBudget = { ...BUDGET, burst: 200, perSecond: 100 };
const SMALL_RESERVE = 50;

interface Process extends TestBudgets {
  admit(operation: string | null, cost: number): Promise<Admission>;
  /** @returns what it is told where it is refused. */
  refusal(operation: string | null, cost: number): Promise<FeaturegraphError>;
}

function promises(place: StorePlace): void {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function open(budget: TenantBudget, count: number) {
    const tenant = `t-${randomUUID()}`;
    const store = await openBudgetStore(place);
    ends.push(() => store.close());
    await fillBudget(store, tenant, budget);
    const given = { budget };
    const processes: Process[] = [];
    for (let i = 0; i < count; i += 1) {
      const own = await openBudgetStore(place);
      // Nobody is held up here by a disk that others use, too.
      const patient = { leaseTimeoutMs: 20_000, random: () => 0 };
      const opened = budgetsOver(own, { ...patient, budgetOf: () => given.budget });
      const { budgets } = opened;
      ends.push(() => budgets.close().then(() => own.close()));
      const admit = async (operation: string | null, cost: number): Promise<Admission> =>
        (await budgets.admit(tenant, operation, cost)) as Admission;
      const refusal = (operation: string | null, cost: number): Promise<FeaturegraphError> =>
        admit(operation, cost).then(
          () => expect.unreachable(`${operation} was let for ${cost}`),
          (error) => error,
        );
      processes.push({ ...opened, admit, refusal });
    }
    const look = (): ReturnType<typeof lookAt> => lookAt(store, tenant, given.budget);
    return { tenant, processes, look, given };
  }

  /** As much as it gets, of any cost. @returns the units. */
  async function spendAll({ admit }: Process, operation: string | null): Promise<number> {
    let spent = 0;
    for (let cost = 50; cost >= 1; ) {
      try {
        const admission = await admit(operation, cost);
        admission.settle(cost);
        spent += cost;
      } catch (error) {
        expect((error as FeaturegraphError).code).toBe('RATE_LIMITED');
        cost = Math.floor(cost / 2);
      }
    }
    return spent;
  }

  /** After all was spent. @returns after how many seconds it is told to come again. */
  async function toldToWait(process: Process, operation: string | null, cost: number): Promise<number> {
    for (;;) {
      await spendAll(process, operation);
      const admission = await process.admit(operation, cost).catch((error: FeaturegraphError) => error);
      if (admission instanceof FeaturegraphError) return admission.details.retryAfterSeconds as number;
      admission.settle(cost);
    }
  }

  test('when jobs in all processes have had all that they may, the reserve is whole, and is for the others', async () => {
    const { processes, look } = await open(BUDGET, 3);
    const startedMs = performance.now();
    const ofJobs = await Promise.all(processes.slice(0, 2).map((one) => spendAll(one, JOB)));
    expect((await look()).levelMilli).toBeGreaterThanOrEqual(RESERVE * 1000);
    const ofOthers = await Promise.all(processes.map((one) => spendAll(one, null)));
    const spent = [...ofJobs, ...ofOthers].reduce((sum, units) => sum + units);
    // Nobody holds what could be spent, but what a lease of the jobs has for later.
    expect(ofOthers.reduce((sum, units) => sum + units)).toBeGreaterThanOrEqual(RESERVE);
    await Promise.all(processes.map(({ budgets }) => budgets.close()));
    const { levelMilli, unitsHeld } = await look();
    const came = BUDGET.perSecond * (performance.now() - startedMs + 1000);
    expect(unitsHeld).toBe(0);
    expect(spent * 1000 + levelMilli).toBeGreaterThanOrEqual(BUDGET.burst * 1000);
    expect(spent * 1000 + levelMilli).toBeLessThanOrEqual(BUDGET.burst * 1000 + came);
  });

  test('what is leased for others is not spent by a job, nor the other way round', async () => {
    const budget = { ...BUDGET, burst: 16_000 };
    const { processes, look } = await open(budget, 1);
    const [one] = processes as [Process];
    (await one.admit(null, 1)).settle(1);
    const held = (await look()).unitsHeld;
    expect(held).toBeGreaterThan(500);
    // While the others go on asking, what they hold is not given back.
    const asking = setInterval(() => void one.admit(null, 0).then((admission) => admission.settle(0)), 50);
    const spent = await spendAll(one, JOB).finally(() => clearInterval(asking));
    expect(spent).toBeLessThanOrEqual(budget.burst - 4000 - held + 100);
    expect((await look()).levelMilli).toBeGreaterThanOrEqual(4_000_000);
  });

  test('refused jobs change nothing, and are told their part', async () => {
    const { processes, look, tenant } = await open({ ...SMALL, perSecond: 1, overdraft: 100 }, 1);
    const [{ admit, refusal, budgets, metrics }] = processes as [Process];
    (await admit(JOB, 140)).settle(140);
    const before = await look();
    for (let i = 0; i < 200; i += 1) {
      const { code, details } = await refusal(JOB, 40);
      expect([code, details.priority]).toEqual(['RATE_LIMITED', 'BATCH']);
    }
    const after = await look();
    expect(after.levelMilli - before.levelMilli).toBeLessThan(10_000);
    expect(after.levelMilli).toBeGreaterThanOrEqual(before.levelMilli);
    expect(after.usedToday).toBe(before.usedToday);
    const never = await refusal(JOB, 151);
    expect([never.code, never.details.maximum]).toEqual(['COST_ESTIMATED_TOO_EXPENSIVE', 150]);
    expect(budgets.stateOf(tenant, JOB)).toMatchObject({ priority: 'BATCH', maximum: 150 });
    expect(budgets.stateOf(tenant, null)).toMatchObject({ priority: 'INTERACTIVE', maximum: 200 });
    // The reserve, and the credit.
    const overdrawn = await admit(null, 150);
    expect(overdrawn.mark).toBe('OVERDRAWN');
    overdrawn.settle(150);
    const { values } = await metrics.budgetDecisions.get();
    const counted = (decision: string, priority: string) =>
      values.find(({ labels }) => labels.decision === decision && labels.priority === priority)?.value;
    expect([counted('refused_budget', 'BATCH'), counted('let', 'BATCH')]).toEqual([200, 1]);
    expect([counted('overdrawn', 'INTERACTIVE'), counted('refused_budget', 'INTERACTIVE')]).toEqual([
      1,
      undefined,
    ]);
  });

  test('the time that one is told is true for a job that waits alone', async () => {
    const { processes } = await open(SMALL, 1);
    const [one] = processes as [Process];
    // 140 come in 1.4 s. The reserve, which is there, is not for it: with that it would be a second less.
    await pause((await toldToWait(one, JOB, 140)) * 1000);
    (await one.admit(JOB, 140)).settle(140);
  });

  test('and for an INTERACTIVE request of no more than the reserve, while jobs never stop asking', async () => {
    const { processes } = await open({ ...SMALL, perSecond: 60 }, 2);
    const [one, other] = processes as [Process, Process];
    let isAsking = true;
    const job = (async () => {
      while (isAsking) {
        await other.admit(JOB, 5).then(
          (admission) => admission.settle(5),
          () => pause(5),
        );
      }
    })();
    await pause((await toldToWait(one, null, SMALL_RESERVE)) * 1000);
    (await one.admit(null, SMALL_RESERVE)).settle(SMALL_RESERVE);
    isAsking = false;
    await job;
  });

  test('a class is that of the operation before that of the tenant, and another from the next request on', async () => {
    const { processes, given } = await open(SMALL, 1);
    const [{ admit, refusal }] = processes as [Process];
    const classOf = async (operation: string | null): Promise<string> => {
      const admission = await admit(operation, 1);
      admission.settle(0);
      return admission.priority;
    };
    expect(await classOf(JOB)).toBe('BATCH');
    expect(await classOf('Other')).toBe('INTERACTIVE');
    given.budget = { ...SMALL, priority: 'BATCH', operations: { [JOB]: { priority: 'INTERACTIVE' } } };
    expect(await classOf(JOB)).toBe('INTERACTIVE');
    expect(await classOf('Other')).toBe('BATCH');
    expect(await classOf(null)).toBe('BATCH');
    given.budget = { ...SMALL, priority: 'BATCH', operations: {}, reservePercent: 99 };
    expect((await refusal(JOB, 3)).code).toBe('COST_ESTIMATED_TOO_EXPENSIVE');
    given.budget = { ...SMALL, priority: 'BATCH', mode: 'MEASURE', reservePercent: 99 };
    const measured = await admit(null, 100);
    await expect.poll(() => measured.mark).toBe('MEASURED');
  });

  test('of the day’s quota and of the requests at once, a job leaves the same part', async () => {
    const { processes, look, given } = await open({ ...BUDGET, burst: 100_000, perSecond: 1000 }, 2);
    const used = (await look()).usedToday;
    // A job has 60 of it today, and leaves a quarter of all.
    const dailyQuota = Math.ceil(((used + 60) * 4) / 3);
    const leaves = Math.floor(dailyQuota / 4);
    given.budget = { ...given.budget, dailyQuota, inFlight: 8 };
    expect(settingsOf(given.budget).limitsOf.BATCH.reserve).toMatchObject({ ofDay: leaves, slots: 2 });
    const [one, other] = processes as [Process, Process];
    const runs: Admission[] = [];
    for (let i = 0; i < 6; i += 1) runs.push(await one.admit(JOB, 1));
    expect((await one.refusal(JOB, 1)).message).toContain('6 requests of this tenant run already');
    for (let i = 0; i < 2; i += 1) runs.push(await other.admit(null, 1));
    for (const admission of runs) admission.settle(1);
    const left = dailyQuota - leaves - used - 8;
    expect((await one.refusal(JOB, left + 1)).code).toBe('QUOTA_EXCEEDED');
    (await one.admit(JOB, left)).settle(left);
    expect((await one.refusal(JOB, 1)).code).toBe('QUOTA_EXCEEDED');
    (await other.admit(null, leaves)).settle(leaves);
    expect((await other.refusal(null, 1)).code).toBe('QUOTA_EXCEEDED');
  });
}

describe('in the embedded store', () => {
  promises(`lmdb:${folder}`);
});

await withService(requireRedis, ({ port }) => {
  describe('in Redis', () => {
    promises(`redis:${port}`);
  });
});
