/** The arguments of a field as its subgraph would be given them, worked out once for each request. */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  isSpecifiedScalarType,
  Kind,
  type TypeNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { CheckedVariables } from '../../coerce-variables.ts';
import { type QuickArguments, quickArguments } from '../../quick-arguments.ts';

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
