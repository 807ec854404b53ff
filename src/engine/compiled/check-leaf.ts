/** Checks that a leaf has its type, as the projection does; what that would answer in other words is not plain. */
import { GraphQLScalarType, type GraphQLSchema, isEnumType, isScalarType } from 'graphql';
import type { Shape } from '../interpreted/projection-table.ts';
import { keptBytes } from './kept-bytes.ts';
import {
  BYTE,
  type Check,
  matches,
  NOT_PLAIN,
  type Scan,
  scanAny,
  scanBoolean,
  scanFloat,
  scanInt,
  scanString,
  textOf,
} from './scan-json.ts';

const DIGIT = '[0-9]';
/** Numbers as they are mostly written; longer ones are left to the scan, which knows their bounds. */
const INT = `(?:-?[1-9](?!${DIGIT.repeat(9)})${DIGIT}*|0)`;
const FLOAT = `-?(?:[1-9](?!${DIGIT.repeat(16)})${DIGIT}*|0)(?:\\.${DIGIT}+)?`;
/** Without escapes. One character for each byte, so that all of UTF-8 is above. */
const STRING = '"[^"\\\\\\x00-\\x1f]*"';

/** An ID that a server writes as a number is answered as text, so it is not plain. */
const BUILT_IN: Readonly<Record<string, Check>> = {
  Int: { scan: scanInt, pattern: INT },
  Float: { scan: scanFloat, pattern: FLOAT },
  String: { scan: scanString, pattern: STRING },
  Boolean: { scan: scanBoolean, pattern: '(?:true|false)' },
  ID: { scan: scanString, pattern: STRING },
};

/** A scalar that nothing was said about lets pass what it is given. */
const LETS_PASS = new GraphQLScalarType({ name: 'LetsPass' }).serialize;

export function checkLeaf(shape: Shape & { kind: 'leaf' }, schema: GraphQLSchema): Check {
  const builtIn = BUILT_IN[shape.name];
  if (builtIn !== undefined) return builtIn;
  const type = schema.getType(shape.name);
  if (isEnumType(type)) return checkEnum(type.getValues().map(({ name }) => name));
  if (isScalarType(type) && type.serialize === LETS_PASS) return { scan: scanAny, pattern: null };
  const scan: Scan = (bytes, at, tables, text) => {
    const end = scanAny(bytes, at, tables, text);
    if (end === NOT_PLAIN) return NOT_PLAIN;
    const value: unknown = JSON.parse(textOf(bytes, at, end));
    return shape.check(value) === value ? end : NOT_PLAIN;
  };
  return { scan, pattern: null };
}

function checkEnum(names: readonly string[]): Check {
  const words = names.map((name) => keptBytes(`"${name}"`));
  const scan: Scan = (bytes, at) => {
    if (bytes[at] !== BYTE.QUOTE) return NOT_PLAIN;
    for (const word of words) if (matches(bytes, at, word)) return at + word.length;
    return NOT_PLAIN;
  };
  return { scan, pattern: `"(?:${names.join('|')})"` };
}
