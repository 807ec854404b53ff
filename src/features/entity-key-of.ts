/** The entity key of a lookup's arguments, a representation or a reference's key values. */
import { type EntityKey, type EntityKeyProblem, encodeEntityKey } from '../core/entity-key.ts';
import { describeType, type FeatureType } from '../core/feature-type.ts';
import { parseJoinKey } from '../core/join-key.ts';
import type { JoinKey } from '../registry/registry.ts';

/**
 * @param values one per join key, in their order; untrusted.
 * @returns the key, or why these values cannot be one.
 */
export function entityKeyOf(
  joinKeys: readonly JoinKey[],
  values: readonly unknown[],
): EntityKey | EntityKeyProblem {
  const parts = new Array<string>(joinKeys.length);
  for (let i = 0; i < joinKeys.length; i += 1) {
    const { name, type } = joinKeys[i] as JoinKey;
    const value = values[i];
    // Text for an id is the usual case, and is its own canonical form.
    const part = typeof value === 'string' && isText(type) ? value : parseJoinKey(type, value);
    if (typeof part !== 'string') {
      return {
        code: 'INVALID_KEY',
        message: `The join key ${name} is not ${describeType(type)}: expected ${part.expected}, got ${part.received}.`,
      };
    }
    parts[i] = part;
  }
  return encodeEntityKey(parts);
}

function isText(type: FeatureType): boolean {
  return type.kind === 'scalar' && (type.name === 'ID' || type.name === 'String');
}
