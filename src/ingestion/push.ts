import type { Clock } from '../core/clock.ts';
import { FeaturegraphError } from '../core/errors.ts';
import { describeReceived } from '../core/feature-value.ts';
import { nearestName } from '../core/nearest-name.ts';
import { versionedName } from '../registry/layout.ts';
import type { Registry, View } from '../registry/registry.ts';
import type { PushResult } from './push-tally.ts';
import { createRowParser } from './row-parser.ts';
import { describeRowProblem } from './row-problem.ts';
import { parseTimeMs } from './row-time.ts';
import { type WriteRowsOptions, writeRows } from './write-rows.ts';

/** Pushing: the rows of a file or a call into their view, and the time of the view's source. */
export interface PushOptions extends WriteRowsOptions {
  /** Features that a row omits are absent instead of a problem. Default false. */
  readonly partial?: boolean | undefined;
  /** The source has told everything up to here, in ms: kept as the source's time if no write failed. */
  readonly sourceTimeMs?: number | undefined;
}

/** @throws {FeaturegraphError} VIEW_NOT_FOUND; BAD_REQUEST for a view that others write. */
export function findWritableView(registry: Registry, name: string): View {
  const view = registry.views.get(name);
  if (view === undefined)
    throw new FeaturegraphError(
      'VIEW_NOT_FOUND',
      `Expected the name of a view, got ${describeReceived(name)}, which the schema does not have. ${didYouMean(name, [...registry.views.keys()])}`,
    );
  if (view.external !== null)
    throw new FeaturegraphError(
      'BAD_REQUEST',
      `View ${view.name} is kept in the external store ${view.external}, which others write: it cannot be pushed to.`,
    );
  return view;
}

/** As many names as fit a line or two. */
const NAMES_SHOWN = 8;

function didYouMean(name: string, views: readonly string[]): string {
  const nearest = nearestName(name, views);
  if (nearest !== null) return `Did you mean "${nearest}"?`;
  const more = views.length > NAMES_SHOWN ? ', …' : '';
  return `There are ${views.slice(0, NAMES_SHOWN).join(', ')}${more}; \`featuregraph features\` lists all.`;
}

/** @throws {FeaturegraphError} ROW_INVALID when the file as a whole does not fit; never for a row's sake. */
export async function pushRows(options: PushOptions): Promise<PushResult> {
  const { view, namespace, clock, revision = 0, sourceTimeMs } = options;
  if (sourceTimeMs !== undefined) assertSourceTime(sourceTimeMs, clock);
  const partial = options.partial ?? false;
  const parse = createRowParser(view, {
    kind: 'features',
    partial,
    namespace,
    clock,
    revision,
    eventTimeMs: null,
  });
  const result = await writeRows(options, parse);
  return { ...result, sourceTime: await recordTimes(options, result) };
}

async function recordTimes(options: PushOptions, result: PushResult): Promise<PushResult['sourceTime']> {
  const { source } = options.view;
  const view = versionedName(options.view);
  const { newestEventTimeMs } = result;
  const withheld = options.allOrNothing === true && result.rejected > 0;
  const complete = result.failed === 0 && result.stopped === null && !withheld;
  const told = complete ? (options.sourceTimeMs ?? Number.NEGATIVE_INFINITY) : Number.NEGATIVE_INFINITY;
  const newestMs = Math.max(told, newestEventTimeMs ?? Number.NEGATIVE_INFINITY);
  const sourceTimeMs = source !== null && Number.isFinite(newestMs) ? newestMs : null;
  try {
    await options.sources.recordPush(options.namespace, { view, newestEventTimeMs, source, sourceTimeMs });
    return sourceTimeMs === null ? 'NONE' : 'RECORDED';
  } catch {
    // The rows are acknowledged all the same: the result must not get lost over this.
    return sourceTimeMs === null ? 'NONE' : 'FAILED';
  }
}

function assertSourceTime(sourceTimeMs: number, clock: Clock): void {
  const checked = parseTimeMs(sourceTimeMs, 'sourceTimeMs', clock.nowMs());
  if (typeof checked === 'number') return;
  throw new FeaturegraphError(checked.code, describeRowProblem(checked));
}
