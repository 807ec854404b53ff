import { type Command, InvalidArgumentError } from 'commander';
import { REVISION_MAX } from '../../core/bounds.ts';
import { findWritableView, pushRows } from '../../ingestion/push.ts';
import type { PushResult } from '../../ingestion/push-tally.ts';
import { openRecordFile } from '../../ingestion/readers/record-file.ts';
import { openWorkspace, type Workspace } from '../../workspace.ts';
import { audited } from '../audited.ts';
import { type CommonOptions, configOf, parseMoment, parseWholeNumber, withData } from '../common-options.ts';
import { watchForEnding } from '../ending.ts';
import { examples } from '../examples.ts';
import { createProgressBar } from '../progress-bar.ts';
import { reportWrites } from '../report-writes.ts';

/** `featuregraph push <view> <file>`: rows of a file into their view; the good ones are kept, the bad ones listed. */
export function addPush(program: Command): void {
  withData(program.command('push'))
    .argument('<view>', 'name of the view')
    .argument('<file>', '.parquet, .ndjson, .jsonl or .csv')
    .option('--partial', 'features that a row omits are absent, instead of a mistake')
    .option('--all-or-nothing', 'check every row before any is written')
    .option(
      '--revision <number>',
      `of rows that do not tell theirs, 0 to ${REVISION_MAX}; the higher wins`,
      parseRevision,
    )
    .option('--source-time <moment>', 'the source has told everything up to here (ISO 8601)', parseMoment)
    .summary('write the rows of a file into a view')
    .description(
      'Checks every value against the schema, writes the good rows and lists the bad ones. Columns: the join keys, the features by name, eventTime (ISO 8601) or eventTimeMs, and optionally createdTime, createdTimeMs and revision.',
    )
    .addHelpText(
      'after',
      examples(
        ['push aircraft_facts aircraft.parquet', 'exit code 1 when a row was refused'],
        ['push aircraft_facts more.csv --partial', 'some features only'],
      ),
    )
    .action(runPush);
}

interface PushFlags extends CommonOptions {
  readonly partial?: boolean;
  readonly allOrNothing?: boolean;
  readonly revision?: number;
  readonly sourceTime?: number;
}

async function runPush(viewName: string, path: string, flags: PushFlags): Promise<void> {
  const workspace = await openWorkspace(await configOf(flags));
  try {
    const { config } = workspace;
    const result = await audited(
      config,
      { action: 'push', target: viewName, namespace: config.namespace },
      () => pushFile(workspace, viewName, path, flags),
      ({ accepted, rejected }) => ({ accepted, rejected }),
    );
    const ttlMs = workspace.registry.views.get(viewName)?.ttlMs ?? null;
    const oldestCountsMs = ttlMs === null ? null : workspace.clock.nowMs() - ttlMs;
    reportWrites(result, { view: viewName, verb: 'written', json: flags.json === true, oldestCountsMs });
  } finally {
    await workspace.close();
  }
}

async function pushFile(
  workspace: Workspace,
  viewName: string,
  path: string,
  flags: PushFlags,
): Promise<PushResult> {
  const view = findWritableView(workspace.registry, viewName);
  const file = await openRecordFile(path, { view, partial: flags.partial ?? false });
  const ending = watchForEnding();
  const bar = createProgressBar();
  const { store, layouts, sourceTimes, clock, config } = workspace;
  try {
    return await pushRows({
      store,
      layouts,
      sources: sourceTimes,
      clock,
      view,
      namespace: config.namespace,
      records: () => file.read(),
      partial: flags.partial,
      allOrNothing: flags.allOrNothing,
      revision: flags.revision,
      sourceTimeMs: flags.sourceTime,
      signal: ending.signal,
      onProgress: ({ phase, rows }) =>
        bar.update(file.fraction(), `${phase} ${rows.toLocaleString('en-US')} rows`),
    });
  } finally {
    bar.stop();
    await ending.close(async () => {});
  }
}

function parseRevision(text: string): number {
  const revision = parseWholeNumber(text);
  if (revision > REVISION_MAX) throw new InvalidArgumentError(`Expected 0 to ${REVISION_MAX}, got ${text}.`);
  return revision;
}
