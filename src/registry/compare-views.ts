import { formatDuration } from '../core/duration.ts';
import { distinctViews } from './feature-list.ts';
import { versionedName } from './layout.ts';
import type { Registry, View } from './registry.ts';
import type { ChangeEffect, ChangeKind, RegistryChange } from './registry-change.ts';

/** What changed about views that both registries have: which rows are read, how long they count, who feeds them. */
export function compareViews(before: Registry, after: Registry): RegistryChange[] {
  return distinctViews(after).flatMap((view) => {
    const was = predecessorOf(before, after, view);
    return was === undefined ? [] : compareView(was, view);
  });
}

/** The same version; where it is new and the highest, the one that was the highest. */
function predecessorOf(before: Registry, after: Registry, view: View): View | undefined {
  const same = before.views.get(versionedName(view));
  return same ?? (after.views.get(view.name) === view ? before.views.get(view.name) : undefined);
}

interface Difference {
  readonly kind: ChangeKind;
  readonly effect: ChangeEffect;
  readonly before: string | null;
  readonly after: string | null;
  readonly message: string;
  readonly mend: string;
}

const PUSH_FIRST =
  'Push or materialize the rows under the new definition before you ship it, or values are NOT_FOUND until then.';

function compareView(was: View, now: View): RegistryChange[] {
  const stayed = new Set(was.features.map(({ field }) => field));
  const affects = now.features
    .filter(({ field }) => stayed.has(field))
    .map(({ field }) => `${now.entity}.${field}`);
  return [...whereRead(was, now), ...howLong(was, now), ...whoFeeds(was, now)].map((difference) => ({
    ...difference,
    coordinate: now.entity,
    view: now.name,
    domain: now.domain,
    affects,
  }));
}

function* whereRead(was: View, now: View): Generator<Difference> {
  if (was.version !== now.version) {
    yield {
      ...{ kind: 'VERSION_CHANGED', effect: 'VALUES', mend: PUSH_FIRST },
      ...{ before: versionedName(was), after: versionedName(now) },
      message: `The version of the view ${now.name} was ${was.version} and is ${now.version}: rows of the old version are not read any more.`,
    };
  }
  // Of another entity or domain: told of each feature.
  if (was.blockId !== now.blockId && was.domain === now.domain && was.entity === now.entity) {
    yield {
      ...{ kind: 'BLOCK_CHANGED', effect: 'VALUES', mend: PUSH_FIRST },
      ...{ before: was.blockId, after: now.blockId },
      message: `Rows of the view ${now.name} were kept in the block ${was.blockId} and are kept in ${now.blockId}: those in the old one are not read any more.`,
    };
  }
  if (was.external !== now.external) {
    yield {
      ...{ kind: 'EXTERNAL_CHANGED', effect: 'VALUES', before: was.external, after: now.external },
      message: `The view ${now.name} was read from ${was.external ?? 'our own store'} and is read from ${now.external ?? 'our own store'}.`,
      mend: 'See that the new store has the rows.',
    };
  }
  if (was.hot !== now.hot) {
    const loses = was.hot === 'ONLY' || now.hot === 'ONLY';
    yield {
      ...{ kind: 'HOT_CHANGED', effect: loses ? 'VALUES' : 'NONE', before: was.hot, after: now.hot },
      message: `The view ${now.name} was hot: "${was.hot}" and is "${now.hot}"${loses ? ': it is kept in other tiers than before' : ''}.`,
      mend: loses ? PUSH_FIRST : 'Nothing is needed: only when the hot tier is filled changes.',
    };
  }
}

function* howLong(was: View, now: View): Generator<Difference> {
  if (was.ttlMs !== now.ttlMs) {
    const isShorter = now.ttlMs !== null && (was.ttlMs === null || now.ttlMs < was.ttlMs);
    yield {
      ...{ kind: 'TTL_CHANGED', effect: 'VALUES', before: span(was.ttlMs), after: span(now.ttlMs) },
      message: `Values of the view ${now.name} counted for ${span(was.ttlMs)} and count for ${span(now.ttlMs)}: ${
        isShorter
          ? 'older ones, served until now, become OUTSIDE_MAX_AGE'
          : 'older ones, OUTSIDE_MAX_AGE until now, are served'
      }.`,
      mend: 'A model was trained under the old one: tell its owners, or make it another view.',
    };
  }
  if (was.availableAfterMs !== now.availableAfterMs) {
    yield {
      ...{ kind: 'AVAILABLE_AFTER_CHANGED', effect: 'VALUES' },
      ...{ before: formatDuration(was.availableAfterMs), after: formatDuration(now.availableAfterMs) },
      message: `A backfilled value of the view ${now.name} counted as known ${formatDuration(was.availableAfterMs)} after its event and counts ${formatDuration(now.availableAfterMs)} after it: as-of reads and training sets change, serving does not.`,
      mend: 'Build training sets anew where models read this view.',
    };
  }
}

function* whoFeeds(was: View, now: View): Generator<Difference> {
  if (was.source !== now.source) {
    yield {
      ...{ kind: 'SOURCE_CHANGED', effect: 'VALUES', before: was.source, after: now.source },
      message: `The view ${now.name} was fed by ${was.source ?? 'no named source'} and is fed by ${now.source ?? 'no named source'}: SOURCE_STALE follows the new one.`,
      mend: 'See that the new source tells its time (`push --source-time`) before you ship it.',
    };
  }
  if (was.sourceMaxLagMs !== now.sourceMaxLagMs) {
    yield {
      ...{ kind: 'SOURCE_MAX_LAG_CHANGED', effect: 'VALUES' },
      ...{ before: span(was.sourceMaxLagMs), after: span(now.sourceMaxLagMs) },
      message: `The source of the view ${now.name} could be behind by ${span(was.sourceMaxLagMs)} and can be by ${span(now.sourceMaxLagMs)}: SOURCE_STALE is told at another moment.`,
      mend: 'Tell those who act on this status.',
    };
  }
}

function span(durationMs: number | null): string {
  return durationMs === null ? 'any time' : formatDuration(durationMs);
}
