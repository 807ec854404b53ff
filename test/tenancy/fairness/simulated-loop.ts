/**
 * A process whose event loop is simulated and whose gate is real: reading, refusing and executing take the time that
 * they are said to take, on a clock that nothing else moves. What a busy machine does to measurements, it cannot do here.
 */
import { setImmediate } from 'node:timers/promises';
import { createMetrics } from '../../../src/observability/metrics.ts';
import type { OverloadLimits } from '../../../src/tenancy/fairness/overload-limits.ts';
import { WorkGate } from '../../../src/tenancy/fairness/work-gate.ts';
import type { PriorityClass } from '../../../src/tenancy/priority-class.ts';

export interface SimulatedTenant {
  readonly weight?: number;
  /** Requests of this name and class beside those of another name, of one tenant. */
  readonly of?: string;
  readonly priority?: PriorityClass;
  readonly requestsPerMs: number;
  /** Of one request, in units. */
  readonly cost: (random: () => number) => number;
  /** Between these, in ms; always where not given. */
  readonly between?: readonly [number, number];
}

export interface Simulation {
  readonly tenants: Readonly<Record<string, SimulatedTenant>>;
  readonly durationMs: number;
  readonly seed: number;
  readonly deadlineMs?: number;
  readonly limits?: Partial<OverloadLimits>;
}

export interface SimulatedOutcome {
  readonly offered: number;
  /** Units of what was executed, by the ms when it ended. */
  readonly served: { readonly cost: number; readonly atMs: number; readonly tookMs: number }[];
  readonly refusedMs: number[];
}

/** As measured of a front over a store that answers at once, in ms. */
const REFUSE_MS = 0.025;
const READ_MS = 0.06;
export const UNIT_MS = 0.02;

export const LIMITS: OverloadLimits = {
  ...{ burstWait: 0.5, standingWait: 0.1, waitingRequests: 10_000 },
  ...{ waitingBytes: 2 ** 26, runningRequests: 2000 },
};

export async function simulate(simulation: Simulation): Promise<Readonly<Record<string, SimulatedOutcome>>> {
  const { tenants, durationMs, deadlineMs = 150 } = simulation;
  const random = seededRandom(simulation.seed);
  let nowMs = 0;
  let rounds = 0;
  const endOfRound: (() => void)[] = [];
  const gate = new WorkGate({
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    loop: { idleMs: () => rounds, afterRound: (turn) => void endOfRound.push(turn) },
    ...{ random, deadlineMs, limits: { ...LIMITS, ...simulation.limits }, metrics: createMetrics() },
    weightOf: (tenant) => tenants[tenant]?.weight ?? 1,
    bestPriorityOf: () => 'INTERACTIVE',
  });
  const outcomes: Record<string, SimulatedOutcome & { offered: number }> = {};
  for (const name of Object.keys(tenants)) outcomes[name] = { offered: 0, served: [], refusedMs: [] };
  const arrivals = arrivalsOf(tenants, durationMs, random);

  const ask = (name: string, cost: number, dueMs: number): void => {
    const outcome = outcomes[name] as (typeof outcomes)[string];
    const { of: tenant = name, priority = 'INTERACTIVE' } = tenants[name] as SimulatedTenant;
    const execute = (): void => {
      nowMs += cost * UNIT_MS;
      gate.leave();
      outcome.served.push({ cost, atMs: nowMs, tookMs: nowMs - dueMs });
    };
    const refused = (): void => {
      nowMs += REFUSE_MS;
      outcome.refusedMs.push(nowMs - dueMs);
    };
    outcome.offered += 1;
    if (gate.refusalOf(tenant) !== null) {
      refused();
      return;
    }
    nowMs += READ_MS;
    try {
      const waiting = gate.enter({ tenant, priority, cost, bytes: 100, deadlineAtMs: nowMs + deadlineMs });
      if (waiting === undefined) execute();
      else void waiting.then(execute, refused);
    } catch {
      refused();
    }
  };
  let next = 0;
  while (next < arrivals.length || gate.waiting > 0) {
    rounds += 1;
    const dueMs = arrivals[next]?.dueMs ?? Number.POSITIVE_INFINITY;
    if (gate.waiting === 0) nowMs = Math.max(nowMs, dueMs);
    // What is there when the loop looks is read in this round.
    const untilMs = nowMs;
    for (; next < arrivals.length && (arrivals[next] as Arrival).dueMs <= untilMs; next += 1) {
      const { tenant, cost, dueMs: since } = arrivals[next] as Arrival;
      ask(tenant, cost, since);
      // What one callback of Node leaves to do at once is done before the next.
      await setImmediate();
    }
    for (const turn of endOfRound.splice(0)) turn();
    await setImmediate();
  }
  return outcomes;
}

interface Arrival {
  readonly tenant: string;
  readonly cost: number;
  readonly dueMs: number;
}

/** By Poisson, as of clients that know nothing of each other. */
function arrivalsOf(tenants: Simulation['tenants'], durationMs: number, random: () => number): Arrival[] {
  const arrivals: Arrival[] = [];
  for (const [tenant, { requestsPerMs, cost, between = [0, durationMs] }] of Object.entries(tenants)) {
    for (let dueMs = between[0]; ; ) {
      dueMs -= Math.log(1 - random()) / requestsPerMs;
      if (dueMs > between[1]) break;
      arrivals.push({ tenant, cost: cost(random), dueMs });
    }
  }
  return arrivals.sort((a, b) => a.dueMs - b.dueMs);
}

/** Mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
