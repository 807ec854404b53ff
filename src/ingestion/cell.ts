import type { FeatureType, ScalarName } from '../core/feature-type.ts';
import type { ColumnType } from './row-columns.ts';

/**
 * A cell of text that cannot be read as its column's type. The row's parser turns it into that row's problem, so
 * that readers need not know how problems are told.
 */
export class UnreadableCell {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** One way to read each text: with `\d+\.?\d*` a cell of a million digits would take minutes. */
const NUMBER_TEXT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/;
const NOT_A_NUMBER = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);
const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/**
 * What a cell of text (of CSV, or an argument of the command line) says, by the type of its column. Lists, structs,
 * vectors and JSON are JSON text. What it returns is still checked by the row's parser.
 */
export function parseCell(type: FeatureType, text: string): unknown {
  switch (type.kind) {
    case 'scalar':
      return parseScalarCell(type.name, text);
    case 'enum':
      return text;
    default:
      return parseJsonCell(text);
  }
}

/** As `parseCell`, for every column that a row may have. A number that is none stays text: the parser refuses it. */
export function parseColumnCell(column: ColumnType, text: string): unknown {
  if (typeof column === 'object') return parseCell(column, text);
  if (column === 'eventTime' || column === 'createdTime') return text.trim();
  const number = parseNumberCell(text);
  return typeof number === 'number' ? number : text;
}

function parseScalarCell(name: ScalarName, text: string): unknown {
  switch (name) {
    case 'Int':
    case 'Float':
      return parseNumberCell(text);
    case 'Boolean':
      return BOOLEANS.get(text.trim().toLowerCase()) ?? new UnreadableCell(text);
    case 'JSON':
      return parseJsonCell(text);
    case 'String':
    case 'ID':
      return text;
    default:
      return text.trim();
  }
}

/** `5.0` is 5: tools write integers so where a column has nulls. NaN and infinities are left to the parser. */
export function parseNumberCell(text: string): number | UnreadableCell {
  const trimmed = text.trim();
  if (NUMBER_TEXT.test(trimmed)) return Number(trimmed);
  return NOT_A_NUMBER.get(trimmed.toLowerCase()) ?? new UnreadableCell(text);
}

function parseJsonCell(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return new UnreadableCell(text);
  }
}
