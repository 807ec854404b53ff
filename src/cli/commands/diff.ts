import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { diffSchemas, type SchemaFiles } from '../../../gateway/checks/check-schema.ts';
import { filesOfFolder } from '../../../gateway/checks/schema-files.ts';
import { StoredOperations } from '../../../gateway/checks/stored-operations.ts';
import { ABOUT_FILE, readPublished, VERSIONS_FOLDER } from '../../../gateway/published/published-folder.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { EXIT } from '../exit-codes.ts';
import { countFindings } from '../findings/format-finding.ts';
import { type FormatOptions, formatOf, parseFormat, printFindings } from '../findings/print-findings.ts';
import { print } from '../output.ts';
import { candidateFiles, publishedFiles, shownPath } from '../published-option.ts';
import { readStoredDocuments } from '../stored-documents.ts';

/** `featuregraph diff <before>`: what changed, by meaning, and which stored operations that touches. */
export function addDiff(program: Command): void {
  withConfig(program.command('diff'))
    .argument(
      '<before>',
      'what to compare with: a schema folder, a folder of published versions, or one of them',
    )
    .option('--operations <folder>', 'look at the operations in its .graphql files too')
    .option('--format <format>', 'text, json, github (annotations) or junit', parseFormat)
    .summary('show what changed, by meaning')
    .description(
      'Compares the schema folder with an older state of it: features that moved, types, defaults, TTLs, transforms, keys, versions, owners, and whatever else changes values or breaks clients, each with the stored operations that it touches. Domains that only a published state has stay as they are. Opens no store.',
    )
    .addHelpText(
      'after',
      examples(
        ['diff published', 'what the schema folder would change'],
        ['diff ../before/schema', 'between two checkouts'],
      ),
    )
    .action(runDiff);
}

interface DiffFlags extends CommonOptions, FormatOptions {
  readonly operations?: string;
}

async function runDiff(beforePlace: string, flags: DiffFlags): Promise<void> {
  const config = await configOf(flags);
  const documents = await readStoredDocuments(config.documents.manifest, flags.operations);
  const candidate = await candidateFiles(config);
  const { before, isPublished } = await readBefore(path.resolve(beforePlace));
  const findings = await diffSchemas({
    ...{ before, candidate, keepOthers: isPublished },
    operations: documents === null ? null : new StoredOperations(documents),
  });
  const isBroken = findings.some(({ level }) => level === 'ERROR');
  const format = formatOf(flags);
  printFindings(!isBroken, findings, format);
  if (isBroken) process.exitCode = EXIT.PROBLEMS;
  if (format === 'text')
    print(findings.length === 0 ? 'Nothing changed that means anything.' : `${countFindings(findings)}.`);
}

async function readBefore(place: string): Promise<{ before: SchemaFiles; isPublished: boolean }> {
  if (!existsSync(place)) throw new Error(`There is nothing at ${place}; expected a folder to compare with.`);
  const names = readdirSync(place);
  const isPublished = names.includes(ABOUT_FILE) || names.includes(VERSIONS_FOLDER);
  const published = isPublished ? publishedFiles(await readPublished(place)) : null;
  if (isPublished && published === null) throw new Error(`Nothing has been published at ${place} yet.`);
  return { before: published ?? (await filesOfFolder(place, {}, shownPath)), isPublished };
}
