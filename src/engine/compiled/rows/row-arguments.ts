/** The arguments of a field as its subgraph would be given them, worked out once for each request. */
import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  isNonNullType,
  isSpecifiedScalarType,
  Kind,
  type TypeNode,
  type ValueNode,
  type VariableDefinitionNode,
  valueFromAST,
  visit,
} from 'graphql';
import type { CheckedVariables } from '../../coerce-variables.ts';

export type ArgumentValues = Readonly<Record<string, unknown>>;

export class RowArguments {
  readonly #schema: GraphQLSchema;
  readonly #field: GraphQLField<unknown, unknown>;
  readonly #node: FieldNode;
  /** Of the variables that the field uses, where the subgraph must see to them itself. */
  readonly #own: readonly VariableDefinitionNode[];
  /** Where no variable decides. */
  readonly #fixed: ArgumentValues | null;
  /** Where what varies is given as whole variables: the usual case, without going through the document. */
  readonly #quick: QuickArguments | null;

  constructor(
    schema: GraphQLSchema,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    document: DocumentNode,
  ) {
    this.#schema = schema;
    this.#field = field;
    this.#node = node;
    const used = variablesIn(node);
    const definitions = (getOperationAST(document)?.variableDefinitions ?? []).filter(({ variable }) =>
      used.has(variable.name.value),
    );
    this.#own = definitions.every(({ type }) => isBuiltIn(schema, type)) ? [] : definitions;
    this.#fixed = used.size === 0 ? getArgumentValues(field, node) : null;
    this.#quick = this.#own.length === 0 ? quickArguments(field, node) : null;
  }

  /** @returns `null` where the subgraph would refuse them. */
  valuesOf(variables: CheckedVariables): ArgumentValues | null {
    if (this.#fixed !== null) return this.#fixed;
    const quick = this.#quick?.(variables.coerced) ?? null;
    if (quick !== null) return quick;
    try {
      return getArgumentValues(this.#field, this.#node, this.#variables(variables));
    } catch {
      return null;
    }
  }

  /** Built-in scalars are the same everywhere; other types may make something else of what they are given. */
  #variables({ coerced, sent }: CheckedVariables): ArgumentValues {
    if (this.#own.length === 0) return coerced;
    const own = getVariableValues(this.#schema, this.#own, sent);
    if (own.coerced === undefined) throw new TypeError('refused by the subgraph');
    return own.coerced;
  }
}

/** @returns `null` where a variable is missing or null: what that means is left to graphql-js. */
type QuickArguments = (variables: ArgumentValues) => ArgumentValues | null;

/** @returns `null` where an argument has a variable within a list or an object. */
function quickArguments(
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

function variablesIn(node: FieldNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const argument of node.arguments ?? []) {
    visit(argument, {
      Variable(variable) {
        names.add(variable.name.value);
      },
    });
  }
  return names;
}

function isBuiltIn(schema: GraphQLSchema, type: TypeNode): boolean {
  if (type.kind !== Kind.NAMED_TYPE) return isBuiltIn(schema, type.type);
  const named = schema.getType(type.name.value);
  return named !== undefined && isSpecifiedScalarType(named);
}
