/** What a tenant may spend and how strictly that is meant, as it is configured and as it is kept. */
import { isRecord } from '../../core/is-record.ts';
import { type BudgetLimits, UNITS_MAX } from '../../stores/budget-store.ts';

export const BUDGET_MODES = ['ENFORCE', 'MEASURE'] as const;
/** MEASURE: nothing is refused; what would have been is counted and told. */
export type BudgetMode = (typeof BUDGET_MODES)[number];

export const STORE_FAILURE_CHOICES = ['LOCAL', 'REFUSE'] as const;
/** LOCAL: a tenth of the budget in each process, while the store of budgets cannot be asked. */
export type WhenStoreFails = (typeof STORE_FAILURE_CHOICES)[number];

/** As it is written; everything but the rate has a default. */
export interface TenantBudget {
  readonly burst: number;
  readonly perSecond: number;
  readonly overdraft?: number | undefined;
  readonly dailyQuota?: number | undefined;
  readonly inFlight?: number | undefined;
  readonly mode?: BudgetMode | undefined;
  readonly whenStoreFails?: WhenStoreFails | undefined;
  /** Share of a process that has more to do than it can, against other tenants'. */
  readonly weight?: number | undefined;
  /** By the name of a document of the manifest. */
  readonly operations?: Readonly<Record<string, OperationBudget>> | undefined;
}

export interface OperationBudget {
  readonly mode?: BudgetMode | undefined;
}

/** The same, complete. */
export interface BudgetSettings {
  readonly limits: BudgetLimits;
  readonly mode: BudgetMode;
  readonly whenStoreFails: WhenStoreFails;
  readonly weight: number;
  readonly operations: ReadonlyMap<string, OperationBudget>;
}

export const IN_FLIGHT_MAX = 1_000_000;
export const WEIGHT_MAX = 1000;
/** Operations of one tenant that have their own. */
export const OPERATIONS_MAX = 200;

export function settingsOf(budget: TenantBudget): BudgetSettings {
  return {
    limits: {
      burst: budget.burst,
      perSecond: budget.perSecond,
      overdraft: budget.overdraft ?? 0,
      dailyQuota: budget.dailyQuota ?? null,
      inFlight: budget.inFlight ?? null,
    },
    mode: budget.mode ?? 'ENFORCE',
    whenStoreFails: budget.whenStoreFails ?? 'LOCAL',
    weight: budget.weight ?? 1,
    operations: new Map(Object.entries(budget.operations ?? {})),
  };
}

export function isTenantBudget(value: unknown): value is TenantBudget {
  if (!isRecord(value)) return false;
  return (
    isWhole(value.burst, 1, UNITS_MAX) &&
    isWhole(value.perSecond, 1, UNITS_MAX) &&
    isOptional(value.overdraft, (one) => isWhole(one, 0, UNITS_MAX)) &&
    isOptional(value.dailyQuota, (one) => isWhole(one, 1, UNITS_MAX)) &&
    isOptional(value.inFlight, (one) => isWhole(one, 1, IN_FLIGHT_MAX)) &&
    isOptional(value.whenStoreFails, (one) => isOneOf(STORE_FAILURE_CHOICES, one)) &&
    isOptional(value.weight, (one) => isWhole(one, 1, WEIGHT_MAX)) &&
    isOperationBudget(value) &&
    isOptional(value.operations, isOperations)
  );
}

function isOperations(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const all = Object.values(value);
  return all.length <= OPERATIONS_MAX && all.every(isOperationBudget);
}

function isOperationBudget(value: unknown): boolean {
  return isRecord(value) && isOptional(value.mode, (one) => isOneOf(BUDGET_MODES, one));
}

function isOptional(value: unknown, is: (given: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

function isOneOf(all: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && all.includes(value);
}
