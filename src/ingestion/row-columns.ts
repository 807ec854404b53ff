import { FeaturegraphError } from '../core/errors.ts';
import type { FeatureType } from '../core/feature-type.ts';
import { describeReceived } from '../core/feature-value.ts';
import { nearestName } from '../core/nearest-name.ts';
import type { View } from '../registry/registry.ts';
import { printable, type RowProblem, rowProblem } from './row-problem.ts';

/**
 * Which columns a row of a view may and must have: the join keys, the features by their stored names, and the
 * columns below. Files that name their columns once (CSV, Parquet) are checked once, before any row is read.
 */
export const ROW_COLUMNS = ['eventTime', 'eventTimeMs', 'createdTime', 'createdTimeMs', 'revision'] as const;
export type RowColumn = (typeof ROW_COLUMNS)[number];

/** `features`: a pushed row. `keys`: a row that deletes, without features. */
export type RowKind = 'features' | 'keys';

/** How a reader must read a column: by the type of its feature or join key, or as one of the row's own columns. */
export type ColumnType = FeatureType | RowColumn;

/** By column name, in the order in which they are shown. */
export function columnsOf(view: View, kind: RowKind): ReadonlyMap<string, ColumnType> {
  const columns = new Map<string, ColumnType>();
  for (const joinKey of view.joinKeys) columns.set(joinKey.name, joinKey.type);
  if (kind === 'features') for (const feature of view.features) columns.set(feature.name, feature.type);
  for (const name of ROW_COLUMNS) {
    if (columns.has(name))
      throw new FeaturegraphError(
        'ROW_INVALID',
        `View ${view.name} has a column named ${name}, which a row needs for itself. Give the feature another stored name by @feature(name:).`,
      );
    columns.set(name, name);
  }
  return columns;
}

export function unknownColumn(name: string, view: View, known: readonly string[]): RowProblem {
  const nearest = nearestName(name, known);
  const shown = describeReceived(name);
  return rowProblem(
    'ROW_INVALID',
    shown.slice(1, -1),
    `only columns of view ${view.name}`,
    `an unknown column ${shown}`,
    nearest === null ? `Known are ${known.join(', ')}.` : `Did you mean ${nearest}?`,
  );
}

/**
 * @param names the columns that the file has.
 * @throws {FeaturegraphError} ROW_INVALID with all that is unknown, double or missing: no row could be taken.
 */
export function assertFileColumns(
  names: readonly string[],
  view: View,
  kind: RowKind,
  partial: boolean,
): ReadonlyMap<string, ColumnType> {
  const columns = columnsOf(view, kind);
  const known = [...columns.keys()];
  const found = new Set(names);
  assertSeparated(names, view);
  const faults: string[] = [];
  for (const name of found) {
    if (columns.has(name)) continue;
    const { received, mend } = unknownColumn(name, view, known);
    faults.push(`${received} (${mend})`);
  }
  for (const name of found)
    if (names.indexOf(name) !== names.lastIndexOf(name))
      faults.push(`column ${describeReceived(name)} twice (keep one)`);
  for (const { name } of view.joinKeys) if (!found.has(name)) faults.push(`no join key ${name} (add it)`);
  if (kind === 'features') {
    if (!found.has('eventTime') && !found.has('eventTimeMs'))
      faults.push('no event time (add a column eventTime or eventTimeMs)');
    const missing = partial ? [] : view.features.filter(({ name }) => !found.has(name));
    for (const { name } of missing)
      faults.push(`no feature ${name} (add it, or push with --partial to leave it absent)`);
  }
  if (faults.length === 0) return columns;
  throw new FeaturegraphError(
    'ROW_INVALID',
    printableList(`The file's columns do not fit view ${view.name}`, faults),
  );
}

/** One column in a file that needs several is a file that has another separator. */
function assertSeparated(names: readonly string[], view: View): void {
  const separator = names.length === 1 ? /[;\t|]/.exec(names[0] as string)?.[0] : undefined;
  if (separator === undefined) return;
  const shown = separator === '\t' ? 'tabs' : `"${separator}"`;
  throw new FeaturegraphError(
    'ROW_INVALID',
    `The file's columns do not fit view ${view.name}: expected commas between columns, got ${shown}. Write it with commas. Nothing was written.`,
  );
}

/** Most faults in one message: one line on a screen each. */
const FAULTS_SHOWN_MAX = 20;

function printableList(sentence: string, faults: readonly string[]): string {
  const shown = faults.slice(0, FAULTS_SHOWN_MAX).map(printable);
  const more =
    faults.length > FAULTS_SHOWN_MAX ? `, and ${faults.length - FAULTS_SHOWN_MAX} more faults` : '';
  return `${sentence}: ${shown.join('; ')}${more}. Nothing was written.`;
}
