import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { EXAMPLE_VIEWS, type ExampleView } from '../../examples/flights/features.ts';
import { type FlightsExample, openFlightsExample } from '../../examples/flights/load.ts';
import { FeaturegraphError } from '../core/errors.ts';
import { pushRows } from '../ingestion/push.ts';
import { describeRowProblem } from '../ingestion/row-problem.ts';
import type { View } from '../registry/registry.ts';
import type { Workspace } from '../workspace.ts';
import {
  type ExampleMarker,
  fingerprintViews,
  type LoadedView,
  readMarker,
  writeMarker,
} from './example-marker.ts';
import { createProgressBar, type ProgressBar } from './progress-bar.ts';

/** Brings the flights example into a workspace's store, as it was known at a moment; only what is not there yet. */
const DATA_FOLDER = new URL('../../examples/flights/data/', import.meta.url);

export interface ExampleLoad {
  /** Rows written now; 0 when all stood already. */
  readonly rows: number;
  readonly views: number;
}

/** The load was ended from outside; what is loaded stays, and the next start goes on from there. */
export class LoadInterrupted extends Error {}

/**
 * @param onBegin called when something has to be loaded at all
 * @throws LoadInterrupted; Error when the folder holds another moment or a row does not fit the schema.
 */
export async function loadExample(
  workspace: Workspace,
  atMs: number,
  signal: AbortSignal,
  onBegin: () => void,
): Promise<ExampleLoad> {
  const { dataFolder } = workspace.config;
  const marker = await readMarker(dataFolder);
  assertSameMoment(marker, atMs, dataFolder);
  const fingerprints = await fingerprintViews(
    EXAMPLE_VIEWS,
    (name) => viewOf(workspace, name),
    await dataFiles(),
  );
  const wanted = EXAMPLE_VIEWS.filter(
    ({ view }) => marker?.views[view]?.fingerprint !== fingerprints.get(view),
  );
  if (wanted.length === 0) return { rows: 0, views: 0 };
  onBegin();
  const example = await openFlightsExample();
  const bar = createProgressBar();
  try {
    const loaded: Record<string, LoadedView> = { ...marker?.views };
    const rows = await loadViews({ workspace, example, atMs, signal, bar, loaded }, wanted, fingerprints);
    return { rows, views: wanted.length };
  } finally {
    bar.stop();
    example.close();
  }
}

interface Loading {
  readonly workspace: Workspace;
  readonly example: FlightsExample;
  readonly atMs: number;
  readonly signal: AbortSignal;
  readonly bar: ProgressBar;
  /** Grows as views are finished. */
  readonly loaded: Record<string, LoadedView>;
}

async function loadViews(
  loading: Loading,
  wanted: readonly ExampleView[],
  fingerprints: ReadonlyMap<string, string>,
): Promise<number> {
  const { workspace, example, atMs, loaded } = loading;
  const { config, sourceTimes } = workspace;
  // One after the other: they share a connection, which streams one result at a time.
  const counts: number[] = [];
  for (const { view } of wanted) counts.push(await example.countRows(view, atMs));
  const total = counts.reduce((sum, count) => sum + count, 0);
  let done = 0;
  for (const [i, { view: name }] of wanted.entries()) {
    const before = loaded[name];
    const revision = before === undefined ? 0 : before.revision + 1;
    await loadView(loading, viewOf(workspace, name), revision, (rows) =>
      loading.bar.update((done + rows) / total, name),
    );
    done += counts[i] as number;
    // Before the last view's marker: a start that finds all views marked must find the sources' times too.
    for (const { source, newestEventTimeMs } of i === wanted.length - 1
      ? await example.sourceTimes(atMs)
      : [])
      if (newestEventTimeMs !== null) await sourceTimes.record(config.namespace, source, newestEventTimeMs);
    loaded[name] = { fingerprint: fingerprints.get(name) as string, revision };
    await writeMarker(config.dataFolder, { atMs, views: loaded });
  }
  return done;
}

async function loadView(
  { workspace, example, atMs, signal }: Loading,
  view: View,
  revision: number,
  onRows: (rows: number) => void,
): Promise<void> {
  const { store, layouts, sourceTimes, clock, config } = workspace;
  async function* records() {
    let rowNumber = 0;
    for await (const batch of example.rows(view.name, atMs)) {
      for (const record of batch) {
        rowNumber += 1;
        yield { rowNumber, record };
      }
      onRows(rowNumber);
    }
  }
  const result = await pushRows({
    store,
    layouts,
    sources: sourceTimes,
    clock,
    view,
    namespace: config.namespace,
    records,
    revision,
    // A feature that somebody adds to a view of the example is absent until he pushes it.
    partial: true,
    signal,
    reportsMax: 3,
  });
  if (result.stopped === 'SIGNAL') throw new LoadInterrupted('Loading was ended; the next start goes on.');
  if (result.rejected === 0 && result.stopped === null) return;
  const shown = result.reports.map(
    ({ entityKey, problems }) => `  ${entityKey ?? '?'}: ${problems.map(describeRowProblem).join(' ')}`,
  );
  if (result.failed > 0)
    throw new FeaturegraphError(
      'STORE_UNAVAILABLE',
      `${result.failed} rows of view ${view.name} were not taken by their store. Run the command again; what is loaded stays:\n${shown.join('\n')}`,
    );
  throw new Error(
    `${result.rejected} rows of the example do not fit view ${view.name}; mend examples/flights/sql/${view.name}.sql or the schema:\n${shown.join('\n')}`,
  );
}

function viewOf({ registry, config }: Workspace, name: string): View {
  const view = registry.views.get(name);
  if (view !== undefined) return view;
  throw new Error(
    `The flights example fills view ${name}, which ${config.schemaFolder} does not have. Put it back, or serve a schema of your own with \`featuregraph dev\`.`,
  );
}

function assertSameMoment(marker: ExampleMarker | undefined, atMs: number, dataFolder: string): void {
  if (marker === undefined || marker.atMs === atMs) return;
  throw new Error(
    `${dataFolder} holds the example as of ${isoOf(marker.atMs)}, and ${isoOf(atMs)} was asked for. Rows of different moments do not mix: name another folder with --data-folder, or delete that one.`,
  );
}

function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}

async function dataFiles(): Promise<string[]> {
  const names = (await readdir(DATA_FOLDER)).toSorted();
  return names.map((name) => fileURLToPath(new URL(name, DATA_FOLDER)));
}
