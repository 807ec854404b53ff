/** Value and status of one stored feature, from the state of its view. Decodes only what is asked. */
import type { FeatureType } from '../core/feature-type.ts';
import type { FeatureStatus } from '../core/status.ts';
import type { StoredFeature } from '../registry/registry.ts';
import { featureCountOf, segmentEnd, segmentStart } from '../stores/row-format.ts';
import { decodeNumber, textOf } from './decode-number.ts';
import type { FeatureError } from './feature-error.ts';
import type { ViewState } from './view-state.ts';

/** @returns the value, its default, `null`, or the error that stands for it. */
export function storedValue(state: ViewState, feature: StoredFeature): unknown {
  if (state.error !== null) return state.error;
  const { bytes, rowStart } = state;
  const index = bytes === null ? -1 : segmentIndex(state, bytes, feature);
  if (bytes !== null && index >= 0) {
    const start = segmentStart(bytes, index, rowStart);
    const end = segmentEnd(bytes, index, rowStart);
    if (end > start) return decodeSegment(feature.type, bytes, start, end);
  }
  return state.mayDefault ? defaultOf(feature) : null;
}

export function storedStatus(state: ViewState, feature: StoredFeature): FeatureStatus {
  // Only a row that is neither old nor behind says something of each value; the rest holds for the whole view.
  if (state.status !== 'PRESENT') return state.status;
  const { bytes, rowStart } = state;
  const index = bytes === null ? -1 : segmentIndex(state, bytes, feature);
  if (bytes === null || index < 0) return 'NOT_FOUND';
  const start = segmentStart(bytes, index, rowStart);
  const end = segmentEnd(bytes, index, rowStart);
  if (end === start) return 'NOT_FOUND';
  return isNullSegment(bytes, start, end) ? 'NULL_VALUE' : 'PRESENT';
}

/** JSON text of the default, parsed anew: a list or JSON value belongs to the answer and may be changed there. */
export function defaultOf(feature: { readonly defaultJson: string | null }): unknown {
  return feature.defaultJson === null ? null : JSON.parse(feature.defaultJson);
}

export function failureOf(value: unknown): value is FeatureError {
  return value instanceof Error;
}

/** @returns where the feature stands in the row, negative where it does not. */
function segmentIndex(state: ViewState, bytes: Uint8Array, feature: StoredFeature): number {
  const index = state.segments === null ? feature.index : (state.segments[feature.index] as number);
  return index < featureCountOf(bytes, state.rowStart) ? index : -1;
}

function isNullSegment(row: Uint8Array, start: number, end: number): boolean {
  return end - start === 4 && row[start] === 0x6e && row[start + 1] === 0x75;
}

/** Without a view on the bytes where it can be: one for each value is what garbage collection would live on. */
function decodeSegment(type: FeatureType, row: Uint8Array, start: number, end: number): unknown {
  if (isNullSegment(row, start, end)) return null;
  if (type.kind === 'vector') return decodeVector(type.dim, row, start);
  if (type.kind === 'scalar' && (type.name === 'Int' || type.name === 'Float'))
    return decodeNumber(row, start, end);
  return JSON.parse(textOf(row, start, end));
}

/** 32-bit floats, little-endian. A vector of one float that spells `null` would be one in four billion: NaN-free, 7.3e31. */
function decodeVector(dim: number, row: Uint8Array, start: number): number[] {
  const bytes = new DataView(row.buffer, row.byteOffset + start, dim * 4);
  const numbers = new Array<number>(dim);
  for (let i = 0; i < dim; i += 1) numbers[i] = bytes.getFloat32(i * 4, true);
  return numbers;
}
