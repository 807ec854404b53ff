/**
 * Reads a body of JSON, and refuses what readers understand differently: the same key twice, keys that are a
 * prototype's, nesting without end.
 */
import { describeBrokenJson } from '../../src/core/broken-json.ts';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { endOfString, NOT_PLAIN, readPlainJson } from './read-plain-json.ts';

/** Variables of real operations nest a handful of levels. */
const NESTING_MAX = 64;

const QUOTE = 34;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const COLON = 58;

const A_REQUEST = 'a JSON object with "query" or "documentId", as in {"query": "{ __typename }"}';

/** @throws FeaturegraphError BAD_REQUEST */
export function readJson(text: string): unknown {
  const plain = readPlainJson(text, NESTING_MAX);
  if (plain !== NOT_PLAIN) return plain;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (text.trim() === '') throw malformed(`The body is empty; expected ${A_REQUEST}`);
    throw malformed(`The body is not JSON: ${describeBrokenJson(error)}. Expected ${A_REQUEST}`);
  }
  assertPlain(text);
  return value;
}

/** @param text that is JSON, so that only its structure is left to look at. */
function assertPlain(text: string): void {
  /** Keys of each object that is open; `null` for a list. */
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at + 1);
      if (isKey(text, end)) addKey(open.at(-1) ?? null, text.slice(at, end + 1));
      at = end;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      open.push(code === OPEN_BRACE ? new Set() : null);
      if (open.length > NESTING_MAX)
        throw malformed(`The body nests more than ${NESTING_MAX} levels deep; flatten it`);
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      open.pop();
    }
  }
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (text.charCodeAt(at) <= 32) at += 1;
  return text.charCodeAt(at) === COLON;
}

function addKey(keys: Set<string> | null, quoted: string): void {
  if (keys === null) return;
  const key = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  if (key === '__proto__') throw malformed('The body has a key __proto__, which no name of GraphQL is');
  if (keys.has(key)) throw malformed('The body has the same key twice in one object; send it once');
  keys.add(key);
}

function malformed(what: string): FeaturegraphError {
  return new FeaturegraphError('BAD_REQUEST', `${what}.`);
}
