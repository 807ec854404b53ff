/** What one execution of an operation costs at most, and what that is made of. */
export interface OperationCost {
  /** In whole units, at least 1; never more than `COST_MAX`. */
  readonly total: number;
  readonly blocks: number;
  readonly remoteFetches: number;
  /** Entities that subgraphs which are not ours are asked for. */
  readonly foreignEntities: number;
  readonly transforms: number;
  /** Of the answer, at the most that its types can take. */
  readonly kib: number;
  /** Every place of the answer that costs something, the dearest first. Worked out when first asked for. */
  readonly fields: readonly FieldCost[];
}

/** Share of one place of the answer. */
export interface FieldCost {
  /** As the client sees it: `aircraftList.lastCarrier`. */
  readonly path: string;
  /** Before the free KiB are taken off and the sum is rounded. */
  readonly units: number;
  /** Objects that stand there at most. */
  readonly objects: number;
  readonly blocks: number;
  readonly remoteFetches: number;
  readonly foreignEntities: number;
  readonly transforms: number;
  readonly kib: number;
}

/** Larger sums stay at it, so that nothing overflows into a small number. */
export const COST_MAX = 2 ** 53 - 1;

/** Of a sum that may have any size: whole, at least 1, and a number. */
export function wholeUnits(units: number): number {
  if (!(units < COST_MAX)) return COST_MAX;
  return Math.max(1, Math.ceil(units - ROUNDING));
}

/** Weights are decimal fractions, whose sums may end a hair above a whole number. */
const ROUNDING = 1e-9;
