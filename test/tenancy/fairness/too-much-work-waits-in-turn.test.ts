/** The gate in a simulated process: what is served, how long it waits, and what is refused, whatever this machine does. */
import { describe, expect, test } from 'vitest';
import { quantile } from '../../fairness/tally.ts';
import { type SimulatedOutcome, type SimulatedTenant, simulate, UNIT_MS } from './simulated-loop.ts';

const DURATION_MS = 2000;
/** Before, nothing is known yet. */
const SETTLED_MS = 400;
const DEADLINE_MS = 150;
/** What the loop does between two turns, and a turn; a few of each. */
const ROUNDS_MS = 12;

const UNITS = 50;
/** Requests of so many units that a process can do in a ms, with what it takes to read them. */
const CAPACITY = 1 / (UNITS * UNIT_MS + 0.06);
const asks = (share: number, weight = 1): SimulatedTenant => ({
  ...{ weight, requestsPerMs: CAPACITY * share },
  cost: () => UNITS,
});
const run = (tenants: Record<string, SimulatedTenant>, seed = 1) =>
  simulate({ tenants, seed, durationMs: DURATION_MS, deadlineMs: DEADLINE_MS });

function costOf({ served }: SimulatedOutcome): number {
  const meant = served.filter(({ atMs }) => atMs > SETTLED_MS && atMs <= DURATION_MS);
  return meant.reduce((sum, { cost }) => sum + cost, 0);
}
const tookMs = ({ served }: SimulatedOutcome, share: number): number =>
  quantile(
    served.filter(({ atMs }) => atMs > SETTLED_MS).map((one) => one.tookMs),
    share,
  );
const possible = CAPACITY * UNITS * (DURATION_MS - SETTLED_MS);

describe('a process that has time', () => {
  test('refuses nothing at half of what it can do', async () => {
    const { a } = (await run({ a: asks(0.5) })) as { a: SimulatedOutcome };
    expect(a.refusedMs).toEqual([]);
    expect(tookMs(a, 0.99)).toBeLessThan(10);
  });

  test('serves a burst that it can serve before the deadlines', async () => {
    const burst = { requestsPerMs: 100, cost: () => UNITS, between: [1000, 1001] } as const;
    const { a, b } = (await run({ a: asks(0.3), b: burst })) as Record<'a' | 'b', SimulatedOutcome>;
    expect(b.offered).toBeGreaterThan(40);
    expect([...a.refusedMs, ...b.refusedMs].length).toBeLessThan(b.offered / 2);
    expect(Math.max(...b.served.map((one) => one.tookMs))).toBeLessThan(DEADLINE_MS);
  });
});

describe('a process with three times as much to do as it can', () => {
  test('goes on doing what it can, soon or not at all', async () => {
    const { a } = (await run({ a: asks(3) })) as { a: SimulatedOutcome };
    expect(costOf(a) / possible).toBeGreaterThan(0.9);
    expect(tookMs(a, 0.99)).toBeLessThan(DEADLINE_MS * 0.1 + ROUNDS_MS);
    expect(a.refusedMs.length).toBeGreaterThan(a.offered / 2);
    expect(quantile(a.refusedMs, 0.99)).toBeLessThan(5);
  });

  test.for([
    [1, UNITS],
    [2, 20],
    [3, 500],
  ])('gives tenants their shares, 1 : 2 : 5 (seed %i, up to %i units)', async ([seed, most]) => {
    const mixed = (weight: number): SimulatedTenant => ({
      weight,
      requestsPerMs: 1 / (((most as number) / 2) * UNIT_MS + 0.06),
      cost: (random) => 1 + Math.floor(random() * (most as number)),
    });
    const outcomes = await run({ a: mixed(1), b: mixed(2), c: mixed(5) }, seed);
    const costs = Object.values(outcomes).map(costOf);
    const all = costs.reduce((sum, cost) => sum + cost, 0);
    costs.forEach((cost, i) => {
      const share = [1 / 8, 2 / 8, 5 / 8][i] as number;
      expect(Math.abs(cost / all / share - 1)).toBeLessThan(0.1);
    });
  });

  test('refuses none of a tenant that asks for less than its share', async () => {
    const { a, b } = (await run({ a: asks(5), b: asks(0.25) })) as Record<'a' | 'b', SimulatedOutcome>;
    expect(a.refusedMs.length).toBeGreaterThan(a.offered / 2);
    expect(b.refusedMs).toEqual([]);
    expect(tookMs(b, 0.99)).toBeLessThan(tookMs(a, 0.99));
  });

  const job = (share: number, of: string): SimulatedTenant => ({ ...asks(share), of, priority: 'BATCH' });

  test('refuses nothing that must answer now beside a job of the same tenant, and does the job with the rest', async () => {
    const { a, jobs } = (await run({ a: asks(0.4), jobs: job(3, 'a') })) as Record<
      'a' | 'jobs',
      SimulatedOutcome
    >;
    expect(a.refusedMs).toEqual([]);
    expect(tookMs(a, 0.99)).toBeLessThan(2 * ROUNDS_MS);
    expect(jobs.refusedMs.length).toBeGreaterThan(jobs.offered / 2);
    expect(tookMs(jobs, 0.99)).toBeLessThan(DEADLINE_MS);
    // Which of them is of the job is known when it is read: that takes a part of the time, where others are refused unread.
    expect((costOf(a) + costOf(jobs)) / possible).toBeGreaterThan(0.75);
  });

  test('does some of a job, and in time, where what must answer now never ends', async () => {
    const { a, jobs } = (await run({ a: asks(2), jobs: job(2, 'a') })) as Record<
      'a' | 'jobs',
      SimulatedOutcome
    >;
    const share = costOf(jobs) / (costOf(a) + costOf(jobs));
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.2);
    // That it would wait for what comes later is known when it comes: it is done soon, or not at all.
    expect(tookMs(jobs, 0.99)).toBeLessThan(DEADLINE_MS * 0.1 + ROUNDS_MS);
    expect(quantile(jobs.refusedMs, 0.99)).toBeLessThan(5);
  });

  test('gives a tenant no more for its job’s sake, nor another less', async () => {
    const outcomes = await run({ a: asks(0.2), jobs: job(3, 'a'), b: asks(3) });
    const { a, jobs, b } = outcomes as Record<'a' | 'jobs' | 'b', SimulatedOutcome>;
    expect(a.refusedMs).toEqual([]);
    const ofA = costOf(a) + costOf(jobs);
    expect(Math.abs(ofA / (ofA + costOf(b)) / 0.5 - 1)).toBeLessThan(0.1);
  });

  test('recovers at once when there is less', async () => {
    const flood = { ...asks(10), between: [500, 1500] } as const;
    const { a } = (await run({ a: asks(0.5), flood })) as Record<'a' | 'flood', SimulatedOutcome>;
    const later = a.served.filter(({ atMs }) => atMs > 1700);
    expect(
      quantile(
        later.map((one) => one.tookMs),
        0.99,
      ),
    ).toBeLessThan(10);
  });
});
