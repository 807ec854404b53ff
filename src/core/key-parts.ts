/**
 * From the values of join keys (arguments, representations, pushed rows, a reference's features) to the one
 * text of each that entity keys are made of. Every room must come through here: two texts for one value would
 * be two entities.
 */
import type { EntityKey, EntityKeyProblem } from './entity-key.ts';
import { encodeEntityKey } from './entity-key.ts';
import { describeType, type FeatureType } from './feature-type.ts';
import { describeReceived, isValueProblem, parseFeatureValue } from './feature-value.ts';

/** @returns the canonical text (`7`, `2026-01-01T00:00:00.000Z`), or `undefined` when the value is not of the type. */
export function keyPartText(type: FeatureType, value: unknown): string | undefined {
  if (type.kind !== 'scalar' && type.kind !== 'enum') return undefined;
  // Ids are the usual case and need no more than this; their length is the entity key's to judge.
  if (typeof value === 'string' && type.kind === 'scalar' && (type.name === 'ID' || type.name === 'String'))
    return value;
  if (value === null || value === undefined) return undefined;
  const parsed = parseFeatureValue(type, value);
  if (isValueProblem(parsed)) return undefined;
  return parsed.json.charCodeAt(0) === 0x22 ? (JSON.parse(parsed.json) as string) : parsed.json;
}

/**
 * @param types of the join keys, in the order of the entity's `@key`; `values` in the same order.
 * @returns the entity key, or why these values cannot be one.
 */
export function entityKeyOf(
  types: readonly FeatureType[],
  values: readonly unknown[],
): EntityKey | EntityKeyProblem {
  const parts: string[] = [];
  for (let i = 0; i < types.length; i += 1) {
    const type = types[i] as FeatureType;
    const text = keyPartText(type, values[i]);
    if (text === undefined) {
      return {
        code: 'INVALID_KEY',
        message: `A join key is not of its type: expected ${describeType(type)}, got ${describeReceived(values[i])}.`,
      };
    }
    parts.push(text);
  }
  return encodeEntityKey(parts);
}
