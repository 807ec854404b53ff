import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { FeatureType } from '../../core/feature-type.ts';
import { parseCell } from '../cell.ts';
import type { ColumnType } from '../row-columns.ts';

/** A value inside JSON: there, text is text; only a whole column of it is JSON text. */
const INSIDE_JSON = 'inside JSON';
type PlainTarget = ColumnType | typeof INSIDE_JSON | undefined;

/**
 * From a value of Parquet (as DuckDB reads it) to the plain value that the row's parser takes, by the type of its
 * column: a decimal is exact text for a Decimal and a number for a Float. What has no plain form becomes its text,
 * which the parser takes for a String and refuses for all else.
 *
 * A timestamp without a zone is taken as UTC, because that is what nearly every writer of Parquet means by it.
 */
export function plainValue(value: DuckDBValue, type: PlainTarget): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return isJson(type) || type === INSIDE_JSON ? plainBigInt(value) : value;
  if (typeof value === 'string') return isJson(type) ? parseCell(type, value) : value;
  if (value instanceof DuckDBDecimalValue) return plainDecimal(value, type);
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    const of = typeof type === 'object' && type.kind === 'list' ? type.of : nested(type);
    return value.items.map((item) => plainValue(item, of));
  }
  if (value instanceof DuckDBStructValue) return plainStruct(value, type);
  if (value instanceof DuckDBMapValue) return plainMap(value, type);
  if (value instanceof DuckDBBlobValue) return value.bytes;
  const timeMs = toTimeMs(value);
  if (timeMs === undefined || !wantsTime(type)) return String(value);
  return new Date(timeMs);
}

type JsonType = FeatureType & { readonly kind: 'scalar'; readonly name: 'JSON' };

function isJson(type: PlainTarget): type is JsonType {
  return typeof type === 'object' && type.kind === 'scalar' && type.name === 'JSON';
}

/** What the items of a list are read as where no list type tells it. */
function nested(type: PlainTarget): PlainTarget {
  if (isJson(type) || type === INSIDE_JSON) return INSIDE_JSON;
  return typeof type === 'object' && type.kind === 'vector' ? FLOAT : undefined;
}

const FLOAT: FeatureType = { kind: 'scalar', name: 'Float', maxBytes: 0 };

/** JSON has no integers above 2^53: beyond it they stay bigint, which the parser refuses. */
function plainBigInt(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function plainDecimal(value: DuckDBDecimalValue, type: PlainTarget): unknown {
  const wantsText =
    typeof type === 'object' && type.kind === 'scalar' && (type.name === 'Decimal' || type.name === 'String');
  if (wantsText) return value.toString();
  const factor = 10n ** BigInt(value.scale);
  if (value.value % factor !== 0n) return Number(value.toString());
  const whole = value.value / factor;
  return isJson(type) || type === INSIDE_JSON ? plainBigInt(whole) : whole;
}

function plainStruct(value: DuckDBStructValue, type: PlainTarget): unknown {
  const plain: Record<string, unknown> = Object.create(null);
  const fields = typeof type === 'object' && type.kind === 'struct' ? type.fields : [];
  for (const [name, entry] of Object.entries(value.entries)) {
    const field = fields.find((candidate) => candidate.name === name);
    plain[name] = plainValue(entry, field?.type ?? nested(type));
  }
  return plain;
}

function plainMap(value: DuckDBMapValue, type: PlainTarget): unknown {
  const plain: Record<string, unknown> = Object.create(null);
  for (const entry of value.entries) plain[String(entry.key)] = plainValue(entry.value, nested(type));
  return plain;
}

function wantsTime(type: PlainTarget): boolean {
  if (type === 'eventTime' || type === 'createdTime') return true;
  return typeof type === 'object' && type.kind === 'scalar' && type.name === 'DateTime';
}

const DAY_MS = 86_400_000;

/** @returns ms since 1970, rounded down; `undefined` for all that is no moment, infinity included. */
function toTimeMs(value: DuckDBValue): number | undefined {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return value.isFinite ? floorDivide(value.micros, 1000n) : undefined;
  if (value instanceof DuckDBTimestampNanosecondsValue)
    return value.isFinite ? floorDivide(value.nanos, 1_000_000n) : undefined;
  if (value instanceof DuckDBTimestampMillisecondsValue)
    return value.isFinite ? Number(value.millis) : undefined;
  if (value instanceof DuckDBTimestampSecondsValue)
    return value.isFinite ? Number(value.seconds) * 1000 : undefined;
  if (value instanceof DuckDBDateValue) return value.isFinite ? value.days * DAY_MS : undefined;
  return undefined;
}

function floorDivide(value: bigint, by: bigint): number {
  const quotient = value / by;
  return Number(value % by < 0n ? quotient - 1n : quotient);
}
