import {
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';
import { ERROR_CATALOGUE } from '../core/errors.ts';

/** A request's variables, checked against its operation, in the two forms that execution needs. */
export interface CheckedVariables {
  /** As graphql-js coerced them. */
  readonly coerced: Readonly<Record<string, unknown>>;
  /** As JSON, for subgraphs: what the client sent, and defaults where it sent nothing. */
  readonly sent: Readonly<Record<string, unknown>>;
}

/** Most problems of one request's variables that are told; the rest would only repeat them. */
const VARIABLE_ERRORS_MAX = 20;

/** @throws GraphQLError BAD_USER_INPUT with all problems in its message. */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): CheckedVariables {
  const definitions = operation.variableDefinitions ?? [];
  const result = getVariableValues(schema, definitions, given, { maxErrors: VARIABLE_ERRORS_MAX });
  if (result.errors !== undefined) {
    const [first] = result.errors;
    throw new GraphQLError(result.errors.map(({ message }) => message).join('\n'), {
      nodes: first?.nodes ?? null,
      extensions: { code: 'BAD_USER_INPUT', http: { status: ERROR_CATALOGUE.BAD_USER_INPUT.httpStatus } },
    });
  }
  const sent: Record<string, unknown> = {};
  for (const { variable, defaultValue } of definitions) {
    const name = variable.name.value;
    // Not the coerced value: a scalar's internal form is nothing to send.
    if (Object.hasOwn(given, name)) sent[name] = given[name];
    else if (defaultValue !== undefined) sent[name] = valueFromASTUntyped(defaultValue);
  }
  return { coerced: result.coerced, sent };
}
