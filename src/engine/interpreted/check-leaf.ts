/** Checks that a leaf value of a subgraph has its type: what comes from elsewhere is not trusted to. */
import { type GraphQLLeafType, isEnumType } from 'graphql';
import type { LeafCheck } from './projection-table.ts';

const INT_MAX = 2 ** 31 - 1;
const INT_MIN = -(2 ** 31);

const BUILT_IN: Readonly<Record<string, LeafCheck>> = {
  Int: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value <= INT_MAX && value >= INT_MIN
      ? value
      : undefined,
  Float: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  String: (value) => (typeof value === 'string' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  // Servers may answer numbers for ids; clients always get text.
  ID: (value) =>
    typeof value === 'string'
      ? value
      : typeof value === 'number' && Number.isInteger(value)
        ? String(value)
        : undefined,
};

export function checkLeaf(type: GraphQLLeafType): LeafCheck {
  const builtIn = BUILT_IN[type.name];
  if (builtIn !== undefined) return builtIn;
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map((value) => value.name));
    return (value) => (names.has(value as string) ? value : undefined);
  }
  return (value) => {
    try {
      return type.serialize(value);
    } catch {
      return undefined;
    }
  };
}
