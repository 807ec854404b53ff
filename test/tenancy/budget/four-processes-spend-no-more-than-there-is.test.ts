import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { BudgetStore } from '../../../src/stores/budget-store.ts';
import { isStoreFailure } from '../../../src/stores/online-store.ts';
import { settingsOf, type TenantBudget } from '../../../src/tenancy/budget/tenant-budget.ts';
import { connectOnce } from '../../services/redis.ts';
import { requireRedis, withService } from '../../services/services.ts';
import { openBudgetStore, type StorePlace } from './open-test-budgets.ts';

const PROCESSES = 4;
const AT_ONCE = 500;
const FOR_MS = 2000;

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-budgets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Told {
  readonly spent: number;
  readonly let: number;
  readonly refused: number;
  /** When each began and ended, in ms. */
  readonly ran: readonly (readonly [number, number])[];
  readonly exchanges: Record<string, number>;
}

function mostAtOnce(all: readonly Told[]): number {
  const ran = all.flatMap(({ ran }) => ran);
  const steps = ran.flatMap(([begin, end]) => [
    { at: begin, by: 1 },
    { at: end, by: -1 },
  ]);
  let running = 0;
  let most = 0;
  for (const { by } of steps.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    running += by;
    most = Math.max(most, running);
  }
  return most;
}

function startChild(
  place: StorePlace,
  tenant: string,
  budget: TenantBudget,
  largest: number,
  atOnce = AT_ONCE,
) {
  const args = [place, tenant, JSON.stringify(budget), `${atOnce}`, `${FOR_MS}`, `${largest}`];
  const program = path.join(import.meta.dirname, 'spending-child.ts');
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [program, ...args]);
  child.stderr.on('data', (text) => process.stderr.write(text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => JSON.parse((await lines.next()).value as string);
  return { line, go: () => child.stdin.write('go\n') };
}

/** Units that can be taken now, in thousandths, and when that was, by the store's clock. */
async function look(store: BudgetStore, tenant: string, budget: TenantBudget): Promise<number> {
  const [slot] = await store.lookMany([{ tenant, limits: settingsOf(budget).limits }]);
  if (slot === undefined || slot === 'NONE' || isStoreFailure(slot)) throw new Error(JSON.stringify(slot));
  expect(slot.unitsHeld).toBe(0);
  expect(slot.slotsHeld).toBe(0);
  return slot.levelMilli;
}

/** @param nowMs of the store's clock. */
function promises(place: StorePlace, nowMs: () => Promise<number>): void {
  async function spendTogether(budget: TenantBudget, largest: number) {
    const tenant = `t-${randomUUID()}`;
    const store = await openBudgetStore(place);
    const { limits } = settingsOf(budget);
    const first = {
      tenant,
      holder: randomUUID(),
      giveBack: 0,
      keeps: 0,
      need: 0,
      wanted: 0,
      spare: 0,
      slots: 0,
      slotsUsed: 0,
    };
    const quick = { ...limits, perSecond: 1_000_000_000 };
    await store.exchangeMany([{ ...first, number: 1, limits: quick }]);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const children = Array.from({ length: PROCESSES }, () => startChild(place, tenant, budget, largest));
    for (const child of children) expect(await child.line()).toBe('ready');
    // Full up to here, and half of it spent: what comes from now on, comes by the rate, and no part of it too much.
    const half = budget.burst / 2;
    const fromMs = await nowMs();
    await store.exchangeMany([{ ...first, number: 2, need: half, wanted: half, limits: quick }]);
    const fullMs = await nowMs();
    await store.exchangeMany([{ ...first, number: 3, limits }]);
    for (const child of children) child.go();
    const told: Told[] = await Promise.all(children.map((child) => child.line()));
    const beforeLookMs = await nowMs();
    const levelMilli = await look(store, tenant, budget);
    const afterMs = await nowMs();
    await store.close();
    const spent = told.reduce((sum, one) => sum + one.spent, half);
    return {
      ...{ told, spent, levelMilli },
      mostMilli: budget.burst * 1000 + budget.perSecond * (afterMs - fromMs),
      leastMilli: budget.burst * 1000 + budget.perSecond * (beforeLookMs - fullMs),
    };
  }

  test(`of ${PROCESSES} processes × ${AT_ONCE} requests of both classes, what was spent and what is left are burst + rate·t, exactly`, async () => {
    const operations = { Job: { priority: 'BATCH' } } as const;
    const budget = { burst: 5000, perSecond: 2000, whenStoreFails: 'REFUSE', operations } as const;
    const { told, spent, levelMilli, mostMilli, leastMilli } = await spendTogether(budget, 10);
    expect(spent * 1000 + levelMilli).toBeLessThanOrEqual(mostMilli);
    expect(spent * 1000 + levelMilli).toBeGreaterThanOrEqual(leastMilli);
    expect(spent).toBeGreaterThan(5000);
    expect(told.every(({ refused }) => refused > 0)).toBe(true);
  });

  test('a tenant with a burst of 100 is served as exactly', async () => {
    const budget = { burst: 100, perSecond: 50, whenStoreFails: 'REFUSE' } as const;
    const { spent, levelMilli, mostMilli, leastMilli } = await spendTogether(budget, 3);
    expect(spent * 1000 + levelMilli).toBeLessThanOrEqual(mostMilli);
    expect(spent * 1000 + levelMilli).toBeGreaterThanOrEqual(leastMilli);
    expect(spent).toBeGreaterThanOrEqual(100);
  });

  test('no more requests run at once than may, in all processes together', async () => {
    const budget = {
      burst: 1_000_000,
      perSecond: 1_000_000,
      inFlight: 40,
      whenStoreFails: 'REFUSE',
    } as const;
    const { told } = await spendTogether(budget, 1);
    expect(mostAtOnce(told)).toBeLessThanOrEqual(40);
    expect(mostAtOnce(told)).toBeGreaterThan(20);
    // None is left out, however much the others want.
    const fair = told.reduce((sum, one) => sum + one.let, 0) / PROCESSES;
    for (const one of told) expect(one.let).toBeGreaterThan(fair / 10);
  });
}

describe('in the embedded store', () => {
  promises(`lmdb:${folder}`, async () => systemClock.nowMs());
});

await withService(requireRedis, ({ port }) => {
  describe('in Redis', () => {
    const plain = connectOnce(port);
    afterAll(() => plain.disconnect());
    promises(`redis:${port}`, async () => {
      const [seconds, micros] = await plain.time();
      return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
    });
  });
});
