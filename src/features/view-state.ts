/**
 * How the read of one view for one entity went, decided once: its status by age and source, its times, and
 * whether defaults may stand in. Pure; every value of the view is served from this.
 */
import type { ReadStatus } from '../core/status.ts';
import type { View } from '../registry/registry.ts';
import { findRow, rowEnd, rowStart } from '../stores/block-rows.ts';
import type { BlockRows } from '../stores/online-store.ts';
import { createdTimeMsOf, eventTimeMsOf, isRowWhole, isTombstone, layoutIdOf } from '../stores/row-format.ts';
import { FeatureError } from './feature-error.ts';

export interface ViewState {
  readonly view: View;
  readonly status: ReadStatus;
  /** Holds the row whose values are served; `null` where none may be. */
  readonly bytes: Buffer | null;
  /** Where the row starts in `bytes`. */
  readonly rowStart: number;
  /** Segment of the row by index in the view's own layout, negative where it has none; `null`: the same layout. */
  readonly segments: ArrayLike<number> | null;
  /** Whether a default stands in for a value that the row does not have. */
  readonly mayDefault: boolean;
  readonly eventTimeMs: number | null;
  readonly createdTimeMs: number | null;
  readonly ageMs: number | null;
  readonly error: FeatureError | null;
}

/** What decides a view's state besides its row: the same for all entities of a request. */
export interface ViewLimits {
  readonly view: View;
  readonly requestTimeMs: number;
  /** The request's own bound; infinite where it has none. */
  readonly maxAgeMs: number;
  /** Whether the view's source is behind. */
  readonly sourceBehind: boolean;
}

/**
 * @param rows as the store gave them. @param place of the view among them; it has none when nothing was ever written.
 * @param segmentsOf where the features stand in a row of another layout; `undefined` for an unknown layout.
 */
export function viewStateOf(
  limits: ViewLimits,
  rows: BlockRows,
  place: number,
  segmentsOf: (view: View, layoutId: number) => ArrayLike<number> | undefined,
): ViewState {
  const { view } = limits;
  const found = findRow(rows, place);
  if (found < 0) return missing(limits);
  const { bytes } = rows;
  const start = rowStart(rows, found);
  // A store may verify only some of what it reads; outside of its row nothing is read in any case.
  if (!isRowWhole(bytes, start, rowEnd(rows, found))) return failedView(view, 'STORE_UNAVAILABLE');
  if (isTombstone(bytes, start)) return missing(limits);
  const eventTimeMs = eventTimeMsOf(bytes, start);
  const createdTimeMs = createdTimeMsOf(bytes, start);
  const ageMs = limits.requestTimeMs - eventTimeMs;
  const beyondTtl = view.ttlMs !== null && ageMs > view.ttlMs;
  if (beyondTtl || ageMs > limits.maxAgeMs) {
    // A default tells "nothing recent is known"; that is true of an old value, not of a fresh one that only
    // this request refused, and not while the source itself is behind.
    const mayDefault = beyondTtl && !limits.sourceBehind;
    return {
      view,
      status: 'OUTSIDE_MAX_AGE',
      bytes: null,
      rowStart: 0,
      segments: null,
      mayDefault,
      eventTimeMs,
      createdTimeMs,
      ageMs,
      error: null,
    };
  }
  const layoutId = layoutIdOf(bytes, start);
  const segments = layoutId === view.layout.id ? null : segmentsOf(view, layoutId);
  if (segments === undefined) return failedView(view, 'STORE_UNAVAILABLE');
  return {
    view,
    status: limits.sourceBehind ? 'SOURCE_STALE' : 'PRESENT',
    bytes,
    rowStart: start,
    segments,
    mayDefault: !limits.sourceBehind,
    eventTimeMs,
    createdTimeMs,
    ageMs,
    error: null,
  };
}

function missing(limits: ViewLimits): ViewState {
  return {
    view: limits.view,
    status: limits.sourceBehind ? 'SOURCE_STALE' : 'NOT_FOUND',
    bytes: null,
    rowStart: 0,
    segments: null,
    mayDefault: !limits.sourceBehind,
    eventTimeMs: null,
    createdTimeMs: null,
    ageMs: null,
    error: null,
  };
}

export function failedView(view: View, status: 'STORE_TIMEOUT' | 'STORE_UNAVAILABLE'): ViewState {
  const why = status === 'STORE_TIMEOUT' ? 'was not answered in time' : 'could not be read';
  const message = `The view ${view.name} ${why}; its features are unknown, not absent. Try again.`;
  return unknownView(view, status, new FeatureError(status, message, { view: view.name }));
}

/** The state of every view of an entity whose key cannot be one: nothing was read. */
export function invalidKeyView(view: View, error: FeatureError): ViewState {
  return unknownView(view, 'INVALID_KEY', error);
}

function unknownView(view: View, status: ReadStatus, error: FeatureError): ViewState {
  return {
    view,
    status,
    bytes: null,
    rowStart: 0,
    segments: null,
    mayDefault: false,
    eventTimeMs: null,
    createdTimeMs: null,
    ageMs: null,
    error,
  };
}
