/**
 * The arithmetic of one tenant's budget: the level of its bucket, the day's sum, and who holds what. All in whole
 * thousandths and milliseconds, so that nothing is ever rounded. `redis-budget-script.ts` says the same in Lua.
 */
import { isRecord } from '../core/is-record.ts';
import {
  type BudgetAnswer,
  type BudgetExchange,
  type BudgetLimits,
  type BudgetRefusal,
  type BudgetState,
  HOLDER_LIFE_MS,
  HOLDERS_MAX,
  SLOT_LIFE_MS,
  SPARE_MIN,
  SPARE_PART,
  UNITS_MAX,
} from './budget-store.ts';

export interface Bucket {
  levelMilli: number;
  /** When the level was that. */
  atMs: number;
  /** Days since 1970, and what was taken of it. */
  day: number;
  used: number;
  readonly holders: Record<string, Holder>;
}

interface Holder {
  number: number;
  untilMs: number;
  /** Units that can still come back. */
  held: number;
  /** The day they were taken from. */
  day: number;
  /** Counted, let and wanted requests at once: what runs already counts until it has ended. */
  slots: number;
  slotsLet: number;
  slotsWanted: number;
  slotsUntilMs: number;
  /** The answer to `number`. */
  granted: number;
  refused: BudgetRefusal | null;
}

const DAY_MS = 86_400_000;
/** Fewer digits than that are exact. */
const NUMBER_MAX = 1e15;

/** Whether this could have been kept by `exchangeInBucket`: what was put there by somebody else is not believed. */
export function isBucket(value: unknown): value is Bucket {
  if (!isRecord(value) || !isRecord(value.holders)) return false;
  const { levelMilli, atMs, day, used } = value;
  const isOwed = isWhole(levelMilli, -UNITS_MAX * 1000);
  const holders = Object.values(value.holders);
  return (
    isOwed && [atMs, day, used].every(isCount) && holders.length <= HOLDERS_MAX && holders.every(isHolder)
  );
}

function isHolder(value: unknown): value is Holder {
  if (!isRecord(value)) return false;
  const { number, untilMs, held, day, slots, slotsLet, slotsWanted, slotsUntilMs, granted, refused } = value;
  const counts = [number, untilMs, held, day, slots, slotsLet, slotsWanted, slotsUntilMs, granted];
  return counts.every(isCount) && (refused === null || refused === 'BUDGET' || refused === 'QUOTA');
}

function isCount(value: unknown): boolean {
  return isWhole(value, 0);
}

function isWhole(value: unknown, min: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) < NUMBER_MAX;
}

export function fullBucket({ burst }: BudgetLimits, nowMs: number): Bucket {
  const day = Math.floor(nowMs / DAY_MS);
  return { levelMilli: burst * 1000, atMs: nowMs, day, used: 0, holders: {} };
}

/** Changes the bucket. */
export function exchangeInBucket(bucket: Bucket, exchange: BudgetExchange, nowMs: number): BudgetAnswer {
  refill(bucket, exchange.limits, nowMs);
  const name = nameOf(exchange);
  const known = bucket.holders[name];
  if (known !== undefined && exchange.number <= known.number) {
    const isSame = exchange.number === known.number;
    const { granted, refused } = isSame ? known : { granted: 0, refused: null };
    return { ...stateOf(bucket, nowMs), granted, refused, slots: known.slotsLet };
  }
  const own = known ?? newHolder(bucket.day);
  bucket.holders[name] = own;
  own.number = exchange.number;
  own.untilMs = nowMs + HOLDER_LIFE_MS;
  takeBack(bucket, own, exchange);
  const { granted, refused } = grant(bucket, exchange);
  bucket.levelMilli -= granted * 1000;
  bucket.used += granted;
  own.held += granted;
  Object.assign(own, { granted, refused });
  giveSlots(bucket, own, exchange, nowMs);
  return { ...stateOf(bucket, nowMs), granted, refused, slots: own.slotsLet };
}

/** Changes nothing that a later look would not change, too. */
export function lookIntoBucket(bucket: Bucket, limits: BudgetLimits, nowMs: number): BudgetState {
  refill(bucket, limits, nowMs);
  return stateOf(bucket, nowMs);
}

/** Who leaves a reserve is kept under a name that tells it. */
const LEAVING = 'b:';

function nameOf({ holder, limits }: BudgetExchange): string {
  return limits.reserve === undefined ? holder : LEAVING + holder;
}

function newHolder(day: number): Holder {
  const slots = { slots: 0, slotsLet: 0, slotsWanted: 0, slotsUntilMs: 0 };
  return { number: 0, untilMs: 0, held: 0, day, ...slots, granted: 0, refused: null };
}

/** What came since, by the store's clock. One that was set back brings nothing until the next time. */
function refill(bucket: Bucket, { burst, perSecond }: BudgetLimits, nowMs: number): void {
  const cameMilli = Math.max(0, nowMs - bucket.atMs) * perSecond;
  bucket.levelMilli = Math.min(burst * 1000, bucket.levelMilli + cameMilli);
  bucket.atMs = nowMs;
  const day = Math.floor(nowMs / DAY_MS);
  // A clock set back over midnight does not bring the day's units again; nor does one that was days ahead stop them.
  if (day > bucket.day) {
    bucket.day = day;
    bucket.used = 0;
  } else if (day < bucket.day - 1) bucket.day = day;
  for (const [name, holder] of Object.entries(bucket.holders)) {
    holder.untilMs = Math.min(holder.untilMs, nowMs + HOLDER_LIFE_MS);
    holder.slotsUntilMs = Math.min(holder.slotsUntilMs, nowMs + SLOT_LIFE_MS);
    if (holder.untilMs <= nowMs) delete bucket.holders[name];
    else if (holder.slotsUntilMs <= nowMs) Object.assign(holder, { slots: 0, slotsLet: 0, slotsWanted: 0 });
  }
}

function takeBack(bucket: Bucket, own: Holder, { giveBack, keeps, limits }: BudgetExchange): void {
  const back = Math.min(giveBack, own.held);
  bucket.levelMilli = Math.min(limits.burst * 1000, bucket.levelMilli + back * 1000);
  // What was taken of another day is no part of this one.
  if (own.day === bucket.day) bucket.used = Math.max(0, bucket.used - back);
  own.held = Math.min(own.held - back, keeps);
  own.day = bucket.day;
}

function grant(
  bucket: Bucket,
  { need, wanted, spare, limits }: BudgetExchange,
): { readonly granted: number; readonly refused: BudgetRefusal | null } {
  const { dailyQuota, reserve } = limits;
  const there = Math.floor(bucket.levelMilli / 1000) - (reserve?.units ?? 0);
  const ofToday = (dailyQuota ?? Number.POSITIVE_INFINITY) - (reserve?.ofDay ?? 0) - bucket.used;
  if (need > 0 && need > ofToday) return { granted: 0, refused: 'QUOTA' };
  if (need > 0 && need > there + limits.overdraft) return { granted: 0, refused: 'BUDGET' };
  let room = Math.min(there, ofToday) - need;
  const more = Math.max(0, Math.min(wanted - need, room));
  room -= more;
  const part = Math.floor(room / SPARE_PART);
  const forLater = part < SPARE_MIN ? 0 : Math.min(spare, part);
  return { granted: need + more + forLater, refused: null };
}

function giveSlots(bucket: Bucket, own: Holder, exchange: BudgetExchange, nowMs: number): void {
  const { slots, slotsUsed, limits } = exchange;
  const { reserve } = limits;
  const others = Object.entries(bucket.holders).filter(([, one]) => one !== own && one.slotsWanted > 0);
  const most = (limits.inFlight ?? Number.POSITIVE_INFINITY) - (reserve?.slots ?? 0);
  const room = others.reduce((left, [, one]) => left - one.slots, most);
  const rivals = others.filter(([name]) => reserve !== undefined || !name.startsWith(LEAVING));
  const isShort = rivals.some(([, one]) => one.slotsLet < one.slotsWanted);
  const share = Math.max(1, Math.floor(most / (rivals.length + 1)));
  own.slotsWanted = slots;
  own.slotsLet = Math.max(0, Math.min(slots, room, isShort && limits.inFlight !== null ? share : room));
  own.slots = Math.max(slotsUsed, own.slotsLet);
  own.slotsUntilMs = nowMs + SLOT_LIFE_MS;
}

function stateOf(bucket: Bucket, nowMs: number): BudgetState {
  const holders = Object.values(bucket.holders);
  return {
    levelMilli: bucket.levelMilli,
    usedToday: bucket.used,
    dayEndsInMs: (bucket.day + 1) * DAY_MS - nowMs,
    slotsHeld: sum(holders, 'slots'),
    unitsHeld: sum(holders, 'held'),
  };
}

function sum(holders: readonly Holder[], what: 'slots' | 'held'): number {
  let all = 0;
  for (const holder of holders) all += holder[what];
  return all;
}
