import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Finding } from '../../../gateway/checks/finding.ts';
import { StoredOperations } from '../../../gateway/checks/stored-operations.ts';
import { compositionOf } from '../../../gateway/published/composition-of.ts';
import { publishVersion } from '../../../gateway/published/publish-version.ts';
import {
  listVersions,
  readPublished,
  readVersion,
  readVersionFacts,
  type VersionFacts,
  versionFolder,
} from '../../../gateway/published/published-folder.ts';
import type { Config } from '../../config.ts';
import { systemClock } from '../../core/clock.ts';
import { audited } from '../audited.ts';
import { type CommonOptions, configOf, parseWholeNumber, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { EXIT } from '../exit-codes.ts';
import { countFindings, formatFinding } from '../findings/format-finding.ts';
import { formatTable, note, paint, print, printJson } from '../output.ts';
import { candidateFiles, shownPath } from '../published-option.ts';
import { readStoredDocuments } from '../stored-documents.ts';

/** `featuregraph publish <folder>`: a new version of the supergraph, or an old one again. */
export function addPublish(program: Command): void {
  withConfig(program.command('publish'))
    .argument('<folder>', 'where versions are kept; gateways read <folder>/current/supergraph.graphql')
    .option('--url <name=url>', 'where a domain is served; repeatable', addUrl, {})
    .option(
      '--without <name>',
      'take a domain out; repeatable',
      (name: string, all: string[]) => [...all, name],
      [],
    )
    .option('--operations <folder>', 'look at the operations in its .graphql files too')
    .option('--list', 'show the versions, and publish nothing')
    .option('--restore <version>', 'publish this older version again', parseWholeNumber)
    .summary('publish the supergraph for gateways and other teams')
    .description(
      'Checks the domains of the schema folder together with what is published of the others, and writes what they compose to as a new version: whole or not at all, also where several publish at once. A domain is served where --url, the configuration (subgraphs.<name>.url) or the version before says. Gateways that follow the folder, or an address where it is served, take it up by themselves.',
    )
    .addHelpText(
      'after',
      examples(
        ['publish published --url fleet=http://fleet:4000/graphql', 'a first version'],
        ['publish published --list', 'all versions'],
        ['publish published --restore 11', 'bring version 11 back, as a new version'],
      ),
    )
    .action(runPublish);
}

type Urls = Readonly<Record<string, string>>;

interface PublishFlags extends CommonOptions {
  readonly url: Urls;
  readonly without: readonly string[];
  readonly operations?: string;
  readonly list?: boolean;
  readonly restore?: number;
}

async function runPublish(place: string, flags: PublishFlags): Promise<void> {
  const folder = path.resolve(place);
  if (flags.list === true) return printVersions(folder, flags.json === true);
  const config = await configOf(flags);
  const documents = await readStoredDocuments(config.documents.manifest, flags.operations);
  const operations = documents === null ? null : new StoredOperations(documents);
  const { restore: version } = flags;
  const { facts, findings } = await audited(
    config,
    { action: 'publish', target: path.basename(folder), namespace: null },
    async () =>
      version === undefined
        ? publishCandidate(folder, config, flags, operations)
        : { facts: await restore(folder, version), findings: [] },
    (result) => ({ accepted: result.facts === null ? 0 : 1 }),
  );
  const isRefused = findings.some(({ level }) => level === 'ERROR');
  if (isRefused) process.exitCode = EXIT.PROBLEMS;
  if (flags.json === true) return printJson({ ok: !isRefused, published: facts, findings });
  for (const finding of findings) print(`${formatFinding(finding)}\n`);
  if (isRefused) note(`${paint.bad('✗')} ${countFindings(findings)}: nothing was published.`);
  else print(facts === null ? 'Nothing changed; nothing was published.' : describePublished(facts));
}

async function publishCandidate(
  folder: string,
  config: Config,
  flags: PublishFlags,
  operations: StoredOperations | null,
): Promise<{ readonly facts: VersionFacts | null; readonly findings: readonly Finding[] }> {
  const candidate = await candidateFiles(config);
  const urls = { ...urlsOf(config), ...flags.url };
  let findings: readonly Finding[] = [];
  const facts = await publishVersion(
    folder,
    async (newest) => {
      const composed = await compositionOf({
        ...{ candidate, newest, urls, operations, show: shownPath },
        without: new Set(flags.without),
      });
      findings = composed.findings;
      return composed.content;
    },
    nowIso,
  );
  return { facts, findings };
}

function urlsOf({ subgraphs }: Config): Urls {
  return Object.fromEntries(Object.entries(subgraphs).map(([name, { url }]) => [name, url]));
}

async function restore(folder: string, version: number): Promise<VersionFacts | null> {
  const known = await listVersions(folder);
  if (!known.includes(version))
    throw new Error(
      `There is no version ${version} at ${folder}; expected one of ${known.slice(-20).join(', ') || 'none yet'}.`,
    );
  const old = await readVersion(versionFolder(folder, version));
  return publishVersion(
    folder,
    async (newest) =>
      newest?.version === version
        ? null
        : {
            supergraphSdl: old.supergraphSdl,
            subgraphs: old.subgraphs.map((one) => ({ ...one, sdl: old.sdlOf.get(one.name) as string })),
            restores: version,
          },
    nowIso,
  );
}

function describePublished({ version, changed, restores }: VersionFacts): string {
  const what = changed.length === 0 ? 'no file changed' : `changed: ${changed.join(', ')}`;
  const again = restores === null ? '' : `, which is version ${restores} again`;
  return `${paint.good('✓')} Published version ${version}${again} (${what}).`;
}

async function printVersions(folder: string, asJson: boolean): Promise<void> {
  const numbers = await listVersions(folder);
  const versions = await Promise.all(
    numbers.map((version) => readVersionFacts(versionFolder(folder, version))),
  );
  const current = (await readPublished(folder))?.version ?? null;
  if (asJson) return printJson({ ok: true, current, versions });
  if (versions.length === 0) return print('Nothing has been published yet.');
  const rows = versions.map(({ version, publishedAt, changed, restores }) => [
    version === current ? `${version} (current)` : String(version),
    publishedAt,
    changed.join(', '),
    restores === null ? '' : String(restores),
  ]);
  print(formatTable(['version', 'published', 'changed', 'restores'], rows));
}

function addUrl(text: string, urls: Urls): Urls {
  const at = text.indexOf('=');
  const [name, url] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new InvalidArgumentError(`Expected <name>=<http(s) URL>, got "${text}".`);
  return { ...urls, [name]: url };
}

function nowIso(): string {
  return new Date(systemClock.nowMs()).toISOString();
}
