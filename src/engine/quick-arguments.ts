/**
 * The arguments of a field at a fraction of the cost, for most fields: what varies is given as whole variables, which
 * were coerced before. All else is left to graphql-js.
 */
import {
  BREAK,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  isNonNullType,
  Kind,
  type ValueNode,
  valueFromAST,
  visit,
} from 'graphql';

type Values = Readonly<Record<string, unknown>>;

/** @returns `null` where a variable is missing or null: what that means is left to graphql-js. */
export type QuickArguments = (variables: Values) => Values | null;

/** @returns `null` where an argument has a variable within a list or an object. */
export function quickArguments(
  { args }: GraphQLField<unknown, unknown>,
  { arguments: given = [] }: FieldNode,
): QuickArguments | null {
  const fixed: Record<string, unknown> = {};
  const varying: { readonly name: string; readonly variable: string }[] = [];
  for (const { name, type, defaultValue } of args) {
    const value = given.find((one) => one.name.value === name)?.value;
    if (value?.kind === Kind.VARIABLE) {
      varying.push({ name, variable: value.name.value });
      continue;
    }
    const constant = value === undefined ? defaultValue : constantOf(value, type);
    if (constant !== undefined) fixed[name] = constant;
    else if (value !== undefined || isNonNullType(type)) return null;
  }
  return (variables) => {
    const values = { ...fixed };
    for (const { name, variable } of varying) {
      const value = Object.hasOwn(variables, variable) ? variables[variable] : null;
      if (value === undefined || value === null) return null;
      values[name] = value;
    }
    return values;
  };
}

/** @returns `undefined` for what is not valid, or has a variable in it. */
function constantOf(value: ValueNode, type: GraphQLInputType): unknown {
  return hasVariable(value) ? undefined : valueFromAST(value, type);
}

function hasVariable(value: ValueNode): boolean {
  let has = false;
  visit(value, {
    Variable() {
      has = true;
      return BREAK;
    },
  });
  return has;
}
