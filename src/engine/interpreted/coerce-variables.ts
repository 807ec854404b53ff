/** Checks the client's variables against the operation, and gives them the form that subgraphs are sent. */
import {
  type GraphQLFormattedError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';

/** More problems than these help nobody, and each costs bytes. */
const VARIABLE_ERRORS_MAX = 20;

export type Variables =
  | {
      readonly ok: true;
      /** As graphql-js coerced them. */
      readonly coerced: Readonly<Record<string, unknown>>;
      /** As JSON: what the client sent, and defaults where it sent nothing. */
      readonly sent: Readonly<Record<string, unknown>>;
    }
  | { readonly ok: false; readonly errors: readonly GraphQLFormattedError[] };

export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Variables {
  const definitions = operation.variableDefinitions ?? [];
  const result = getVariableValues(schema, definitions, given as Record<string, unknown>, {
    maxErrors: VARIABLE_ERRORS_MAX,
  });
  if (result.errors !== undefined) {
    const errors = result.errors.slice(0, VARIABLE_ERRORS_MAX).map((error) => ({
      message: error.message,
      extensions: { code: 'BAD_USER_INPUT' },
    }));
    return { ok: false, errors };
  }
  const sent: Record<string, unknown> = {};
  for (const { variable, defaultValue } of definitions) {
    const name = variable.name.value;
    // Not the coerced value: a scalar's internal form is nothing to send.
    if (Object.hasOwn(given, name)) sent[name] = given[name];
    else if (defaultValue !== undefined) sent[name] = valueFromASTUntyped(defaultValue);
  }
  return { ok: true, coerced: result.coerced, sent };
}
