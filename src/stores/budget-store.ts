import type { StoreCallOptions, StoreFailure, StoreHealth } from './online-store.ts';

/**
 * What tenants may still spend, shared by all processes. A process (a holder) takes a chunk at a time and spends it
 * in memory; what it holds is a lease. The store keeps the time, so that no process's clock counts. Units are whole
 * units of cost.
 */
export interface BudgetStore {
  /**
   * Gives back, takes and renews in one step, for each tenant on its own. An exchange that was sent before (same
   * holder, same number) changes nothing and is answered as it was then; one with a smaller number changes nothing
   * and gives nothing.
   */
  exchangeMany(exchanges: readonly BudgetExchange[], options?: StoreCallOptions): Promise<BudgetSlot[]>;
  /** Changes nothing. `NONE`: nothing was ever asked for this tenant, or it is gone. */
  lookMany(tenants: readonly BudgetLook[], options?: StoreCallOptions): Promise<LookSlot[]>;
  check(): Promise<StoreHealth>;
  close(): Promise<void>;
}

export interface BudgetLimits {
  /** Most units that gather. */
  readonly burst: number;
  /** Units that come back each second. */
  readonly perSecond: number;
  /** Units that may be taken although there are none. */
  readonly overdraft: number;
  /** Units of one day of UTC; `null` for any number. */
  readonly dailyQuota: number | null;
  /** Requests at once, in all processes together; `null` for any number. */
  readonly inFlight: number | null;
  /** What whoever asks with these limits leaves to those of the tenant that ask with none. */
  readonly reserve?: BudgetReserve | undefined;
}

export interface BudgetReserve {
  /** Of the bucket. */
  readonly units: number;
  /** Units of the day's quota. */
  readonly ofDay: number;
  /** Requests at once. */
  readonly slots: number;
}

export interface BudgetLook {
  readonly tenant: string;
  readonly limits: BudgetLimits;
}

export interface BudgetExchange extends BudgetLook {
  /** Who asks: a name that no other process has, and no later one. */
  readonly holder: string;
  /** One more than that of the holder's exchange before, of the same tenant; the first is 1. */
  readonly number: number;
  /** Units that were taken and not spent. */
  readonly giveBack: number;
  /** Units that the holder has beside those, spent by no answer yet: no more than these can come back later. */
  readonly keeps: number;
  /** Units without which nothing else is of use: all or none, also from the overdraft; 0 for none. */
  readonly need: number;
  /** Units that are of use, `need` among them: as many as there are. */
  readonly wanted: number;
  /** Units beyond those, for later: a part of what is there, the smaller the less is there, and none of little. */
  readonly spare: number;
  /** Requests at once that the holder wants to be let, in all. */
  readonly slots: number;
  /** Those that run now. */
  readonly slotsUsed: number;
}

/** What a refusal is for. */
export type BudgetRefusal = 'BUDGET' | 'QUOTA';

export interface BudgetAnswer extends BudgetState {
  readonly granted: number;
  /** Why `need` was not granted. */
  readonly refused: BudgetRefusal | null;
  /**
   * Requests at once that the holder is let, until `SLOT_LIFE_MS` after; fewer than run where another holder has less
   * than its share. To holders that leave a reserve only others of them give way.
   */
  readonly slots: number;
}

export interface BudgetState {
  /** Units that can be taken now, in thousandths; below 0 where the overdraft was. */
  readonly levelMilli: number;
  /** Units of today that were taken and did not come back. */
  readonly usedToday: number;
  /** Until `usedToday` begins anew. */
  readonly dayEndsInMs: number;
  /** Of all holders. */
  readonly slotsHeld: number;
  readonly unitsHeld: number;
}

/** CORRUPT: what is kept for this tenant is something else; nothing was changed. */
export type BudgetSlot = BudgetAnswer | StoreFailure;
export type LookSlot = BudgetState | 'NONE' | StoreFailure;

/** A holder that was not heard of for so long holds no requests: it was killed. Renewed three times as often. */
export const SLOT_LIFE_MS = 10_000;
/** What a holder that was not heard of for so long still has does not come back: the bucket fills by itself. */
export const HOLDER_LIFE_MS = 300_000;
/** The part of a bucket that is given for later. */
export const SPARE_PART = 16;
/** Less than this is not given for later, so that the units of a small bucket are where they are asked for. */
export const SPARE_MIN = 16;
/** Most units of any limit: in thousandths and times milliseconds of a day they are still whole numbers. */
export const UNITS_MAX = 1_000_000_000;
/** More than any fleet has; more of them were put there by somebody else, and to read them would hold up others. */
export const HOLDERS_MAX = 10_000;
