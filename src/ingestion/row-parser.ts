import { BLOCK_MAX_BYTES, REVISION_MAX } from '../core/bounds.ts';
import type { Clock } from '../core/clock.ts';
import { encodeEntityKey } from '../core/entity-key.ts';
import { describeType, type FeatureType } from '../core/feature-type.ts';
import { describeReceived, isValueProblem, parseFeatureValue } from '../core/feature-value.ts';
import { parseJoinKey } from '../core/join-key.ts';
import { isPersonal } from '../registry/is-personal.ts';
import type { StoredFeature, View } from '../registry/registry.ts';
import type { RowWrite } from '../stores/online-store.ts';
import { encodeRow } from '../stores/row-format.ts';
import { UnreadableCell } from './cell.ts';
import { columnsOf, type RowKind, unknownColumn } from './row-columns.ts';
import { type RowProblem, rowProblem } from './row-problem.ts';
import { readRowTime } from './row-time.ts';
import { mendOfValue } from './value-mend.ts';

/**
 * From one untrusted record to the row that is written, or to everything that is wrong with it. Made once per view
 * and push; knows nothing of where records come from or rows go.
 */
export interface RowParserOptions {
  /** `keys`: the record is only a key and, if it likes, a time; the row is a tombstone. */
  readonly kind: RowKind;
  /** A feature that the record omits is absent, and not a problem. */
  readonly partial: boolean;
  readonly namespace: string;
  readonly clock: Clock;
  /** Of rows that do not tell their own. */
  readonly revision: number;
  /** Of rows that do not tell their own; `null`: every row must. */
  readonly eventTimeMs: number | null;
}

export type ParsedRow = TakenRow | RefusedRow;

export interface TakenRow {
  readonly write: RowWrite;
  readonly eventTimeMs: number;
  /** Values that were invalid and stored as null, because their feature says `onInvalid: NULL`. */
  readonly nulled: number;
}

export interface RefusedRow {
  /** `null` where the record does not have a proper one. */
  readonly entityKey: string | null;
  readonly problems: readonly RowProblem[];
}

export type RowParser = (record: unknown) => ParsedRow;

export function isRefused(row: ParsedRow): row is RefusedRow {
  return 'problems' in row;
}

/** Most problems told of one row: enough to mend it, and a bound on what a hostile row makes us say. */
const PROBLEMS_PER_ROW_MAX = 20;

const NULL_SEGMENT = Buffer.from('null');

export function createRowParser(view: View, options: RowParserOptions): RowParser {
  const columns = columnsOf(view, options.kind);
  const known = [...columns.keys()];
  const features = options.kind === 'features' ? view.features : [];
  return (record) => {
    const nowMs = options.clock.nowMs();
    if (typeof record !== 'object' || record === null || Array.isArray(record))
      return { entityKey: null, problems: [notARecord(record)] };
    const fields = record as Readonly<Record<string, unknown>>;
    const problems: RowProblem[] = [];
    for (const name of Object.keys(fields)) {
      if (problems.length >= PROBLEMS_PER_ROW_MAX) break;
      if (!columns.has(name)) problems.push(unknownColumn(name, view, known));
    }
    const entityKey = readEntityKey(view, fields, problems);
    const eventTimeMs = readEventTime(fields, options.eventTimeMs, nowMs, problems);
    const createdTimeMs = readTime(fields, 'createdTime', nowMs, problems) ?? nowMs;
    const revision = readRevision(fields, options.revision, problems);
    const values = readSegments(features, fields, options.partial, problems);
    if (problems.length > 0 || entityKey === null || eventTimeMs === undefined)
      return { entityKey, problems: problems.slice(0, PROBLEMS_PER_ROW_MAX) };
    const address = { namespace: options.namespace, block: view.blockId, view: view.id, entityKey };
    const tombstone = options.kind === 'keys';
    const { segments, nulled, bytes } = values;
    if (bytes > BLOCK_MAX_BYTES) return { entityKey, problems: [tooLarge(view, bytes)] };
    const layoutId = view.layout.id;
    const row = encodeRow(address, { eventTimeMs, revision, createdTimeMs, layoutId, tombstone, segments });
    if (row.length > BLOCK_MAX_BYTES) return { entityKey, problems: [tooLarge(view, row.length)] };
    return { write: { ...address, row }, eventTimeMs, nulled };
  };
}

function notARecord(record: unknown): RowProblem {
  return rowProblem('ROW_INVALID', null, 'an object with a value by column name', describeReceived(record));
}

function tooLarge(view: View, bytes: number): RowProblem {
  return rowProblem(
    'BLOCK_TOO_LARGE',
    null,
    `a row of at most ${BLOCK_MAX_BYTES} bytes`,
    `${bytes} bytes`,
    `Lower maxItems or maxBytes of the largest features of view ${view.name}, or move some to another view.`,
  );
}

/** @returns the key, or `null` with the reasons added to `problems`. */
function readEntityKey(
  view: View,
  record: Readonly<Record<string, unknown>>,
  problems: RowProblem[],
): string | null {
  const parts: string[] = [];
  for (const joinKey of view.joinKeys) {
    const given = Object.hasOwn(record, joinKey.name) ? record[joinKey.name] : undefined;
    const value = given instanceof UnreadableCell ? given.text : given;
    const part = parseJoinKey(joinKey.type, value);
    if (typeof part === 'string') parts.push(part);
    else {
      const received = value === undefined ? 'nothing' : part.received;
      problems.push(rowProblem('INVALID_KEY', joinKey.name, part.expected, received));
    }
  }
  if (parts.length < view.joinKeys.length) return null;
  const key = encodeEntityKey(parts);
  if (typeof key === 'string') return key;
  const column = view.joinKeys.map(({ name }) => name).join(', ');
  problems.push(rowProblem(key.code, column, 'a key that an entity can have', 'another', key.message));
  return null;
}

function readEventTime(
  record: Readonly<Record<string, unknown>>,
  otherwiseMs: number | null,
  nowMs: number,
  problems: RowProblem[],
): number | undefined {
  const before = problems.length;
  const timeMs = readTime(record, 'eventTime', nowMs, problems);
  if (timeMs !== undefined || problems.length > before) return timeMs;
  if (otherwiseMs !== null) return otherwiseMs;
  problems.push(
    rowProblem(
      'ROW_INVALID',
      'eventTime',
      'a time in eventTime, or milliseconds in eventTimeMs',
      'neither',
      'Tell when the values became true.',
    ),
  );
  return undefined;
}

function readTime(
  record: Readonly<Record<string, unknown>>,
  column: 'eventTime' | 'createdTime',
  nowMs: number,
  problems: RowProblem[],
): number | undefined {
  const timeMs = readRowTime(record, column, nowMs);
  if (typeof timeMs !== 'object') return timeMs;
  problems.push(timeMs);
  return undefined;
}

function readRevision(
  record: Readonly<Record<string, unknown>>,
  otherwise: number,
  problems: RowProblem[],
): number {
  const given = Object.hasOwn(record, 'revision') ? record.revision : undefined;
  if (given === undefined || given === null) return otherwise;
  const revision = typeof given === 'bigint' ? Number(given) : given;
  if (typeof revision === 'number' && Number.isInteger(revision) && revision >= 0 && revision <= REVISION_MAX)
    return revision;
  const received = describeReceived(given);
  problems.push(rowProblem('ROW_INVALID', 'revision', `an integer from 0 to ${REVISION_MAX}`, received));
  return otherwise;
}

interface Segments {
  readonly segments: readonly (Uint8Array | undefined)[];
  readonly nulled: number;
  readonly bytes: number;
}

function readSegments(
  features: readonly StoredFeature[],
  record: Readonly<Record<string, unknown>>,
  partial: boolean,
  problems: RowProblem[],
): Segments {
  const segments = new Array<Uint8Array | undefined>(features.length).fill(undefined);
  let nulled = 0;
  let bytes = 0;
  for (const feature of features) {
    if (problems.length >= PROBLEMS_PER_ROW_MAX) break;
    const value = Object.hasOwn(record, feature.name) ? record[feature.name] : undefined;
    if (value === undefined) {
      if (!partial) problems.push(omitted(feature));
      continue;
    }
    let segment = encodeSegment(feature, value);
    if (!(segment instanceof Uint8Array)) {
      if (feature.onInvalid !== 'NULL') {
        problems.push(segment);
        continue;
      }
      nulled += 1;
      segment = NULL_SEGMENT;
    }
    segments[feature.index] = segment;
    bytes += segment.length;
  }
  return { segments, nulled, bytes };
}

function omitted(feature: StoredFeature): RowProblem {
  return rowProblem(
    'ROW_INVALID',
    feature.name,
    describeType(feature.type),
    'nothing',
    'Send null if it has no value, or push as partial to leave it absent.',
  );
}

/** @returns the bytes that are stored, or why there are none. */
function encodeSegment(feature: StoredFeature, value: unknown): Uint8Array | RowProblem {
  if (value instanceof UnreadableCell) {
    const expected = describeType(feature.type);
    const received = shown(feature, describeReceived(value.text));
    return rowProblem('ROW_INVALID', feature.name, expected, received, mend(feature, value.text));
  }
  const parsed = parseFeatureValue(feature.type, value);
  if (isValueProblem(parsed))
    return rowProblem(
      'ROW_INVALID',
      `${feature.name}${parsed.at}`,
      parsed.expected,
      shown(feature, parsed.received),
      parsed.at === '' ? mend(feature, value) : null,
    );
  if (parsed.json === 'null') return NULL_SEGMENT;
  return feature.type.kind === 'vector'
    ? encodeVector(feature.type, value as ArrayLike<number>, feature.name)
    : Buffer.from(parsed.json);
}

function shown(feature: StoredFeature, received: string): string {
  return isPersonal(feature) ? 'a value that is not shown, because it is personal' : received;
}

/** What is guessed from a personal value would tell of it. */
function mend(feature: StoredFeature, value: unknown): string | null {
  return isPersonal(feature) ? null : mendOfValue(feature.type, value);
}

const F32_BYTES = 4;

function encodeVector(
  type: FeatureType & { kind: 'vector' },
  numbers: ArrayLike<number>,
  column: string,
): Uint8Array | RowProblem {
  const bytes = Buffer.allocUnsafe(type.dim * F32_BYTES);
  for (let i = 0; i < type.dim; i += 1) bytes.writeFloatLE(numbers[i] as number, i * F32_BYTES);
  // One float of the 2^32 has the bytes of `null`: it cannot be told from no vector.
  if (bytes.equals(NULL_SEGMENT))
    return rowProblem('ROW_INVALID', column, 'another number', 'the one float that reads as null');
  return bytes;
}
