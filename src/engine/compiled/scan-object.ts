/** From what is known of an answer's objects to the checks of them, which also note where values stand. */
import { type InstanceTable, IS_OBJECT } from './instance-table.ts';
import { keptBytes } from './kept-bytes.ts';
import {
  BYTE,
  type Check,
  matches,
  NOT_PLAIN,
  type Scan,
  scanAny,
  scanList,
  scanNull,
  skipSpace,
  type Text,
} from './scan-json.ts';
import { NO_SLOT, type SourceField, type SourceObject } from './source-object.ts';

/** Objects must answer their fields in the order of the document, as the specification says; others are not plain. */
export function scanSource(source: SourceObject, nullable: boolean): Scan {
  const { table } = source;
  const parts = partsOf(source.fields.map((field) => fieldScan(field, source.type)));
  return (bytes, at, tables, text) => {
    const rows = tables[table] as InstanceTable;
    const row = rows.add();
    if (bytes[at] === BYTE.LOWER_N) return nullable ? scanNull(bytes, at) : NOT_PLAIN;
    if (bytes[at] !== BYTE.OPENING_BRACE) return NOT_PLAIN;
    rows.slots[row] = IS_OBJECT;
    let next = at;
    for (let i = 0; i < parts.length; i += 1) {
      next = scanPart(parts[i] as Part, bytes, next, tables, text, rows, row);
      if (next === NOT_PLAIN) return NOT_PLAIN;
    }
    next = skipSpace(bytes, next);
    return bytes[next] === BYTE.CLOSING_BRACE ? next + 1 : NOT_PLAIN;
  };
}

/** An object that nobody looks into. */
export function checkObject(fields: readonly { readonly key: string; readonly check: Check }[]): Check {
  const checked = fields.map(({ key, check }) => ({ key: keyBytes(key), scan: check.scan }));
  const patterns = fields.map(({ key, check: { pattern } }) => pattern && `"${key}":${pattern}`);
  const pattern = patterns.includes(null) ? null : `\\{${patterns.join(',')}\\}`;
  const scan: Scan = (bytes, at, tables, text) => {
    if (bytes[at] !== BYTE.OPENING_BRACE) return NOT_PLAIN;
    let next = at;
    for (let i = 0; i < checked.length; i += 1) {
      const { key, scan } = checked[i] as (typeof checked)[number];
      next = beginField(bytes, next, i === 0, key);
      if (next === NOT_PLAIN) return NOT_PLAIN;
      next = scan(bytes, next, tables, text);
      if (next === NOT_PLAIN) return NOT_PLAIN;
    }
    next = skipSpace(bytes, next);
    return bytes[next] === BYTE.CLOSING_BRACE ? next + 1 : NOT_PLAIN;
  };
  return { scan: pattern === null ? scan : patternFirst(pattern, scan), pattern };
}

/** Most objects of a list are as they are mostly written: a third of the work of the scan. */
function patternFirst(pattern: string, scan: Scan): Scan {
  const regExp = new RegExp(pattern, 'y');
  return (bytes, at, tables, text) => {
    const end = text.match(regExp, at);
    return end === NOT_PLAIN ? scan(bytes, at, tables, text) : end;
  };
}

export function orNull({ scan, pattern }: Check): Check {
  return {
    scan: (bytes, at, tables, text) =>
      bytes[at] === BYTE.LOWER_N ? scanNull(bytes, at) : scan(bytes, at, tables, text),
    pattern: pattern && `(?:${pattern}|null)`,
  };
}

/** Without a pattern: one that repeats remembers each repetition. */
export function listOf({ scan }: { readonly scan: Scan }): Check {
  return { scan: (bytes, at, tables, text) => scanList(bytes, at, scan, tables, text), pattern: null };
}

/** The name of the only type that can be. */
export function checkTypename(type: string): Check {
  const word = keptBytes(`"${type}"`);
  return {
    scan: (bytes, at) => (matches(bytes, at, word) ? at + word.length : NOT_PLAIN),
    pattern: `"${type}"`,
  };
}

/**
 * Fields next to each other that one pattern checks, which is a third of the work: positions are known of the first
 * one's key and of the last one's end.
 */
interface Part {
  readonly isFirst: boolean;
  readonly fields: readonly FieldScan[];
  /** `null` where a position between is asked for, or a value has no pattern. */
  readonly pattern: RegExp | null;
  readonly keySlot: number;
  readonly endSlot: number;
}

interface FieldScan {
  readonly name: string;
  /** `"name":` */
  readonly key: Uint8Array;
  readonly check: Check;
  readonly keySlot: number;
  readonly startSlot: number;
  readonly endSlot: number;
  readonly childTable: number;
  readonly childStride: number;
  readonly childSlot: number;
  readonly isList: boolean;
}

function partsOf(fields: readonly FieldScan[]): Part[] {
  const groups: FieldScan[][] = [];
  let open: FieldScan[] | null = null;
  for (const field of fields) {
    if (!hasPattern(field)) {
      groups.push([field]);
      open = null;
      continue;
    }
    if (open === null || field.keySlot !== NO_SLOT) {
      open = [];
      groups.push(open);
    }
    open.push(field);
    if (field.endSlot !== NO_SLOT) open = null;
  }
  return groups.map((group, index) => partOf(group, index === 0));
}

/** Behind the last value; behind the others stands a comma. */
const NO_MORE_OF_A_NUMBER = '(?![0-9.eE])';

function hasPattern({ check, startSlot, childSlot }: FieldScan): boolean {
  return check.pattern !== null && startSlot === NO_SLOT && childSlot === NO_SLOT;
}

function partOf(fields: readonly FieldScan[], isFirst: boolean): Part {
  const [first] = fields as readonly [FieldScan];
  const { keySlot } = first;
  const { endSlot } = fields.at(-1) as FieldScan;
  const text = fields.map(({ name, check }) => `"${name}":${check.pattern}`).join(',');
  const pattern = hasPattern(first)
    ? new RegExp(`${isFirst ? '\\{' : ','}${text}${NO_MORE_OF_A_NUMBER}`, 'y')
    : null;
  return { isFirst, fields, pattern, keySlot, endSlot };
}

function scanPart(
  { isFirst, fields, pattern, keySlot, endSlot }: Part,
  bytes: Uint8Array,
  at: number,
  tables: readonly InstanceTable[],
  text: Text,
  rows: InstanceTable,
  row: number,
): number {
  if (pattern !== null) {
    const end = text.match(pattern, at);
    if (end !== NOT_PLAIN) {
      if (keySlot !== NO_SLOT) rows.slots[row + keySlot] = at + 1;
      if (endSlot !== NO_SLOT) rows.slots[row + endSlot] = end;
      return end;
    }
  }
  let next = at;
  for (let i = 0; i < fields.length; i += 1) {
    const field = fields[i] as FieldScan;
    next = beginField(bytes, next, isFirst && i === 0, field.key);
    if (next === NOT_PLAIN) return NOT_PLAIN;
    next = noteField(field, bytes, next, tables, text, rows, row);
    if (next === NOT_PLAIN) return NOT_PLAIN;
  }
  return next;
}

function fieldScan(field: SourceField, type: string): FieldScan {
  const { key, slots, child } = field;
  return {
    name: key,
    key: keyBytes(key),
    check: checkOf(field, type),
    keySlot: slots.key,
    startSlot: slots.start,
    endSlot: slots.end,
    childTable: child?.object.table ?? -1,
    childStride: child?.object.slotCount ?? 0,
    childSlot: child?.slot ?? NO_SLOT,
    isList: child?.isList ?? false,
  };
}

function checkOf({ isTypename, child, check }: SourceField, type: string): Check {
  if (isTypename) return checkTypename(type);
  if (child === null) return check ?? { scan: scanAny, pattern: null };
  if (!child.isList) return { scan: scanSource(child.object, child.nullable), pattern: null };
  const list = listOf({ scan: scanSource(child.object, child.itemNullable) });
  return child.nullable ? orNull(list) : list;
}

function keyBytes(key: string): Uint8Array {
  return keptBytes(`"${key}":`);
}

/**
 * @param at of the object's brace, or behind its last field.
 * @returns where the value begins.
 */
function beginField(bytes: Uint8Array, at: number, isFirst: boolean, key: Uint8Array): number {
  let next = at;
  if (!isFirst) {
    next = skipSpace(bytes, next);
    if (bytes[next] !== BYTE.COMMA) return NOT_PLAIN;
  }
  next = skipSpace(bytes, next + 1);
  return matches(bytes, next, key) ? skipSpace(bytes, next + key.length) : NOT_PLAIN;
}

function noteField(
  field: FieldScan,
  bytes: Uint8Array,
  at: number,
  tables: readonly InstanceTable[],
  text: Text,
  rows: InstanceTable,
  row: number,
): number {
  const child = field.childSlot === NO_SLOT ? null : (tables[field.childTable] as InstanceTable);
  const first = child === null ? 0 : child.end;
  const end = field.check.scan(bytes, at, tables, text);
  if (end === NOT_PLAIN) return NOT_PLAIN;
  const { slots } = rows;
  if (field.keySlot !== NO_SLOT) slots[row + field.keySlot] = keyStart(bytes, at, field.key);
  if (field.startSlot !== NO_SLOT) slots[row + field.startSlot] = at;
  if (field.endSlot !== NO_SLOT) slots[row + field.endSlot] = end;
  if (child === null) return end;
  slots[row + field.childSlot] = first;
  if (field.isList) {
    const isNull = bytes[at] === BYTE.LOWER_N;
    slots[row + field.childSlot + 1] = isNull ? -1 : (child.end - first) / field.childStride;
  }
  return end;
}

/** Between key and value nothing can stand but white space, and that rarely does. */
function keyStart(bytes: Uint8Array, valueAt: number, key: Uint8Array): number {
  let colon = valueAt - 1;
  while (bytes[colon] !== BYTE.COLON) colon -= 1;
  return colon + 1 - key.length;
}
