/** What a value of the configuration should be and what it is: in words of ours, and without showing a secret. */
import type { z } from 'zod';
import { isRecord } from '../core/is-record.ts';
import { didYouMean } from '../core/nearest-name.ts';

/** @returns `undefined` for what the library says well; where a key has words of its own, those are told. */
export function problemOf(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return input === undefined
        ? `is missing; expected ${nameOf(issue.expected)}`
        : `expected ${nameOf(issue.expected)}, got ${shown(input)}`;
    case 'too_big':
      return `expected at most ${issue.maximum}${unitOf(issue.origin)}, got ${shown(input)}`;
    case 'too_small':
      return `expected at least ${issue.minimum}${unitOf(issue.origin)}, got ${shown(input)}`;
    case 'invalid_value':
      return oneOf(issue.values.map(String), input);
    case 'invalid_union':
      return isRecord(input) && issue.discriminator !== undefined && Array.isArray(issue.options)
        ? oneOf(issue.options.map(String), input[issue.discriminator])
        : undefined;
    case 'invalid_format':
      return FORMATS[issue.format] === undefined
        ? undefined
        : `expected ${FORMATS[issue.format]}, got ${shown(input)}`;
    default:
      return undefined;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a moment in ISO 8601 with a zone, such as 2026-01-06T00:00:00Z',
  url: 'an address with its scheme, such as http://127.0.0.1:4000/graphql',
};

/** Of what came only what is near to a name of ours is told, by that name. */
function oneOf(known: readonly string[], input: unknown): string {
  const expected = `expected ${known.length === 1 ? '' : 'one of '}${known.join(', ')}, got ${shown(input)}`;
  const meant = typeof input === 'string' ? didYouMean(input, known) : '';
  return meant === '' ? expected : `${expected}.${meant}`;
}

function nameOf(expected: string): string {
  return NAMES[expected] ?? expected;
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' || origin === 'set' ? ' items' : '';
}

/** Only numbers and truth values are shown: a text may be a secret. */
function shown(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'string')
    return value.length === 0 ? 'an empty text' : `a text of ${value.length} characters`;
  return Array.isArray(value) ? 'a list' : 'an object';
}
