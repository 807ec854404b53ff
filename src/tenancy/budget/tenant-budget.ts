/** What a tenant may spend and how strictly that is meant, as it is configured and as it is kept. */
import { isRecord } from '../../core/is-record.ts';
import { type BudgetLimits, UNITS_MAX } from '../../stores/budget-store.ts';
import { PRIORITY_CLASSES, type PriorityClass } from '../priority-class.ts';

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
  readonly priority?: PriorityClass | undefined;
  /** The part of the burst, of the day's quota and of the requests at once that BATCH leaves, in percent. */
  readonly reservePercent?: number | undefined;
  /** By the name of a document of the manifest. */
  readonly operations?: Readonly<Record<string, OperationBudget>> | undefined;
}

/** What an operation has of its own comes before what its tenant has. */
export interface OperationBudget {
  readonly mode?: BudgetMode | undefined;
  readonly priority?: PriorityClass | undefined;
}

/** The same, complete. */
export interface BudgetSettings {
  readonly limits: BudgetLimits;
  /** The same, as each class of requests may use them. */
  readonly limitsOf: Readonly<Record<PriorityClass, BudgetLimits>>;
  readonly priority: PriorityClass;
  /** BATCH where all that the tenant can ask is. */
  readonly bestPriority: PriorityClass;
  readonly reservePercent: number;
  readonly mode: BudgetMode;
  readonly whenStoreFails: WhenStoreFails;
  readonly weight: number;
  readonly operations: ReadonlyMap<string, OperationBudget>;
}

export const IN_FLIGHT_MAX = 1_000_000;
export const WEIGHT_MAX = 1000;
/** With more, nothing would be left for BATCH. */
export const RESERVE_PERCENT_MAX = 99;
const RESERVE_PERCENT = 25;
/** Operations of one tenant that have their own. */
export const OPERATIONS_MAX = 200;

export function settingsOf(budget: TenantBudget): BudgetSettings {
  const { burst, perSecond, overdraft = 0, dailyQuota = null, inFlight = null, operations = {} } = budget;
  const { priority = 'INTERACTIVE', reservePercent = RESERVE_PERCENT } = budget;
  const limits = { burst, perSecond, overdraft, dailyQuota, inFlight };
  const classes = [priority, ...Object.values(operations).map((one) => one.priority)];
  return {
    ...{ limits, priority, reservePercent },
    limitsOf: { INTERACTIVE: limits, BATCH: withReserve(limits, reservePercent) },
    bestPriority: classes.includes('INTERACTIVE') ? 'INTERACTIVE' : 'BATCH',
    mode: budget.mode ?? 'ENFORCE',
    whenStoreFails: budget.whenStoreFails ?? 'LOCAL',
    weight: budget.weight ?? 1,
    operations: new Map(Object.entries(operations)),
  };
}

/** What is on credit is left, too. */
function withReserve(limits: BudgetLimits, percent: number): BudgetLimits {
  const partOf = (all: number | null): number => Math.floor(((all ?? 0) * percent) / 100);
  const { burst, dailyQuota, inFlight } = limits;
  const reserve = { units: partOf(burst), ofDay: partOf(dailyQuota), slots: partOf(inFlight) };
  return { ...limits, overdraft: 0, reserve };
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
    isOptional(value.reservePercent, (one) => isWhole(one, 0, RESERVE_PERCENT_MAX)) &&
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
  return (
    isRecord(value) &&
    isOptional(value.mode, (one) => isOneOf(BUDGET_MODES, one)) &&
    isOptional(value.priority, (one) => isOneOf(PRIORITY_CLASSES, one))
  );
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
