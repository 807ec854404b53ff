/** Value and status of one stored feature, from the state of its view. Decodes only what is asked. */
import type { FeatureType } from '../core/feature-type.ts';
import type { FeatureStatus } from '../core/status.ts';
import type { StoredFeature } from '../registry/registry.ts';
import { segmentOf } from '../stores/row-format.ts';
import type { FeatureError } from './feature-error.ts';
import type { ViewState } from './view-state.ts';

/** @returns the value, its default, `null`, or the error that stands for it. */
export function storedValue(state: ViewState, feature: StoredFeature): unknown {
  if (state.error !== null) return state.error;
  const segment = segmentIn(state, feature);
  if (segment !== undefined) return decodeSegment(feature.type, segment);
  return state.mayDefault ? defaultOf(feature) : null;
}

export function storedStatus(state: ViewState, feature: StoredFeature): FeatureStatus {
  // Only a row that is neither old nor behind says something of each value; the rest holds for the whole view.
  if (state.status !== 'PRESENT') return state.status;
  const segment = segmentIn(state, feature);
  if (segment === undefined) return 'NOT_FOUND';
  return isNullSegment(segment) ? 'NULL_VALUE' : 'PRESENT';
}

/** JSON text of the default, parsed anew: a list or JSON value belongs to the answer and may be changed there. */
export function defaultOf(feature: { readonly defaultJson: string | null }): unknown {
  return feature.defaultJson === null ? null : JSON.parse(feature.defaultJson);
}

export function failureOf(value: unknown): value is FeatureError {
  return value instanceof Error;
}

function segmentIn(state: ViewState, feature: StoredFeature): Buffer | undefined {
  if (state.row === null) return undefined;
  const index = state.segments === null ? feature.index : (state.segments[feature.index] as number);
  return index < 0 ? undefined : segmentOf(state.row, index);
}

function isNullSegment(segment: Buffer): boolean {
  return segment.length === 4 && segment[0] === 0x6e && segment[1] === 0x75;
}

function decodeSegment(type: FeatureType, segment: Buffer): unknown {
  if (isNullSegment(segment)) return null;
  if (type.kind === 'vector') return decodeVector(type.dim, segment);
  return JSON.parse(segment.toString('utf8'));
}

/** 32-bit floats, little-endian. A vector of one float that spells `null` would be one in four billion: NaN-free, 7.3e31. */
function decodeVector(dim: number, segment: Buffer): number[] {
  const numbers = new Array<number>(dim);
  for (let i = 0; i < dim; i += 1) numbers[i] = segment.readFloatLE(i * 4);
  return numbers;
}
