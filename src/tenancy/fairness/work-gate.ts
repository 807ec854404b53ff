/**
 * Where a request waits for its turn when the process has more to do than it can, between its price and its execution.
 *
 * The one thing of its own that a process of Node can have too little of is the time of its event loop. So each round
 * of the loop starts new work for a slice of time, and what is left waits in one queue per tenant, served by weight in
 * cost, while the loop reads sockets and goes on with what was begun. While the slice suffices nothing waits.
 */
import type { Clock } from '../../core/clock.ts';
import type { FeaturegraphError } from '../../core/errors.ts';
import type { OverloadMetrics } from '../../observability/overload-metrics.ts';
import type { PriorityClass } from '../priority-class.ts';
import type { EventLoop } from './event-loop.ts';
import { FairQueues } from './fair-queues.ts';
import type { OverloadLimits } from './overload-limits.ts';
import { overloadRefusal } from './overload-refusal.ts';
import { TenantBacklog, type WaitingRequest } from './tenant-backlog.ts';
import { type Arrival, type NoRoom, REQUEST_UNITS, reasonToRefuse } from './waiting-room.ts';
import { WorkPace } from './work-pace.ts';

export interface WorkGateParts {
  readonly clock: Clock;
  readonly loop: EventLoop;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** A tenant's share, against others'. */
  readonly weightOf: (tenant: string) => number;
  /** The first class that a request of the tenant may be of. */
  readonly bestPriorityOf: (tenant: string) => PriorityClass;
  readonly limits: OverloadLimits;
  /** Of a request that names no deadline, in ms. */
  readonly deadlineMs: number;
  readonly metrics: OverloadMetrics;
}

export interface Work {
  readonly tenant: string;
  /** Where it is not known yet, the first that the tenant may ask with. */
  readonly priority?: PriorityClass;
  /** In units, at least 1. */
  readonly cost: number;
  /** Of the request's body, which is kept while it waits. */
  readonly bytes: number;
  /** By the monotonic clock. */
  readonly deadlineAtMs: number;
}

type RefusalReason = NoRoom | 'late';

/**
 * New work of one round of the loop, in ms: little, for what it begins must be ended beside the next; but as long as
 * refusing took meanwhile, which never has more than half of the time. Within these bounds.
 */
const SLICE_MIN_MS = 2;
const SLICE_MAX_MS = 50;
/**
 * Nor more than this is started at once: who waited for the same, for a lease of their budget say, come all in a moment,
 * and what each of them takes shows only when all are let.
 */
const ROUND_UNITS = 300;
/** What it takes to refuse a request. */
const REFUSAL_MS = 0.03;
/** Between two looks for those that have waited too long, in ms; also how soon it is seen that there is room again. */
const LOOK_MS = 5;
/** What a process got done before is no measure of what it will. */
const PACE_LIFE_MS = 1000;
/** Tenants that nothing waits of and that are remembered. */
const IDLE_TENANTS_MAX = 1000;

export class WorkGate {
  readonly #parts: WorkGateParts;
  readonly #queues = new FairQueues<WaitingRequest>();
  readonly #byTenant = new Map<string, TenantBacklog>();
  readonly #pace = new WorkPace();
  #running = 0;
  /** Until when this round of the loop starts new work. */
  #sliceEndsMs = 0;
  /** Of the round that the slice is of, and how much work was started in it at once. */
  #idleMs = -1;
  #roundUnits = 0;
  /** Whether what waits will have a turn. */
  #isTurnComing = false;
  #isTurning = false;
  /** When the last turn began, if something was left waiting then, and how much work it has started. */
  #turnAtMs: number | null = null;
  #turnUnits = 0;
  #turnEndedMs = Number.NEGATIVE_INFINITY;
  /** Since the last turn. */
  #refused = 0;
  #lookAtMs = 0;

  constructor(parts: WorkGateParts) {
    this.#parts = parts;
  }

  get waiting(): number {
    return this.#queues.count;
  }

  /** Of a request that names no deadline, in ms. */
  get deadlineMs(): number {
    return this.#parts.deadlineMs;
  }

  /** @returns why a request of the tenant would be refused now that is like those which wait: before it is read. */
  refusalOf(tenant: string): FeaturegraphError | null {
    if (this.#queues.count === 0) return null;
    const backlog = this.#byTenant.get(tenant);
    if (backlog === undefined || backlog.count === 0) return null;
    const nowMs = this.#parts.clock.monotonicMs();
    this.#turnIfDue(nowMs);
    const priority = this.#parts.bestPriorityOf(tenant);
    const likely = { priority, cost: 0, bytes: 0, leftMs: this.#parts.deadlineMs };
    const reason = this.#reasonToRefuse(backlog, likely, nowMs);
    return reason === null ? null : this.#refusal(reason);
  }

  /**
   * Each request that is let must `leave` when it has ended.
   * @returns `undefined` where it may start at once. @throws FeaturegraphError OVERLOADED, then or later.
   */
  enter(work: Work): Promise<void> | undefined {
    if (this.#queues.count > 0 || !this.#hasTime(work.cost + REQUEST_UNITS)) {
      const nowMs = this.#parts.clock.monotonicMs();
      // Whose deadline has passed is executed: nothing is read for it any more, and that is what its answer says.
      if (nowMs < work.deadlineAtMs) return this.#wait(work, nowMs);
    }
    this.#running += 1;
  }

  leave(): void {
    this.#running -= 1;
  }

  #hasTime(units: number): boolean {
    const { clock, loop, limits } = this.#parts;
    if (this.#running >= limits.runningRequests) return false;
    const idle = loop.idleMs();
    const nowMs = clock.monotonicMs();
    if (idle !== this.#idleMs) {
      this.#idleMs = idle;
      this.#sliceEndsMs = nowMs + SLICE_MIN_MS;
      this.#roundUnits = 0;
    } else if (nowMs >= this.#sliceEndsMs || this.#roundUnits >= ROUND_UNITS) return false;
    this.#roundUnits += units;
    return true;
  }

  #wait(work: Work, nowMs: number): Promise<void> {
    this.#turnIfDue(nowMs);
    const backlog = this.#backlogOf(work.tenant);
    const { priority = this.#parts.bestPriorityOf(work.tenant), cost, bytes, deadlineAtMs } = work;
    const arrival = { priority, cost, bytes, leftMs: deadlineAtMs - nowMs };
    const reason = this.#reasonToRefuse(backlog, arrival, nowMs);
    if (reason !== null) throw this.#refusal(reason);
    return new Promise((resolve, reject) => {
      this.#queues.push(backlog, {
        ...{ priority, cost, bytes },
        sinceMs: nowMs,
        latestMs: deadlineAtMs,
        start: resolve,
        refuse: () => reject(this.#refusal('late')),
      });
      this.#parts.metrics.waitingRequests.set(this.#queues.count);
      this.#expectTurn();
    });
  }

  #backlogOf(tenant: string): TenantBacklog {
    let backlog = this.#byTenant.get(tenant);
    if (backlog === undefined) {
      backlog = new TenantBacklog(1);
      this.#byTenant.set(tenant, backlog);
    }
    if (backlog.count === 0) backlog.weight = this.#parts.weightOf(tenant);
    return backlog;
  }

  #reasonToRefuse(backlog: TenantBacklog, arrival: Arrival, nowMs: number): NoRoom | null {
    const { count, weight } = this.#queues;
    const room = { count, weight, unitsPerMs: this.#pace.unitsPerMs, limits: this.#parts.limits };
    return reasonToRefuse(room, backlog, arrival, nowMs);
  }

  #refusal(reason: RefusalReason): FeaturegraphError {
    this.#refused += 1;
    this.#parts.metrics.overloadRefusals.inc({ reason });
    return overloadRefusal(this.#parts.random());
  }

  /** By a timer where nothing may be started: a loop that always has an immediate never rests. */
  #expectTurn(): void {
    if (this.#isTurnComing) return;
    this.#isTurnComing = true;
    if (this.#running < this.#parts.limits.runningRequests) this.#parts.loop.afterRound(this.#roundEnded);
    else setTimeout(this.#roundEnded, LOOK_MS);
  }

  readonly #roundEnded = (): void => {
    this.#isTurnComing = false;
    this.#turn(this.#parts.clock.monotonicMs());
  };

  /** The end of a round with much to refuse is not waited for: what was read before has its turn in between. */
  #turnIfDue(nowMs: number): void {
    if (this.#refused * REFUSAL_MS >= SLICE_MIN_MS) this.#turn(nowMs);
  }

  #turn(nowMs: number): void {
    if (this.#isTurning || this.#queues.count === 0) return;
    this.#isTurning = true;
    if (this.#turnAtMs !== null) this.#pace.note(this.#turnUnits, nowMs - this.#turnAtMs);
    else if (nowMs - this.#turnEndedMs > PACE_LIFE_MS) this.#pace.forget();
    this.#turnAtMs = nowMs;
    this.#turnUnits = 0;
    this.#refuseLate(nowMs);
    const sliceMs = Math.min(Math.max(this.#refused * REFUSAL_MS, SLICE_MIN_MS), SLICE_MAX_MS);
    this.#sliceEndsMs = nowMs + sliceMs;
    this.#refused = 0;
    this.#afterStarted();
  }

  #refuseLate(nowMs: number): void {
    if (nowMs < this.#lookAtMs) return;
    this.#lookAtMs = nowMs + LOOK_MS;
    for (const { refuse } of this.#queues.drop(({ latestMs }) => latestMs < nowMs)) refuse();
  }

  /** A tick comes when no microtask is left: what was started has done by then all that it can do at once. */
  readonly #afterStarted = (): void => {
    process.nextTick(this.#startNext);
  };

  readonly #startNext = (): void => {
    const nowMs = this.#parts.clock.monotonicMs();
    // A turn starts something, also where another process has had the processor meanwhile.
    const hasTime = this.#turnUnits === 0 || nowMs < this.#sliceEndsMs;
    const isOver = !hasTime || this.#running >= this.#parts.limits.runningRequests;
    const next = isOver ? null : this.#queues.shift();
    if (next === null) {
      this.#endTurn(nowMs);
      return;
    }
    this.#running += 1;
    this.#turnUnits += next.cost + REQUEST_UNITS;
    this.#parts.metrics.waited.observe((nowMs - next.sinceMs) / 1000);
    next.start();
    queueMicrotask(this.#afterStarted);
  };

  #endTurn(nowMs: number): void {
    this.#isTurning = false;
    this.#turnEndedMs = nowMs;
    this.#parts.metrics.waitingRequests.set(this.#queues.count);
    if (this.#queues.count > 0) {
      this.#expectTurn();
      return;
    }
    this.#turnAtMs = null;
    if (this.#byTenant.size > IDLE_TENANTS_MAX) this.#byTenant.clear();
  }
}
