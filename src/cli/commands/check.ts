import type { Command } from 'commander';
import { checkSchema, withOthers } from '../../../gateway/checks/check-schema.ts';
import { assertAllThere } from '../../../gateway/checks/schema-files.ts';
import { StoredOperations } from '../../../gateway/checks/stored-operations.ts';
import { customize } from '../../features/customization.ts';
import type { Registry } from '../../registry/registry.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { EXIT } from '../exit-codes.ts';
import { countFindings } from '../findings/format-finding.ts';
import { type FormatOptions, formatOf, parseFormat, printFindings } from '../findings/print-findings.ts';
import { counted, note, paint, print } from '../output.ts';
import {
  candidateFiles,
  type PublishedOptions,
  publishedFiles,
  readPublishedOption,
  withPublished,
} from '../published-option.ts';
import { readStoredDocuments } from '../stored-documents.ts';

/** `featuregraph check`: whether what is in the schema folder may be merged, and if not, why. */
export function addCheck(program: Command): void {
  withPublished(withConfig(program.command('check')))
    .option('--operations <folder>', 'look at the operations in its .graphql files too')
    .option('--format <format>', 'text, json, github (annotations) or junit', parseFormat)
    .summary('find all mistakes in the schema')
    .description(
      'Reads every domain of the schema folder, tells all mistakes at once with file, line and mend, and composes them. With what is published it composes them with the other domains and tells what changes: for values, for clients, and for which stored operations. Opens no store and asks nobody.',
    )
    .addHelpText(
      'after',
      examples(
        ['check', 'exit code 1 when it must not be merged'],
        ['check --published published', 'one domain, with what the others have published'],
        ['check --format github', 'annotations at the lines of a pull request'],
      ),
    )
    .action(runCheck);
}

interface CheckFlags extends CommonOptions, PublishedOptions, FormatOptions {
  readonly operations?: string;
}

async function runCheck(flags: CheckFlags): Promise<void> {
  const config = await configOf(flags);
  const documents = await readStoredDocuments(config.documents.manifest, flags.operations);
  const candidate = await candidateFiles(config);
  const published = publishedFiles(await readPublishedOption(flags));
  await assertAllThere(config.subgraphs, withOthers(candidate, published));
  const { ok, findings, graph } = await checkSchema({
    ...{ candidate, published },
    operations: documents === null ? null : new StoredOperations(documents),
  });
  // Of what is published the code is elsewhere, and with it the transforms.
  if (graph !== null && published === null) customize(graph.registry, config.tenants);
  const format = formatOf(flags);
  printFindings(ok, findings, format);
  if (!ok) process.exitCode = EXIT.PROBLEMS;
  if (format !== 'text') return;
  const counts = countFindings(findings);
  if (graph !== null && ok)
    print(
      `${paint.good('✓')} ${describeRegistry(graph.registry)}; they compose${counts === '' ? '' : `, with ${counts}`}.`,
    );
  else note(`${paint.bad('✗')} ${counts}: this must not be merged.`);
}

function describeRegistry({ domains, views }: Registry): string {
  const distinct = new Set(views.values());
  const stored = [...distinct].reduce((sum, view) => sum + view.features.length, 0);
  const entities = domains.flatMap(({ entities: own }) => [...own.values()]);
  const onDemand = entities.reduce((sum, entity) => sum + entity.onDemand.size, 0);
  return `${counted(domains.length, 'domain')}, ${counted(distinct.size, 'view')}, ${counted(stored + onDemand, 'feature')} (${onDemand} on demand)`;
}
