/** The gate itself, on a clock that stands: how much may wait and run, and when what waits is started or refused. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { FeaturegraphError } from '../../../src/core/errors.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';
import type { OverloadLimits } from '../../../src/tenancy/fairness/overload-limits.ts';
import { type Work, WorkGate } from '../../../src/tenancy/fairness/work-gate.ts';
import type { PriorityClass } from '../../../src/tenancy/priority-class.ts';
import { LIMITS } from './simulated-loop.ts';

function openGate(limits: Partial<OverloadLimits> = {}, best: PriorityClass = 'INTERACTIVE') {
  const turns: (() => void)[] = [];
  const at = { nowMs: 1000, round: 1 };
  const metrics = createMetrics();
  const gate = new WorkGate({
    clock: { nowMs: () => at.nowMs, monotonicMs: () => at.nowMs },
    loop: { idleMs: () => at.round, afterRound: (turn) => void turns.push(turn) },
    ...{ random: () => 0.5, weightOf: () => 1, deadlineMs: 1000, metrics },
    bestPriorityOf: () => best,
    limits: { ...LIMITS, ...limits },
  });
  return {
    ...{ gate, at, metrics },
    enter: (given: Partial<Work> = {}): Promise<void> | undefined =>
      gate.enter({ tenant: 't', cost: 1, bytes: 100, deadlineAtMs: at.nowMs + 1000, ...given }),
    /** Lets the slice of this round pass. */
    fill: (): void => {
      gate.enter({ tenant: 't', cost: 1, bytes: 0, deadlineAtMs: Number.POSITIVE_INFINITY });
      at.nowMs += 10;
    },
    endRound: async (): Promise<void> => {
      for (const turn of turns.splice(0)) turn();
      await setImmediate();
    },
  };
}

const isOverloaded = (error: unknown): boolean =>
  error instanceof FeaturegraphError && error.code === 'OVERLOADED';

describe('the gate', () => {
  test('lets who comes start at once while a round has time', () => {
    const { enter, at } = openGate();
    for (let i = 0; i < 5; i += 1) expect(enter()).toBeUndefined();
    at.nowMs += 10;
    at.round += 1;
    expect(enter()).toBeUndefined();
  });

  test('lets few start of many that come in one moment, and the others one after the other', async () => {
    const { gate, enter, endRound } = openGate();
    const many = Array.from({ length: 100 }, () => enter());
    expect(many.filter((one) => one === undefined).length).toBeLessThan(15);
    expect(gate.waiting).toBeGreaterThan(85);
    await endRound();
    expect(gate.waiting).toBe(0);
    await Promise.all(many);
  });

  test('lets wait who comes when the time of a round is up, and starts him in the next', async () => {
    const { gate, fill, enter, endRound } = openGate();
    fill();
    const started: string[] = [];
    for (const name of ['first', 'second']) void enter()?.then(() => started.push(name));
    expect(gate.waiting).toBe(2);
    await setImmediate();
    expect(started).toEqual([]);
    await endRound();
    expect(started).toEqual(['first', 'second']);
    expect(gate.waiting).toBe(0);
  });

  test('refuses beyond the number that may wait, and says when to come again', async () => {
    const { gate, fill, enter, metrics } = openGate({ waitingRequests: 10 });
    fill();
    const waiting = Array.from({ length: 10 }, () => enter());
    expect(waiting.every((one) => one instanceof Promise)).toBe(true);
    const refusal = await Promise.resolve()
      .then(() => enter())
      .catch((error: unknown) => error);
    expect(isOverloaded(refusal)).toBe(true);
    expect((refusal as FeaturegraphError).details).toEqual({ retryAfterSeconds: 2 });
    expect(isOverloaded(gate.refusalOf('t'))).toBe(true);
    // Another tenant has room of its own.
    expect(gate.refusalOf('other')).toBeNull();
    expect(enter({ tenant: 'other' })).toBeInstanceOf(Promise);
    const { values } = await metrics.overloadRefusals.get();
    expect(values.map(({ labels, value }) => [labels.reason, value])).toEqual([['requests', 2]]);
  });

  test('starts what is INTERACTIVE before what is BATCH and came first', async () => {
    const { fill, enter, endRound } = openGate();
    fill();
    const started: PriorityClass[] = [];
    for (const priority of ['BATCH', 'BATCH', 'INTERACTIVE', 'INTERACTIVE'] as const)
      void enter({ priority })?.then(() => started.push(priority));
    await endRound();
    expect(started).toEqual(['INTERACTIVE', 'INTERACTIVE', 'BATCH', 'BATCH']);
  });

  test('lets BATCH wait in half of its tenant’s room, and what is INTERACTIVE in the rest', () => {
    const { gate, fill, enter } = openGate({ waitingRequests: 10 });
    fill();
    for (let i = 0; i < 5; i += 1) expect(enter({ priority: 'BATCH' })).toBeInstanceOf(Promise);
    expect(() => enter({ priority: 'BATCH' })).toThrow(FeaturegraphError);
    // What is not read yet may be either.
    expect(gate.refusalOf('t')).toBeNull();
    for (let i = 0; i < 5; i += 1) expect(enter({ priority: 'INTERACTIVE' })).toBeInstanceOf(Promise);
    expect(() => enter({ priority: 'INTERACTIVE' })).toThrow(FeaturegraphError);
    expect(isOverloaded(gate.refusalOf('t'))).toBe(true);
  });

  test('refuses nothing INTERACTIVE where only BATCH waits', () => {
    const { fill, enter } = openGate({ waitingBytes: 1000 });
    fill();
    for (let i = 0; i < 5; i += 1) expect(enter({ priority: 'BATCH' })).toBeInstanceOf(Promise);
    expect(() => enter({ priority: 'BATCH' })).toThrow(FeaturegraphError);
    expect(enter({ priority: 'INTERACTIVE', bytes: 900 })).toBeInstanceOf(Promise);
    expect(() => enter({ priority: 'INTERACTIVE' })).toThrow(FeaturegraphError);
  });

  test('refuses unread what is BATCH of a tenant that asks for nothing else', () => {
    const { gate, fill, enter } = openGate({ waitingRequests: 10 }, 'BATCH');
    fill();
    for (let i = 0; i < 5; i += 1) expect(enter()).toBeInstanceOf(Promise);
    expect(() => enter()).toThrow(FeaturegraphError);
    expect(isOverloaded(gate.refusalOf('t'))).toBe(true);
  });

  test('refuses beyond the bytes that may wait', () => {
    const { fill, enter } = openGate({ waitingBytes: 1000 });
    fill();
    for (let i = 0; i < 10; i += 1) expect(enter()).toBeInstanceOf(Promise);
    expect(() => enter()).toThrow(FeaturegraphError);
  });

  test('refuses whose deadline passes while he waits', async () => {
    const { at, fill, enter, endRound } = openGate();
    fill();
    const outcomes = ['impatient', 'patient'].map((tenant) =>
      enter({ tenant, deadlineAtMs: at.nowMs + (tenant === 'patient' ? 1000 : 20) })?.then(
        () => 'started',
        (error: unknown) => isOverloaded(error),
      ),
    );
    at.nowMs += 21;
    await endRound();
    expect(await Promise.all(outcomes)).toEqual([true, 'started']);
  });

  test('starts no more than may run at once, and goes on as they end', async () => {
    const { gate, enter } = openGate({ runningRequests: 2 });
    expect([enter(), enter()]).toEqual([undefined, undefined]);
    let started = 0;
    for (let i = 0; i < 3; i += 1) void enter()?.then(() => (started += 1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([started, gate.waiting]).toEqual([0, 3]);
    gate.leave();
    await expect.poll(() => started).toBe(1);
    gate.leave();
    gate.leave();
    await expect.poll(() => started).toBe(3);
    expect(gate.waiting).toBe(0);
  });
});
