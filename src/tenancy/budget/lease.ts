/**
 * What one process holds of one tenant's budget for one class of requests: units and requests at once, spent in memory, and taken from and given
 * back to the store by exchanges, one at a time. It decides nothing about time but whether what it holds still counts.
 */
import type { BudgetAnswer, BudgetExchange, BudgetLimits, BudgetSlot } from '../../stores/budget-store.ts';
import { SLOT_LIFE_MS, SPARE_PART } from '../../stores/budget-store.ts';
import { isStoreFailure } from '../../stores/online-store.ts';
import type { ToldBudget } from './told-budget.ts';

/** Requests at once that are taken ahead: a part of what there may be, and none of few. */
const SLOTS_AHEAD_PART = 16;
const SLOTS_AHEAD_MIN = 4;
/** How often a process that has requests at once asks for them again. */
const SLOTS_RENEW_MS = 250;

/** What waits for the lease to grow: costs, the first to come first. */
export interface Wanted {
  readonly first: number;
  readonly total: number;
  readonly requests: number;
}

/** Two midnights are a day apart. */
const DAY_TOLERANCE_MS = 3_600_000;

export const NOTHING_WANTED: Wanted = { first: 0, total: 0, requests: 0 };

export class Lease {
  readonly #tenant: string;
  readonly #holder: string;
  readonly #told: ToldBudget;
  #number = 0;
  /** Sent, and not known whether it was done: it is sent again as it was, until that is known. */
  #unanswered: BudgetExchange | null = null;
  /** Below 0 where more was used than was estimated. */
  #units = 0;
  /** Of requests that run: what they do not use comes back. */
  #reserved = 0;
  #slots = 0;
  #slotsUsed = 0;
  #slotsUntilMs = Number.NEGATIVE_INFINITY;
  /** Units that the store takes for held. */
  #toldHeld = 0;
  #dayEndsAtMs = Number.POSITIVE_INFINITY;

  constructor(tenant: string, holder: string, told: ToldBudget) {
    this.#tenant = tenant;
    this.#holder = holder;
    this.#told = told;
  }

  get units(): number {
    return this.#units;
  }

  /** Whether an exchange is not answered: the next is that one again. */
  get isAsking(): boolean {
    return this.#unanswered !== null;
  }

  get isEmpty(): boolean {
    return this.#units === 0 && this.#reserved === 0 && this.#slots === 0 && this.#unanswered === null;
  }

  /** Whether there is something to give back, or to tell: what was spent is not held any more. */
  get hasIdle(): boolean {
    if (this.#unanswered !== null) return true;
    return this.#units !== 0 || this.#slots > this.#slotsUsed || this.#toldHeld > this.#reserved;
  }

  /** Requests at once are asked for again: another process may have too few of them, and who is silent loses them. */
  mustRenew(nowMs: number): boolean {
    return this.#slots > 0 && nowMs > this.#slotsUntilMs - SLOT_LIFE_MS + SLOTS_RENEW_MS;
  }

  hasSlot(limits: BudgetLimits, nowMs: number): boolean {
    return limits.inFlight === null || (this.#slotsUsed < this.#slots && nowMs < this.#slotsUntilMs);
  }

  hasUnits(cost: number, limits: BudgetLimits, nowMs: number): boolean {
    return this.#units >= cost && (limits.dailyQuota === null || nowMs < this.#dayEndsAtMs);
  }

  /** @returns when the day ends that the units are of, by the process's stopwatch. */
  take(cost: number): number {
    this.#units -= cost;
    this.#reserved += cost;
    this.#slotsUsed += 1;
    return this.#dayEndsAtMs;
  }

  /** @param dayEndsAtMs as `take` told: what is of another day cannot be spent today. */
  settle(cost: number, actual: number, dayEndsAtMs: number): void {
    this.#reserved -= cost;
    this.#slotsUsed -= 1;
    const isOfToday = Math.abs(dayEndsAtMs - this.#dayEndsAtMs) < DAY_TOLERANCE_MS;
    if (isOfToday || dayEndsAtMs === this.#dayEndsAtMs) this.#units += cost - actual;
  }

  /**
   * The next exchange, or the one that is not answered.
   * @param wanted nothing wanted gives back all that is not used.
   */
  next(wanted: Wanted, limits: BudgetLimits, nowMs: number): BudgetExchange {
    if (this.#unanswered !== null) return this.#unanswered;
    const isIdle = wanted.requests === 0;
    const isOfYesterday = limits.dailyQuota !== null && nowMs >= this.#dayEndsAtMs;
    const giveBack = isIdle || isOfYesterday ? Math.max(0, this.#units) : 0;
    this.#units -= giveBack;
    this.#number += 1;
    // However often it asks, for requests at once say, it holds no more for later than a part of a full bucket.
    const spareMax = Math.floor(limits.burst / SPARE_PART);
    const need = isIdle ? 0 : Math.max(0, wanted.first - this.#units);
    this.#unanswered = {
      ...{ tenant: this.#tenant, holder: this.#holder, number: this.#number, limits, giveBack, need },
      keeps: Math.max(0, this.#units) + this.#reserved,
      wanted: Math.max(need, wanted.total - this.#units),
      spare: isIdle ? 0 : Math.max(0, spareMax - Math.max(0, this.#units)),
      slots: this.#slotsWanted(wanted, limits),
      slotsUsed: limits.inFlight === null ? 0 : this.#slotsUsed,
    };
    return this.#unanswered;
  }

  /** @returns whether it was done. */
  apply(slot: BudgetSlot, nowMs: number): slot is BudgetAnswer {
    if (isStoreFailure(slot)) {
      // It was not done, and will not be: what was to be given back is still here.
      if (slot.failed === 'CORRUPT') this.#forget();
      return false;
    }
    this.#toldHeld = (this.#unanswered?.keeps ?? 0) + slot.granted;
    this.#unanswered = null;
    this.#units += slot.granted;
    this.#slots = slot.slots;
    this.#slotsUntilMs = nowMs + SLOT_LIFE_MS;
    this.#told.note(slot, nowMs);
    this.#dayEndsAtMs = this.#sameDay(nowMs + slot.dayEndsInMs);
    return true;
  }

  dayEndsInMs(nowMs: number): number {
    return Math.max(0, this.#dayEndsAtMs - nowMs);
  }

  #slotsWanted({ requests }: Wanted, { inFlight }: BudgetLimits): number {
    const running = this.#slotsUsed;
    if (inFlight === null) return 0;
    const part = Math.floor(inFlight / SLOTS_AHEAD_PART);
    const ahead = requests === 0 || part < SLOTS_AHEAD_MIN ? 0 : part;
    return Math.min(inFlight, running + requests + ahead);
  }

  #forget(): void {
    this.#units += this.#unanswered?.giveBack ?? 0;
    this.#number -= 1;
    this.#unanswered = null;
  }

  /** The same midnight is told a little later each time, by the time that the answer took. */
  #sameDay(endsAtMs: number): number {
    const isSame = Math.abs(endsAtMs - this.#dayEndsAtMs) < DAY_TOLERANCE_MS;
    return isSame ? Math.min(this.#dayEndsAtMs, endsAtMs) : endsAtMs;
  }
}
