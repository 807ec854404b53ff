import { type Command, Option } from 'commander';
import {
  summarizeUsage,
  USAGE_DIMENSIONS,
  type UsageDimension,
  type UsageRow,
} from '../../tenancy/usage/summarize-usage.ts';
import { examples } from '../examples.ts';
import { formatCsv } from '../format-csv.ts';
import { keptUsage, noteGaps, parseDayOrMoment, type UsageFlags, withUsage } from '../kept-usage.ts';
import { formatTable, note, print, printJson } from '../output.ts';

/** `featuregraph usage`: what tenants asked and what it cost. */
export function addUsage(program: Command): void {
  withUsage(program.command('usage'))
    .addOption(
      new Option('--by <what...>', 'sum by these').choices(USAGE_DIMENSIONS).default(['day', 'tenant']),
    )
    .option('--from <day>', 'not before this day (of UTC) or moment', parseDayOrMoment)
    .option('--to <day>', 'before this day or moment', parseDayOrMoment)
    .summary('what tenants asked, and what it cost')
    .description(
      'Sums the events of usage, one for each answer: requests, their cost in units, and what it is made of. Days are those of UTC.',
    )
    .addHelpText(
      'after',
      examples(
        ['usage --by tenant operation', 'which operations cost whom what'],
        ['usage --by day --tenant acme --from 2026-11-01 --to 2026-12-01 --csv', 'a month of one tenant'],
      ),
    )
    .action(runUsage);
}

interface SumFlags extends UsageFlags {
  readonly by: readonly UsageDimension[];
  readonly from?: number;
  readonly to?: number;
}

const SUMS = ['requests', 'failed', 'cost', 'blocks', 'remoteFetches', 'transforms', 'bytes'] as const;

async function runUsage(flags: SumFlags): Promise<void> {
  const by = [...new Set(flags.by)];
  const { events, seen } = await keptUsage(flags);
  const rows = await summarizeUsage(events, by, {
    fromMs: flags.from,
    toMs: flags.to,
    tenant: flags.tenant,
  });
  const { missingEvents, missingLogs } = seen;
  const head = [...by, ...SUMS];
  if (flags.json === true)
    printJson({
      ok: missingEvents + missingLogs === 0,
      usage: rows.map(({ by: values, ...sums }) => ({ ...values, ...sums })),
      ...{ missingEvents, missingLogs },
    });
  else if (flags.csv === true)
    print(
      formatCsv(
        head,
        rows.map((row) => [...valuesOf(row, by), ...SUMS.map((sum) => row[sum])]),
      ),
    );
  else if (rows.length === 0) note('No event fits.');
  else
    print(
      formatTable(
        head,
        rows.map((row) => [...valuesOf(row, by), ...SUMS.map((sum) => row[sum].toLocaleString('en-US'))]),
      ),
    );
  noteGaps(seen);
}

function valuesOf(row: UsageRow, by: readonly UsageDimension[]): string[] {
  return by.map((dimension) => row.by[dimension] as string);
}
