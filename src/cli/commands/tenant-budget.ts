import { type Command, InvalidArgumentError, Option } from 'commander';
import { FeaturegraphError } from '../../core/errors.ts';
import { openBudgetStore } from '../../open-budgets.ts';
import { type BudgetState, UNITS_MAX } from '../../stores/budget-store.ts';
import { isStoreFailure } from '../../stores/online-store.ts';
import {
  BUDGET_MODES,
  type OperationBudget,
  RESERVE_PERCENT_MAX,
  STORE_FAILURE_CHOICES,
  settingsOf,
  type TenantBudget,
  WEIGHT_MAX,
} from '../../tenancy/budget/tenant-budget.ts';
import { PRIORITY_CLASSES } from '../../tenancy/priority-class.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { formatTable, note, paint, print, printJson } from '../output.ts';
import { shellWord } from '../shell-word.ts';
import { administer, withAdministration } from '../with-administration.ts';

/** `featuregraph tenant budget …`: what a tenant may spend, and what is left of it. */
export function addTenantBudget(tenant: Command): void {
  const budget = tenant
    .command('budget')
    .summary('what a tenant may spend')
    .description('Sets and shows what a tenant may spend. Running servers follow within a second.');
  addSet(budget);
  withStore(budget.command('show'))
    .argument('<tenant>', 'its name')
    .summary('its budget, and what is left of it')
    .description('Shows what a tenant may spend, and what the store of budgets has for it now.')
    .action(show);
}

type SetFlags = CommonOptions &
  Partial<Omit<TenantBudget, 'operations'>> & {
    readonly operation?: readonly string[];
    readonly none?: boolean;
  };

const SETTINGS = [
  ...(['burst', 'perSecond', 'overdraft', 'dailyQuota', 'inFlight'] as const),
  ...(['mode', 'whenStoreFails', 'weight', 'priority', 'reservePercent', 'operation'] as const),
];

function withStore(command: Command): Command {
  return withConfig(command).option('--data-folder <folder>', 'where the embedded store is');
}

function addSet(parent: Command): void {
  withStore(parent.command('set'))
    .argument('<tenant>', 'its name')
    .option('--burst <units>', 'most units that gather', parseUnits)
    .option('--per-second <units>', 'units that come back each second', parseUnits)
    .option('--overdraft <units>', 'units on credit', parseUnitsOrNone)
    .option('--daily-quota <units>', 'units of one day of UTC', parseUnits)
    .option('--in-flight <requests>', 'requests at once, in all processes', parseUnits)
    .addOption(new Option('--mode <mode>', 'whether it is enforced').choices(BUDGET_MODES))
    .addOption(
      new Option('--when-store-fails <choice>', 'a tenth of it in each process, or nothing').choices(
        STORE_FAILURE_CHOICES,
      ),
    )
    .option('--weight <number>', 'share where there is too much to do', parseWeight)
    .addOption(
      new Option('--priority <class>', 'whether its requests may have all of it').choices(PRIORITY_CLASSES),
    )
    .option('--reserve-percent <number>', 'part of it that BATCH leaves to INTERACTIVE', parsePercent)
    .option('--operation <name=setting...>', 'mode or class of a document of the manifest, or both: a,b')
    .option('--none', 'the configured default again')
    .summary('another budget for a tenant')
    .description(
      'Sets what a tenant may spend. What is not given stays as it is; a new budget needs --burst and --per-second.',
    )
    .addHelpText(
      'after',
      examples(
        ['tenant budget set acme --burst 5000 --per-second 500', 'in units of cost'],
        ['tenant budget set acme --daily-quota 1000000 --in-flight 200', 'the rest stays'],
        ['tenant budget set acme --mode MEASURE', 'counts, and refuses nothing'],
        ['tenant budget set acme --operation TopCarriers=MEASURE', 'one operation of the manifest'],
        ['tenant budget set acme --operation NightlyScores=BATCH', 'leaves a part to the others'],
      ),
    )
    .action(set);
}

async function set(name: string, flags: SetFlags): Promise<void> {
  assertChange(name, flags);
  const config = await configOf(flags);
  const tenant = await administer(flags, 'tenant.budget', name, async (administration) => {
    if (flags.none === true) return administration.setBudget(name, null);
    const tenant = (await administration.tenants()).tenants.get(name);
    // Of one that is not there, that is the first thing to say.
    if (tenant === undefined) return administration.setBudget(name, null);
    const before = tenant.budget;
    return administration.setBudget(name, changed(before ?? config.budgets?.default ?? undefined, flags));
  });
  const { budget = null } = tenant;
  if (flags.json === true) return printJson({ ok: true, tenant: name, budget });
  print(
    budget === null ? `${paint.good('✓')} ${name} has the configured default.` : settingsTable(name, budget),
  );
  if (config.budgets === null)
    note('This configuration has no `budgets`, so its servers enforce none. Add `budgets: {}`.');
}

/** One that changes nothing would still leave a record of a change. */
function assertChange(name: string, flags: SetFlags): void {
  const { none = false } = flags;
  const settings = SETTINGS.filter((setting) => flags[setting] !== undefined);
  if (none && settings.length > 0)
    throw new FeaturegraphError(
      'BAD_USER_INPUT',
      'Expected --none alone, for the configured default, or settings of an own budget; got both.',
    );
  if (!none && settings.length === 0)
    throw new FeaturegraphError(
      'BAD_USER_INPUT',
      `Expected something to change, such as --burst and --per-second. \`tenant budget show ${shellWord(name)}\` shows what there is.`,
    );
}

function changed(before: TenantBudget | undefined, flags: SetFlags): TenantBudget {
  const { burst = before?.burst, perSecond = before?.perSecond, operation, ...rest } = flags;
  if (burst === undefined || perSecond === undefined)
    throw new FeaturegraphError(
      'BAD_USER_INPUT',
      'Expected --burst and --per-second: the tenant has no budget that could be changed.',
    );
  const { overdraft, dailyQuota, inFlight, mode, whenStoreFails, weight, priority, reservePercent } = rest;
  const given = { overdraft, dailyQuota, inFlight, mode, whenStoreFails, weight, priority, reservePercent };
  return {
    ...before,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(operation === undefined ? {} : { operations: operationsOf(before, operation) }),
    ...{ burst, perSecond },
  };
}

function operationsOf(
  before: TenantBudget | undefined,
  settings: readonly string[],
): Record<string, OperationBudget> {
  const operations: Record<string, OperationBudget> = { ...before?.operations };
  for (const text of settings) {
    const [name = '', asked = ''] = text.split('=');
    const given = name === '' ? null : operationOf(asked.split(','));
    if (given === null)
      throw new FeaturegraphError(
        'BAD_USER_INPUT',
        `Expected --operation <name>=<mode or class> of ${[...BUDGET_MODES, ...PRIORITY_CLASSES].join(', ')}, got "${text.slice(0, 80)}".`,
      );
    operations[name] = { ...operations[name], ...given };
  }
  return operations;
}

/** @returns `null` where a word is neither a mode nor a class, or there are two of a kind. */
function operationOf(words: readonly string[]): OperationBudget | null {
  const modes = BUDGET_MODES.filter((mode) => words.includes(mode));
  const classes = PRIORITY_CLASSES.filter((priority) => words.includes(priority));
  if (modes.length + classes.length !== words.length || modes.length > 1 || classes.length > 1) return null;
  const [mode] = modes;
  const [priority] = classes;
  return { ...(mode && { mode }), ...(priority && { priority }) };
}

async function show(name: string, flags: CommonOptions): Promise<void> {
  const config = await configOf(flags);
  const tenants = await withAdministration(config, (administration) => administration.tenants());
  const isKnown = tenants.tenants.has(name) || name === config.tenant;
  if (!isKnown)
    throw new FeaturegraphError('BAD_USER_INPUT', `There is no tenant ${name}. \`tenant list\` shows all.`);
  const budget = tenants.tenants.get(name)?.budget ?? config.budgets?.default ?? null;
  if (budget === null) {
    if (flags.json === true) return printJson({ ok: true, tenant: name, budget, now: null });
    return note(
      `${name} has no budget. Give it one:  featuregraph tenant budget set ${shellWord(name)} --burst … --per-second …`,
    );
  }
  const store = await openBudgetStore(config);
  const [now] = (await store?.lookMany([{ tenant: name, limits: settingsOf(budget).limits }])) ?? ['NONE'];
  await store?.close();
  if (typeof now === 'object' && isStoreFailure(now))
    throw new Error(`The store of budgets cannot tell what is left: ${now.detail}.`);
  const state = now === 'NONE' || now === undefined ? null : now;
  if (flags.json === true) return printJson({ ok: true, tenant: name, budget, now: state });
  print(settingsTable(name, budget));
  if (state === null) return note('Nobody has asked with it yet.');
  print('');
  print(stateTable(state));
}

function settingsTable(name: string, budget: TenantBudget): string {
  const { limits, mode, whenStoreFails, weight, priority, reservePercent, operations } = settingsOf(budget);
  return formatTable(
    ['budget', name],
    [
      ['burst', String(limits.burst)],
      ['per second', String(limits.perSecond)],
      ['overdraft', String(limits.overdraft)],
      ['daily quota', limits.dailyQuota === null ? '–' : String(limits.dailyQuota)],
      ['in flight', limits.inFlight === null ? '–' : String(limits.inFlight)],
      ['mode', mode],
      ['when store fails', whenStoreFails],
      ['weight', String(weight)],
      ['priority', priority],
      ['left by BATCH', `${reservePercent} %`],
      ...[...operations].map(([operation, own]) => [
        operation,
        `${own.mode ?? mode}, ${own.priority ?? priority}`,
      ]),
    ],
  );
}

function stateTable({ levelMilli, usedToday, slotsHeld, unitsHeld }: BudgetState): string {
  return formatTable(
    ['now', 'units'],
    [
      ['to be taken', String(Math.floor(levelMilli / 1000))],
      ['held by processes', String(unitsHeld)],
      ['used today', String(usedToday)],
      ['requests at once, held', String(slotsHeld)],
    ],
  );
}

const parseUnits = (text: string): number => parseWhole(text, 1, UNITS_MAX);
const parseUnitsOrNone = (text: string): number => parseWhole(text, 0, UNITS_MAX);
const parsePercent = (text: string): number => parseWhole(text, 0, RESERVE_PERCENT_MAX);
const parseWeight = (text: string): number => parseWhole(text, 1, WEIGHT_MAX);

function parseWhole(text: string, min: number, max: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new InvalidArgumentError(
    `Expected a whole number from ${min} to ${max}, got "${text.slice(0, 80)}".`,
  );
}
