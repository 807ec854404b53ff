/**
 * What must be answered of a stored feature, worked out of the row as it was made: a second opinion on how rows are
 * read, which both ways of execution share.
 */
import type { FeatureType } from '../../../src/core/feature-type.ts';
import type { Registry, StoredFeature, View } from '../../../src/registry/registry.ts';
import type { WrittenRow } from './fill-rows.ts';
import { NOW_MS } from './rows.ts';

export interface Expected {
  /** As in the answer; of a value that must not be seen, null. */
  readonly value: unknown;
  /** Its letter. */
  readonly status: string;
}

/** Types of former times that are read as nothing today, by form. */
const MISFITS: Readonly<Record<string, number>> = { taken: 0 };

export interface ViewTrouble {
  /** Its source is behind. */
  readonly isBehind: boolean;
  /** Its rows cannot be read. */
  readonly isDamaged: boolean;
}

const UNKNOWN: Expected = { value: null, status: 'U' };

export function expectedValue(
  forms: readonly Registry[],
  row: WrittenRow | null,
  feature: StoredFeature,
  { isBehind, isDamaged }: ViewTrouble,
): Expected {
  const { view, name, type } = feature;
  const absent = (status: string): Expected => ({
    value: isBehind || feature.defaultJson === null ? null : JSON.parse(feature.defaultJson),
    status: isBehind && status === 'F' ? 'S' : status,
  });
  if (row !== null && isDamaged) return UNKNOWN;
  if (row === null || row.kind === 'tombstone') return absent('F');
  const ageMs = NOW_MS - (row.record.eventTimeMs as number);
  if (view.ttlMs !== null && ageMs > view.ttlMs) return absent('A');
  if (row.isForgotten) return UNKNOWN;
  const then = (forms[row.form] as Registry).views.get(view.name) as View;
  const was = then.features.find((one) => one.name === name);
  if (was === undefined || MISFITS[name] === row.form || !(name in row.record)) return absent('F');
  const value = row.record[name];
  // A value that no client may see is an error, not a status.
  if (value === 'HIDDEN') return { value: null, status: '-' };
  if (isBehind) return { value: seen(type, value), status: 'S' };
  return { value: seen(type, value), status: value === null ? 'N' : 'P' };
}

/** What a ViewRead must tell. */
export function expectedRead(
  row: WrittenRow | null,
  view: View,
  { isBehind, isDamaged }: ViewTrouble,
): unknown {
  const nothing = { eventTime: null, ageMs: null };
  if (row !== null && isDamaged) return { status: 'STORE_UNAVAILABLE', ...nothing };
  if (row === null || row.kind === 'tombstone')
    return { status: isBehind ? 'SOURCE_STALE' : 'NOT_FOUND', ...nothing };
  const eventTimeMs = row.record.eventTimeMs as number;
  const ageMs = NOW_MS - eventTimeMs;
  const times = { eventTime: new Date(eventTimeMs).toISOString(), ageMs: String(ageMs) };
  if (view.ttlMs !== null && ageMs > view.ttlMs) return { status: 'OUTSIDE_MAX_AGE', ...times };
  if (row.isForgotten) return { status: 'STORE_UNAVAILABLE', ...nothing };
  return { status: isBehind ? 'SOURCE_STALE' : 'PRESENT', ...times };
}

/** As a client sees it: JSON, floats of 32 bits, every field of a struct, and nothing that is hidden. */
function seen(type: FeatureType, value: unknown): unknown {
  if (value === null || value === undefined || value === 'HIDDEN') return null;
  switch (type.kind) {
    case 'list':
      return (value as unknown[]).map((item) => seen(type.of, item));
    case 'struct':
      return Object.fromEntries(
        type.fields.map((field) => [
          field.name,
          seen(field.type, (value as Record<string, unknown>)[field.name]),
        ]),
      );
    case 'vector':
      return (value as number[]).map((number) => Math.fround(number) + 0);
    default:
      return JSON.parse(JSON.stringify(value));
  }
}
