import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Bill, type MonthlyUnits, makeBills } from '../../tenancy/usage/make-bill.ts';
import { type PriceList, parsePriceList } from '../../tenancy/usage/price-list.ts';
import { unitsByMonth } from '../../tenancy/usage/units-by-month.ts';
import { examples } from '../examples.ts';
import { formatCsv } from '../format-csv.ts';
import { keptUsage, noteGaps, parseMonth, type UsageFlags, withUsage } from '../kept-usage.ts';
import { formatTable, note, print, printJson } from '../output.ts';

/** `featuregraph bill`: what tenants owe, by a price list. */
export function addBill(program: Command): void {
  withUsage(program.command('bill'))
    .requiredOption('--prices <file>', 'the price list (YAML)')
    .option('--month <month>', 'only this one, such as 2026-11 (of UTC); all where not given', parseMonth)
    .summary('what tenants owe, by a price list')
    .description(
      'Makes a bill for each tenant and month of the events of usage: a monthly fee, free units, and tiers of prices for 1,000 units. Each line is rounded half up to the decimals of the currency; a total is the sum of its lines.',
    )
    .addHelpText(
      'after',
      examples(
        ['bill --prices prices.yaml --month 2026-11', 'everybody’s bill of a month'],
        ['bill --prices prices.yaml --tenant acme --csv', 'all months of one tenant, its lines as CSV'],
      ),
    )
    .action(runBill);
}

interface BillFlags extends UsageFlags {
  readonly prices: string;
  readonly month?: string;
}

async function runBill(flags: BillFlags): Promise<void> {
  const prices = await readPrices(flags.prices);
  const { events, seen } = await keptUsage(flags);
  const used: MonthlyUnits[] = await unitsByMonth(events, flags);
  const bills = makeBills(used, prices);
  const { missingEvents, missingLogs } = seen;
  if (flags.json === true)
    printJson({ ok: missingEvents + missingLogs === 0, bills, ...{ missingEvents, missingLogs } });
  else if (flags.csv === true) print(formatCsv(CSV_HEAD, bills.flatMap(csvRows)));
  else if (bills.length === 0) note('No event fits, so nobody owes anything.');
  else {
    print(bills.map(billTable).join('\n\n'));
    note(
      `Each line is rounded half up to ${prices.decimals} decimals of ${prices.currency}; a total is the sum of its lines.`,
    );
  }
  noteGaps(seen);
}

async function readPrices(file: string): Promise<PriceList> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new Error(
        `Expected a price list at ${file}, but there is no such file. Write one, or name another.`,
      );
    throw new Error(`The price list ${file} cannot be read: ${error.message}`);
  });
  return parsePriceList(text, file);
}

const CSV_HEAD = ['tenant', 'month', 'plan', 'item', 'units', 'per1000', 'amount', 'currency'];

/** Lines only: their amounts can be summed. */
function csvRows({ tenant, month, plan, currency, lines }: Bill): (string | number | null)[][] {
  return lines.map(({ item, units, per1000, amount }) => [
    ...[tenant, month, plan, item],
    ...[units, per1000, amount, currency],
  ]);
}

function billTable({ tenant, month, plan, currency, units, lines, total }: Bill): string {
  return formatTable(
    [`${tenant}, ${month} (${plan})`, 'units', `${currency} per 1,000`, currency],
    [
      ...lines.map((line) => [
        line.item,
        line.units?.toLocaleString('en-US') ?? '',
        line.per1000 ?? '',
        line.amount,
      ]),
      ['total', units.toLocaleString('en-US'), '', total],
    ],
  );
}
