import {
  describeType,
  type FeatureType,
  type ListType,
  type ScalarName,
  type StructType,
} from './feature-type.ts';

/**
 * From an untrusted value (a pushed row, a default in SDL, the result of a transform) to the JSON text that is
 * stored and served. What comes out is canonical: the same value always has the same bytes.
 */
export type ParsedValue = { readonly json: string } | ValueProblem;

export interface ValueProblem {
  /** Where inside a list or struct: `[3].name`; empty at the top. */
  readonly at: string;
  readonly expected: string;
  /** A short description of what came, cut and quoted: values may be personal, so only the shape of long ones. */
  readonly received: string;
}

export function isValueProblem(parsed: ParsedValue): parsed is ValueProblem {
  return 'expected' in parsed;
}

/** @param value `null` and `undefined` are both "stored as null"; the caller tells absent features apart. */
export function parseFeatureValue(type: FeatureType, value: unknown, at = ''): ParsedValue {
  if (value === null || value === undefined) return { json: 'null' };
  switch (type.kind) {
    case 'scalar':
      return parseScalar(type.name, type.maxBytes, value, at);
    case 'enum':
      if (typeof value === 'string' && type.values.includes(value)) return { json: JSON.stringify(value) };
      return problem(at, `one of ${type.values.join(', ')}`, value);
    case 'list':
      return parseList(type, value, at);
    case 'struct':
      return parseStruct(type, value, at);
    case 'vector':
      return parseVector(type.dim, value, at);
  }
}

function parseList(type: ListType, value: unknown, at: string): ParsedValue {
  if (!Array.isArray(value)) return problem(at, describeType(type), value);
  if (value.length > type.maxItems)
    return { at, expected: `at most ${type.maxItems} items`, received: `${value.length} items` };
  const items: string[] = [];
  for (let i = 0; i < value.length; i += 1) {
    const item = parseFeatureValue(type.of, value[i], `${at}[${i}]`);
    if (isValueProblem(item)) return item;
    if (item.json === 'null' && type.itemsNonNull)
      return { at: `${at}[${i}]`, expected: describeType(type.of), received: 'null' };
    items.push(item.json);
  }
  return { json: `[${items.join(',')}]` };
}

function parseStruct(type: StructType, value: unknown, at: string): ParsedValue {
  if (typeof value !== 'object' || Array.isArray(value)) return problem(at, describeType(type), value);
  const given = value as Record<string, unknown>;
  const known = new Set(type.fields.map((field) => field.name));
  for (const name of Object.keys(given)) {
    if (!known.has(name))
      return {
        at: `${at}.${name}`,
        expected: `only the fields of ${type.name}`,
        received: 'an unknown field',
      };
  }
  const fields: string[] = [];
  for (const field of type.fields) {
    const parsed = parseFeatureValue(
      field.type,
      Object.hasOwn(given, field.name) ? given[field.name] : null,
      `${at}.${field.name}`,
    );
    if (isValueProblem(parsed)) return parsed;
    if (parsed.json === 'null' && field.nonNull) {
      return { at: `${at}.${field.name}`, expected: describeType(field.type), received: 'null' };
    }
    fields.push(`${JSON.stringify(field.name)}:${parsed.json}`);
  }
  return { json: `{${fields.join(',')}}` };
}

function parseVector(dim: number, value: unknown, at: string): ParsedValue {
  if (!Array.isArray(value) && !(value instanceof Float32Array)) return problem(at, `${dim} numbers`, value);
  if (value.length !== dim) return { at, expected: `${dim} numbers`, received: `${value.length} items` };
  const numbers: number[] = [];
  for (let i = 0; i < dim; i += 1) {
    const number = Math.fround(value[i] as number);
    if (typeof value[i] !== 'number' || !Number.isFinite(number))
      return problem(`${at}[${i}]`, 'a finite 32-bit float', value[i]);
    numbers.push(number);
  }
  return { json: JSON.stringify(numbers) };
}

const INT_MAX = 2 ** 31 - 1;
const INT_MIN = -(2 ** 31);
const BIGINT_TEXT = /^-?(0|[1-9][0-9]{0,77})$/;
const DECIMAL_TEXT = /^-?(0|[1-9][0-9]{0,77})(\.[0-9]{1,77})?$/;
const UUID_TEXT = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
const BASE64_TEXT = /^[A-Za-z0-9+/]*={0,2}$/;
const DATE_TIME_TEXT = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})$/;

function parseScalar(name: ScalarName, maxBytes: number, value: unknown, at: string): ParsedValue {
  switch (name) {
    case 'Int': {
      const number = toInteger(value);
      if (number === undefined || number > INT_MAX || number < INT_MIN)
        return problem(at, 'Int (32 bits)', value);
      return { json: String(Number(number)) };
    }
    case 'Float': {
      const number = typeof value === 'bigint' ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number)) return problem(at, 'Float (finite)', value);
      return { json: JSON.stringify(number) };
    }
    case 'Boolean':
      return typeof value === 'boolean' ? { json: String(value) } : problem(at, 'Boolean', value);
    case 'String':
      return typeof value === 'string' ? text(value, maxBytes, at) : problem(at, 'String', value);
    case 'ID': {
      const id = typeof value === 'string' ? value : toInteger(value);
      return id === undefined
        ? problem(at, 'ID (a string or an integer)', value)
        : text(String(id), maxBytes, at);
    }
    case 'BigInt':
      return parseBigInt(value, at);
    case 'Decimal':
      return parseDecimal(value, maxBytes, at);
    case 'DateTime': {
      const iso = toIsoDateTime(value);
      return iso === undefined
        ? problem(at, 'DateTime (ISO 8601 with a zone)', value)
        : { json: JSON.stringify(iso) };
    }
    case 'UUID':
      if (typeof value === 'string' && UUID_TEXT.test(value))
        return { json: JSON.stringify(value.toLowerCase()) };
      return problem(at, 'UUID', value);
    case 'Byte':
      return parseByte(value, maxBytes, at);
    case 'JSON':
      return parseJson(value, maxBytes, at);
  }
}

function toInteger(value: unknown): number | bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value + 0 : undefined;
}

/** A BigInt is always a JSON string: a number would be rounded by half of the clients. */
function parseBigInt(value: unknown, at: string): ParsedValue {
  const integer = typeof value === 'string' && BIGINT_TEXT.test(value) ? BigInt(value) : toInteger(value);
  return integer === undefined
    ? problem(at, 'BigInt (an integer, as a string when above 2^53)', value)
    : { json: `"${integer}"` };
}

function parseDecimal(value: unknown, maxBytes: number, at: string): ParsedValue {
  const decimal =
    typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))
      ? String(value)
      : value;
  if (typeof decimal !== 'string' || !DECIMAL_TEXT.test(decimal))
    return problem(at, 'Decimal (digits, as a string)', value);
  return text(decimal, maxBytes, at);
}

function parseByte(value: unknown, maxBytes: number, at: string): ParsedValue {
  if (value instanceof Uint8Array) return text(Buffer.from(value).toString('base64'), maxBytes, at);
  if (typeof value === 'string' && value.length % 4 === 0 && BASE64_TEXT.test(value))
    return text(value, maxBytes, at);
  return problem(at, 'Byte (base64)', value);
}

function parseJson(value: unknown, maxBytes: number, at: string): ParsedValue {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch {
    json = undefined; // a bigint or a cycle: not JSON
  }
  if (json === undefined) return problem(at, 'JSON', value);
  return bounded(json, maxBytes, at);
}

/** @returns the time in UTC with milliseconds, or `undefined`. A `Date`, or text with a zone. */
export function toIsoDateTime(value: unknown): string | undefined {
  const date =
    value instanceof Date
      ? value
      : typeof value === 'string' && DATE_TIME_TEXT.test(value)
        ? new Date(value)
        : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) return undefined;
  const year = date.getUTCFullYear();
  if (year < 0 || year > 9999) return undefined;
  // `new Date` rolls 30 February over into March: such a day does not exist and must not become another.
  if (typeof value === 'string' && !dayExists(value)) return undefined;
  return date.toISOString();
}

function dayExists(iso: string): boolean {
  const year = Number(iso.slice(0, 4));
  const month = Number(iso.slice(5, 7));
  return Number(iso.slice(8, 10)) <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function text(value: string, maxBytes: number, at: string): ParsedValue {
  if (!value.isWellFormed()) return { at, expected: 'valid Unicode', received: 'half of a surrogate pair' };
  return bounded(JSON.stringify(value), maxBytes + 2, at);
}

function bounded(json: string, maxBytes: number, at: string): ParsedValue {
  const bytes = Buffer.byteLength(json);
  return bytes > maxBytes
    ? { at, expected: `at most ${maxBytes} bytes as JSON`, received: `${bytes} bytes` }
    : { json };
}

function problem(at: string, expected: string, value: unknown): ValueProblem {
  return { at, expected, received: describeReceived(value) };
}

/** What came, short enough for a table and without line breaks or terminal escapes. */
export function describeReceived(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : value.toISOString();
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return String(value);
}
