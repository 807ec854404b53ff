/**
 * Checks the variables of most requests at a fraction of the cost: built-in scalars and lists of them, as they are
 * meant to be sent, coerce to themselves. All else, and whatever is wrong, is left to graphql-js.
 */
import {
  type GraphQLSchema,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  type TypeNode,
} from 'graphql';
import type { CheckedVariables } from './coerce-variables.ts';

type IsPlain = (value: unknown) => boolean;

interface QuickVariable {
  readonly name: string;
  readonly isPlain: IsPlain;
  readonly mayBeMissing: boolean;
}

const INT_MAX = 2 ** 31 - 1;
const INT_MIN = -(2 ** 31);

const SCALARS: Readonly<Record<string, IsPlain>> = {
  ID: (value) => typeof value === 'string',
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Int: (value) => Number.isInteger(value) && (value as number) <= INT_MAX && (value as number) >= INT_MIN,
  Float: (value) => Number.isFinite(value),
};

/** @returns a function that gives `null` where graphql-js must look; `null` where it always must. */
export function quickVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): ((given: Readonly<Record<string, unknown>>) => CheckedVariables | null) | null {
  const quick: QuickVariable[] = [];
  for (const { variable, type, defaultValue } of variableDefinitions) {
    const isPlain = plainness(schema, type);
    if (isPlain === null || defaultValue !== undefined) return null;
    quick.push({ name: variable.name.value, isPlain, mayBeMissing: type.kind !== Kind.NON_NULL_TYPE });
  }
  return (given) => {
    const values: Record<string, unknown> = {};
    for (const { name, isPlain, mayBeMissing } of quick) {
      if (!Object.hasOwn(given, name)) {
        if (!mayBeMissing) return null;
        continue;
      }
      const value = given[name];
      if (!isPlain(value)) return null;
      values[name] = value;
    }
    return { coerced: values, sent: values };
  };
}

function plainness(schema: GraphQLSchema, type: TypeNode): IsPlain | null {
  if (type.kind !== Kind.NON_NULL_TYPE) {
    const nonNull = nonNullPlainness(schema, type);
    return nonNull && ((value) => value === null || nonNull(value));
  }
  return nonNullPlainness(schema, type.type);
}

function nonNullPlainness(schema: GraphQLSchema, type: TypeNode): IsPlain | null {
  if (type.kind === Kind.LIST_TYPE) {
    const item = plainness(schema, type.type);
    return item && ((value) => Array.isArray(value) && value.every(item));
  }
  if (type.kind !== Kind.NAMED_TYPE) return null;
  const named = schema.getType(type.name.value);
  // An API may bring a scalar of its own under such a name.
  return named !== undefined && isSpecifiedScalarType(named) ? (SCALARS[named.name] ?? null) : null;
}
