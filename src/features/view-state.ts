/**
 * How the read of one view for one entity went, decided once: its status by age and source, its times, and
 * whether defaults may stand in. Pure; every value of the view is served from this.
 */
import type { ReadStatus } from '../core/status.ts';
import type { View } from '../registry/registry.ts';
import { type RowHeader, readRowHeader } from '../stores/row-format.ts';
import { FeatureError } from './feature-error.ts';

export interface ViewState {
  readonly view: View;
  readonly status: ReadStatus;
  /** The row whose values are served; `null` where none may be. */
  readonly row: Uint8Array | null;
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
 * @param row verified by the store; `undefined` when nothing was ever written.
 * @param segmentsOf where the features stand in a row of another layout; `undefined` for an unknown layout.
 */
export function viewStateOf(
  limits: ViewLimits,
  row: Uint8Array | undefined,
  segmentsOf: (view: View, layoutId: number) => ArrayLike<number> | undefined,
): ViewState {
  const { view } = limits;
  if (row === undefined) return missing(limits);
  let header: RowHeader;
  try {
    header = readRowHeader(row);
  } catch {
    return failedView(view, 'STORE_UNAVAILABLE');
  }
  if (header.tombstone) return missing(limits);
  const ageMs = limits.requestTimeMs - header.eventTimeMs;
  const times = { view, eventTimeMs: header.eventTimeMs, createdTimeMs: header.createdTimeMs, ageMs };
  const beyondTtl = view.ttlMs !== null && ageMs > view.ttlMs;
  if (beyondTtl || ageMs > limits.maxAgeMs) {
    // A default tells "nothing recent is known"; that is true of an old value, not of a fresh one that only
    // this request refused, and not while the source itself is behind.
    const mayDefault = beyondTtl && !limits.sourceBehind;
    return { ...times, status: 'OUTSIDE_MAX_AGE', row: null, segments: null, mayDefault, error: null };
  }
  const sameLayout = header.layoutId === view.layout.id;
  const segments = sameLayout ? null : segmentsOf(view, header.layoutId);
  if (segments === undefined) return failedView(view, 'STORE_UNAVAILABLE');
  return {
    ...times,
    status: limits.sourceBehind ? 'SOURCE_STALE' : 'PRESENT',
    row,
    segments,
    mayDefault: !limits.sourceBehind,
    error: null,
  };
}

function missing(limits: ViewLimits): ViewState {
  return {
    view: limits.view,
    status: limits.sourceBehind ? 'SOURCE_STALE' : 'NOT_FOUND',
    row: null,
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
    row: null,
    segments: null,
    mayDefault: false,
    eventTimeMs: null,
    createdTimeMs: null,
    ageMs: null,
    error,
  };
}
