/** Who of one tenant's requests of one class in this process may run now, and who is told to come again, and when. */
import type { Clock } from '../../core/clock.ts';
import type { BudgetAnswer, BudgetExchange, BudgetLimits } from '../../stores/budget-store.ts';
import type { SendExchange } from './guarded-exchange.ts';
import { Lease, NOTHING_WANTED, type Wanted } from './lease.ts';
import type { ToldBudget } from './told-budget.ts';

/** BUDGET, QUOTA, IN_FLIGHT: spent. STORE: nobody can tell. CORRUPT: what is kept for the tenant is no budget. */
export type Shortage = 'BUDGET' | 'QUOTA' | 'IN_FLIGHT' | 'STORE' | 'CORRUPT';

export interface Refused {
  readonly why: Shortage;
  /** When the same request can be let, if nobody else comes first. */
  readonly retryAfterMs: number;
}

/** Units that a request was let for. */
export interface Taken {
  /** What was not used comes back; the second time changes nothing. */
  settle(actual: number): void;
}

export interface AccountParts {
  readonly send: SendExchange;
  readonly clock: Clock;
  readonly leaseTimeoutMs: number;
}

interface Waiting {
  readonly cost: number;
  readonly deadlineAtMs: number;
  readonly decide: (outcome: Taken | Refused) => void;
}

/** A lease that nobody asked for in so long is given back. */
const IDLE_MS = 250;
/** A part of the lease is taken anew, beside the requests, before it is used up. */
const RENEW_PART = 4;
const ONE_MORE: Wanted = { first: 0, total: 0, requests: 1 };
const IN_FLIGHT_RETRY_MS = 1000;
/** What the store refused is refused without asking it for so long: a flood of refusals is no load to others' budgets. */
const SAME_ANSWER_MS = 50;
/** While a store fails, it is tried twice a second; what is no budget is looked at once. */
const STORE_RETRY_MS = 1000;

export class TenantAccount {
  readonly #parts: AccountParts;
  readonly #lease: Lease;
  readonly #waiting: Waiting[] = [];
  /** The exchanges that go on, one after the other. */
  #exchanging: Promise<void> | null = null;
  #usedAtMs = Number.NEGATIVE_INFINITY;
  /** Fewer units than this are made more beside the requests. */
  #fewUnits = 0;
  /** What the store answered when it refused last, until it lets something. */
  #refused: { readonly answer: BudgetAnswer; readonly atMs: number } | null = null;
  /** What is no budget may be long, and is not read again by each request. */
  #damagedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(tenant: string, holder: string, told: ToldBudget, parts: AccountParts) {
    this.#parts = parts;
    this.#lease = new Lease(tenant, holder, told);
  }

  get lease(): Lease {
    return this.#lease;
  }

  /** At once where the lease suffices; else within the lease timeout. */
  spend(cost: number, limits: BudgetLimits): Taken | Refused | Promise<Taken | Refused> {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#usedAtMs = nowMs;
    if (this.#waiting.length === 0 && this.#suffices(cost, limits, nowMs)) {
      const taken = this.#take(cost);
      if (this.#lease.units < this.#fewUnits) {
        this.#fewUnits = 0;
        this.#begin(limits, ONE_MORE);
      }
      return taken;
    }
    if (nowMs < this.#damagedUntilMs) return { why: 'CORRUPT', retryAfterMs: STORE_RETRY_MS };
    const refused = this.#refusedAgain(cost, limits, nowMs);
    if (refused !== null) return refused;
    return new Promise((decide) => {
      this.#waiting.push({ cost, deadlineAtMs: nowMs + this.#parts.leaseTimeoutMs, decide });
      this.#begin(limits);
    });
  }

  /** To be called every now and then: gives back what nobody needs, and keeps what is needed. */
  tend(limits: BudgetLimits): void {
    const nowMs = this.#parts.clock.monotonicMs();
    if (nowMs < this.#damagedUntilMs) return;
    const isIdle = nowMs - this.#usedAtMs > IDLE_MS && this.#lease.hasIdle;
    if (isIdle) this.#begin(limits, NOTHING_WANTED);
    else if (this.#lease.mustRenew(nowMs)) this.#begin(limits, ONE_MORE);
  }

  /** Gives back all that is not used. */
  async close(limits: BudgetLimits): Promise<void> {
    await this.#exchanging;
    // An exchange that was not answered comes first.
    for (let i = 0; i < 2 && this.#lease.hasIdle; i += 1) await this.#exchange(limits, NOTHING_WANTED);
  }

  /** Whether it can be forgotten. */
  isIdle(nowMs: number, sinceMs: number): boolean {
    return this.#lease.isEmpty && this.#exchanging === null && nowMs - this.#usedAtMs > sinceMs;
  }

  /** Where exchanges go on already, they go on until nobody waits. */
  #begin(limits: BudgetLimits, beside?: Wanted): void {
    this.#exchanging ??= this.#exchange(limits, beside);
  }

  /** @param beside wanted where nobody waits. */
  async #exchange(limits: BudgetLimits, beside?: Wanted): Promise<void> {
    try {
      await this.#exchangeOnce(limits, beside ?? this.#wanted());
      while (this.#waiting.length > 0) await this.#exchangeOnce(limits, this.#wanted());
    } finally {
      // In the same step that saw nobody wait: who comes after it begins anew.
      this.#exchanging = null;
    }
  }

  async #exchangeOnce(limits: BudgetLimits, wanted: Wanted): Promise<void> {
    const { clock, leaseTimeoutMs, send } = this.#parts;
    const asked = this.#waiting.length;
    const startedMs = clock.monotonicMs();
    const isOld = this.#lease.isAsking;
    const exchange = this.#lease.next(wanted, limits, startedMs);
    const deadlineAtMs = this.#waiting[0]?.deadlineAtMs ?? startedMs + leaseTimeoutMs;
    const slot = await send(exchange, deadlineAtMs - startedMs);
    const nowMs = clock.monotonicMs();
    if (!this.#lease.apply(slot, nowMs)) {
      const why = slot.failed === 'CORRUPT' ? 'CORRUPT' : 'STORE';
      if (why === 'CORRUPT') this.#damagedUntilMs = nowMs + STORE_RETRY_MS;
      for (const { decide } of this.#waiting.splice(0)) decide({ why, retryAfterMs: STORE_RETRY_MS });
      return;
    }
    this.#refused = slot.refused === null ? null : { answer: slot, atMs: nowMs };
    // An answer to what was asked for others says nothing of those who wait now.
    this.#decide(isOld ? 0 : asked, exchange, slot, limits, nowMs);
    this.#fewUnits = Math.floor(this.#lease.units / RENEW_PART);
  }

  /** Lets those run who can; refuses those that were asked for and cannot; the rest is asked for again. */
  #decide(
    asked: number,
    exchange: BudgetExchange,
    answer: BudgetAnswer,
    limits: BudgetLimits,
    nowMs: number,
  ): void {
    const all = this.#waiting.splice(0);
    const first = all[0]?.cost ?? 0;
    for (const [i, waiting] of all.entries()) {
      const { cost } = waiting;
      // Of what was needed for the first, all or none came; a dearer one cannot be let either, a cheaper one may.
      const isDecided = i < asked && (answer.refused === null ? limits.overdraft === 0 : cost >= first);
      if (this.#suffices(cost, limits, nowMs)) waiting.decide(this.#take(cost));
      else if (i < asked && !this.#lease.hasSlot(limits, nowMs))
        waiting.decide({ why: 'IN_FLIGHT', retryAfterMs: IN_FLIGHT_RETRY_MS });
      else if (isDecided) waiting.decide(this.#refusal(cost, exchange.limits, answer, nowMs));
      else this.#waiting.push(waiting);
    }
  }

  /** @returns `null` where the store may let it by now; what others give back meanwhile counts a little later. */
  #refusedAgain(cost: number, limits: BudgetLimits, nowMs: number): Refused | null {
    if (this.#refused === null || nowMs - this.#refused.atMs > SAME_ANSWER_MS) return null;
    const { answer, atMs } = this.#refused;
    const levelMilli = answer.levelMilli + (nowMs - atMs) * limits.perSecond;
    const refusal = this.#refusal(cost, limits, { ...answer, levelMilli, refused: null }, nowMs);
    return refusal.retryAfterMs > 0 ? refusal : null;
  }

  #refusal(cost: number, limits: BudgetLimits, answer: BudgetAnswer, nowMs: number): Refused {
    const { perSecond, overdraft, dailyQuota, reserve } = limits;
    const missing = cost - this.#lease.units;
    const ofToday = dailyQuota === null ? missing : dailyQuota - (reserve?.ofDay ?? 0) - answer.usedToday;
    if (answer.refused === 'QUOTA' || missing > ofToday)
      return { why: 'QUOTA', retryAfterMs: this.#lease.dayEndsInMs(nowMs) };
    const missingMilli = (missing + (reserve?.units ?? 0) - overdraft) * 1000 - answer.levelMilli;
    return { why: 'BUDGET', retryAfterMs: Math.max(0, missingMilli / perSecond) };
  }

  #wanted(): Wanted {
    let total = 0;
    for (const { cost } of this.#waiting) total += cost;
    return { first: this.#waiting[0]?.cost ?? 0, total, requests: this.#waiting.length };
  }

  #suffices(cost: number, limits: BudgetLimits, nowMs: number): boolean {
    return this.#lease.hasUnits(cost, limits, nowMs) && this.#lease.hasSlot(limits, nowMs);
  }

  #take(cost: number): Taken {
    const dayEndsAtMs = this.#lease.take(cost);
    let isSettled = false;
    return {
      settle: (actual) => {
        if (isSettled) return;
        isSettled = true;
        this.#lease.settle(cost, actual, dayEndsAtMs);
      },
    };
  }
}
