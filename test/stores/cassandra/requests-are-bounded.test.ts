import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { BudgetedSpeculationPolicy } from '../../../src/stores/cassandra/cassandra-policies.ts';
import { cassandraQueries } from '../../../src/stores/cassandra/cassandra-queries.ts';
import { InFlightGate } from '../../../src/stores/cassandra/in-flight-gate.ts';
import { RequestBudget } from '../../../src/stores/cassandra/request-budget.ts';

describe('the gate of requests in flight', () => {
  test('sends at most its bound at once, the others in their order, and none that nobody wants', async () => {
    const gate = new InFlightGate(3, 100);
    const sent: number[] = [];
    const finish: (() => void)[] = [];
    const enter = (id: number, wanted: boolean): boolean =>
      gate.enter(() => {
        if (!wanted) return undefined;
        sent.push(id);
        return new Promise((resolve) => finish.push(resolve));
      });
    for (let id = 0; id < 10; id += 1) expect(enter(id, id !== 4)).toBe(true);
    expect(sent).toEqual([0, 1, 2]);
    for (let done = 0; done < 9; done += 1) {
      expect(gate.inFlight).toBe(Math.min(3, 9 - done));
      finish[done]?.();
      await Promise.resolve();
    }
    expect(sent).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
    expect(gate.inFlight).toBe(0);
  });

  test('refuses what would wait behind too many, and takes it again later', async () => {
    const gate = new InFlightGate(1, 2);
    const finish: (() => void)[] = [];
    const enter = (): boolean => gate.enter(() => new Promise((resolve) => finish.push(resolve)));
    expect([enter(), enter(), enter(), enter()]).toEqual([true, true, true, false]);
    for (let round = 0; round < 50; round += 1) {
      finish[round]?.();
      await Promise.resolve();
      expect(enter()).toBe(true);
      expect(enter()).toBe(false);
    }
  });
});

describe('the budget of extra requests', () => {
  test('lets through its share of the requests, and what a quiet time saved', () => {
    const budget = new RequestBudget(0.1, 5);
    let extra = 0;
    for (let request = 0; request < 1000; request += 1) {
      budget.earn();
      while (budget.spend()) extra += 1;
    }
    expect(extra).toBeGreaterThanOrEqual(104);
    expect(extra).toBeLessThanOrEqual(105);
  });

  test('speculation pays for what may be sent, and has it back when it was not needed', () => {
    let nowMs = 0;
    const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
    const policy = new BudgetedSpeculationPolicy(new RequestBudget(0, 2), 20, clock);
    const plan = () => policy.newPlan('k', 'SELECT 1').nextExecution;
    const [first, second, third] = [plan(), plan(), plan()];
    expect([first(), second(), third()]).toEqual([20, 20, -1]);
    expect(first()).toBe(-1); // it was sent, so its price is gone
    nowMs = 1000;
    expect([plan()(), plan()()]).toEqual([20, -1]);
    expect(policy.newPlan('k', 'INSERT INTO x').nextExecution()).toBe(-1);
  });
});

describe('the statements', () => {
  const limits = { readTimeoutMs: 60, writeTimeoutMs: 2000 };
  test('of ScyllaDB carry the time limit, those of Cassandra, which does not know it, do not', () => {
    const scylla = cassandraQueries('features', 'SCYLLA', limits);
    expect(scylla.readViews).toBe(
      'SELECT view_id, packed_row FROM features.online_rows WHERE namespace = ? AND block = ? AND entity_key = ? AND view_id IN ? USING TIMEOUT 60ms',
    );
    expect(scylla.readView).toMatch(/ AND view_id = \? USING TIMEOUT 60ms$/);
    expect(scylla.writeRow).toMatch(
      / VALUES \(\?, \?, \?, \?, \?\) USING TIMESTAMP \? AND TTL \? AND TIMEOUT 2000ms$/,
    );
    expect(JSON.stringify(cassandraQueries('features', 'CASSANDRA', limits))).not.toContain('TIMEOUT');
  });
});
