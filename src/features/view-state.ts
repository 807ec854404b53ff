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

/** Where the features stand in a row of another layout; `undefined` for an unknown layout. */
export type SegmentsOf = (view: View, layoutId: number) => ArrayLike<number> | undefined;

/** The state of a view that was read. It can be read into again, where a program goes through many entities. */
export class ReadView implements ViewState {
  view: View;
  status: ReadStatus = 'NOT_FOUND';
  bytes: Buffer | null = null;
  rowStart = 0;
  segments: ArrayLike<number> | null = null;
  mayDefault = false;
  error: FeatureError | null = null;
  #requestTimeMs = 0;
  /** The row that was found, served or not; `null` where there is none. */
  #found: Buffer | null = null;
  #foundStart = 0;

  constructor(view: View) {
    this.view = view;
  }

  get eventTimeMs(): number | null {
    return this.#found === null ? null : eventTimeMsOf(this.#found, this.#foundStart);
  }

  get createdTimeMs(): number | null {
    return this.#found === null ? null : createdTimeMsOf(this.#found, this.#foundStart);
  }

  get ageMs(): number | null {
    return this.#found === null ? null : this.#requestTimeMs - eventTimeMsOf(this.#found, this.#foundStart);
  }

  /** @param rows as the store gave them. @param place of the view among them; it has none when nothing was ever written. */
  read(limits: ViewLimits, rows: BlockRows, place: number, segmentsOf: SegmentsOf): this {
    const { view } = limits;
    this.view = view;
    this.error = null;
    this.#found = null;
    const found = findRow(rows, place);
    if (found < 0) return this.#missing(limits);
    const { bytes } = rows;
    const start = rowStart(rows, found);
    // A store may verify only some of what it reads; outside of its row nothing is read in any case.
    if (!isRowWhole(bytes, start, rowEnd(rows, found))) return this.#unreadable();
    if (isTombstone(bytes, start)) return this.#missing(limits);
    const ageMs = limits.requestTimeMs - eventTimeMsOf(bytes, start);
    const beyondTtl = view.ttlMs !== null && ageMs > view.ttlMs;
    this.#requestTimeMs = limits.requestTimeMs;
    this.#foundStart = start;
    if (beyondTtl || ageMs > limits.maxAgeMs) {
      this.#found = bytes;
      // A default tells "nothing recent is known"; that is true of an old value, not of a fresh one that only
      // this request refused, and not while the source itself is behind.
      return this.#set('OUTSIDE_MAX_AGE', null, beyondTtl && !limits.sourceBehind);
    }
    const layoutId = layoutIdOf(bytes, start);
    const segments = layoutId === view.layout.id ? null : segmentsOf(view, layoutId);
    if (segments === undefined) return this.#unreadable();
    this.#found = bytes;
    this.rowStart = start;
    this.segments = segments;
    return this.#set(limits.sourceBehind ? 'SOURCE_STALE' : 'PRESENT', bytes, !limits.sourceBehind);
  }

  #missing({ sourceBehind }: ViewLimits): this {
    return this.#set(sourceBehind ? 'SOURCE_STALE' : 'NOT_FOUND', null, !sourceBehind);
  }

  #unreadable(): this {
    this.error = failedView(this.view, 'STORE_UNAVAILABLE').error;
    return this.#set('STORE_UNAVAILABLE', null, false);
  }

  #set(status: ReadStatus, bytes: Buffer | null, mayDefault: boolean): this {
    this.status = status;
    this.bytes = bytes;
    this.mayDefault = mayDefault;
    return this;
  }
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
