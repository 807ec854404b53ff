/**
 * Errors as they leave a subgraph: one per failed value, with its path. Only deliberate ones keep their message;
 * any other is told to the log and shown as INTERNAL_SERVER_ERROR.
 */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { FeaturegraphError } from '../core/errors.ts';
import { FeatureError } from '../features/feature-error.ts';

export type OnInternalError = (
  error: unknown,
  where: { readonly subgraph: string; readonly requestId: string },
) => void;

const INTERNAL_MESSAGE = 'A fault inside the subgraph; the log has it under the request id.';

const ARGUMENT_REFUSED = /^Argument "/;

/** @param tell called once with each cause that is not deliberate. */
export function formatErrors(
  errors: readonly GraphQLError[],
  tell: (cause: unknown) => void,
): GraphQLFormattedError[] {
  const formatted = errors.map((error) => formatError(error, tell));
  // A refused request has no partial answer: what was served beside it is of no use to its sender.
  const refusal = formatted.find(({ extensions }) => extensions?.code === 'LIST_LIMIT');
  return refusal === undefined ? formatted : [refusal];
}

export function isRefusal(errors: readonly GraphQLFormattedError[]): boolean {
  return errors[0]?.extensions?.code === 'LIST_LIMIT';
}

function formatError(error: GraphQLError, tell: (cause: unknown) => void): GraphQLFormattedError {
  const { originalError } = error;
  const path = error.path === undefined ? {} : { path: error.path };
  if (originalError instanceof FeatureError)
    return { message: originalError.message, ...path, extensions: originalError.extensions };
  if (originalError instanceof FeaturegraphError)
    return {
      message: originalError.message,
      ...path,
      extensions: { ...originalError.details, code: originalError.code },
    };
  // GraphQL's own words about a null for what takes none, by a variable that may be null.
  if (originalError instanceof GraphQLError && ARGUMENT_REFUSED.test(error.message))
    return { message: error.message, ...path, extensions: { code: 'BAD_USER_INPUT' } };
  if (error.path === undefined && (originalError === undefined || originalError instanceof GraphQLError)) {
    // Raised before anything was executed: GraphQL's own words about the variables.
    return { message: error.message, extensions: { code: 'BAD_USER_INPUT' } };
  }
  tell(originalError ?? error);
  return { message: INTERNAL_MESSAGE, ...path, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

export function internalError(): GraphQLFormattedError {
  return { message: INTERNAL_MESSAGE, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}
