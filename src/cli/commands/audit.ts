import { type Command, Option } from 'commander';
import { auditFolder } from '../../open-audit.ts';
import { readPepper } from '../../pepper.ts';
import { AUDIT_ACTIONS, AUDIT_DECISIONS, type AuditRecord } from '../../tenancy/audit/audit-event.ts';
import { type ReadAudit, readAudit } from '../../tenancy/audit/read-audit.ts';
import {
  type CommonOptions,
  configOf,
  parseMoment,
  parseWholeNumber,
  withConfig,
} from '../common-options.ts';
import { examples } from '../examples.ts';
import { EXIT } from '../exit-codes.ts';
import { counted, formatTable, note, paint, print, printJson } from '../output.ts';

/** `featuregraph audit …`: who wrote what, who changed whose rights, and whether the record of it is whole. */
export function addAudit(program: Command): void {
  const parent = program
    .command('audit')
    .summary('who wrote what, and who was refused')
    .description(
      'Reads the audit: every push, deletion and erasure, and every change of tenants, keys and namespaces.',
    );
  withStore(parent.command('show'))
    .addOption(new Option('--action <action...>', 'only these').choices(AUDIT_ACTIONS))
    .addOption(new Option('--decision <decision...>', 'only these').choices(AUDIT_DECISIONS))
    .option('--actor <name>', 'only this tenant, or operator:<user>')
    .option('--target <name>', 'only this view, entity, tenant or key')
    .option('--since <moment>', 'not before (ISO 8601)', parseMoment)
    .option('--until <moment>', 'before (ISO 8601)', parseMoment)
    .option('--last <number>', 'at most so many, the newest', parseWholeNumber, 50)
    .summary('the lines, filtered')
    .description('Shows the lines of the audit that fit, the newest last.')
    .addHelpText(
      'after',
      examples(
        ['audit show --decision REFUSED', 'who was not let'],
        ['audit show --actor acme --action push --since 2026-01-01T00:00:00Z', 'what acme pushed'],
      ),
    )
    .action(show);
  withStore(parent.command('verify'))
    .summary('whether it is as it was written')
    .description(
      'Verifies every line of every file; names each that was edited, removed or moved. Exit code 1 when one was. Where pepper and files can both be replaced by earlier copies, keep the number of lines elsewhere.',
    )
    .addHelpText('after', examples(['audit verify', 'exit code 1 when something was altered']))
    .action(verify);
}

interface ShowFlags extends CommonOptions {
  readonly action?: readonly string[];
  readonly decision?: readonly string[];
  readonly actor?: string;
  readonly target?: string;
  readonly since?: number;
  readonly until?: number;
  readonly last: number;
}

function withStore(command: Command): Command {
  return withConfig(command).option('--data-folder <folder>', 'where the audit is, unless auditFolder says');
}

async function read(flags: CommonOptions): Promise<ReadAudit> {
  const config = await configOf(flags);
  return readAudit(auditFolder(config), await readPepper(config));
}

async function show(flags: ShowFlags): Promise<void> {
  const { records, problems } = await read(flags);
  const fitting = records.filter((record) => fits(record, flags));
  const shown = fitting.slice(Math.max(0, fitting.length - flags.last));
  if (flags.json === true) return printJson({ ok: problems.length === 0, records: shown });
  if (shown.length === 0) note('No line fits.');
  else
    print(
      formatTable(
        ['at', 'actor', 'action', 'target', 'namespace', 'decision', 'rows'],
        shown.map((one) => [
          one.at,
          one.credential === null ? one.actor : `${one.actor} (${one.credential})`,
          one.action,
          one.target,
          one.namespace ?? '–',
          one.reason === undefined ? one.decision : `${one.decision} ${one.reason}`,
          rowsOf(one),
        ]),
      ),
    );
  if (shown.length < fitting.length) note(`… and ${counted(fitting.length - shown.length, 'earlier line')}.`);
  if (problems.length > 0)
    note(`${paint.bad('✗')} The audit was altered; \`featuregraph audit verify\` says where.`);
}

function rowsOf({ accepted, rejected }: AuditRecord): string {
  if (accepted === undefined) return '–';
  return rejected === undefined || rejected === 0 ? String(accepted) : `${accepted}, ${rejected} refused`;
}

function fits(record: AuditRecord, flags: ShowFlags): boolean {
  const atMs = Date.parse(record.at);
  return (
    (flags.action?.includes(record.action) ?? true) &&
    (flags.decision?.includes(record.decision) ?? true) &&
    (flags.actor === undefined || flags.actor === record.actor) &&
    (flags.target === undefined || flags.target === record.target) &&
    (flags.since === undefined || atMs >= flags.since) &&
    (flags.until === undefined || atMs < flags.until)
  );
}

async function verify(flags: CommonOptions): Promise<void> {
  const { records, problems, files } = await read(flags);
  if (problems.length > 0) process.exitCode = EXIT.PROBLEMS;
  if (flags.json === true) {
    printJson({ ok: problems.length === 0, files, lines: records.length, problems });
    return;
  }
  for (const { file, line, problem } of problems) print(`${paint.bad('✗')} ${file}:${line} ${problem}`);
  const whole = `${counted(records.length, 'line')} in ${counted(files, 'file')}`;
  note(problems.length === 0 ? `${paint.good('✓')} ${whole}, as they were written.` : `${whole} are whole.`);
}
