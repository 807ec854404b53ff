import type { FeatureType } from './feature-type.ts';
import { isValueProblem, parseFeatureValue, type ValueProblem } from './feature-value.ts';

/**
 * From an untrusted join key value to the text that `encodeEntityKey` takes: the same text for the same value,
 * wherever it comes from (a pushed row, an argument, a representation).
 *
 * @param value `null` and `undefined` are problems: a key is never null.
 */
export function parseJoinKey(type: FeatureType, value: unknown): string | ValueProblem {
  if (value === null || value === undefined)
    return { at: '', expected: 'a value, because it is part of the entity key', received: 'null' };
  // The encoded key has a bound of its own, with an error of its own.
  const unbounded = type.kind === 'scalar' ? { ...type, maxBytes: Number.MAX_SAFE_INTEGER } : type;
  const parsed = parseFeatureValue(unbounded, value);
  if (isValueProblem(parsed)) return parsed;
  return parsed.json.startsWith('"') ? (JSON.parse(parsed.json) as string) : parsed.json;
}
