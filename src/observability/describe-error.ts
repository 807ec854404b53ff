/** An error as a line of the log has it. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code?: string | number;
  readonly cause?: DescribedError;
}

/** Causes of causes: deeper ones say nothing new, and a circle must end. */
const CAUSES_MAX = 4;

/**
 * Nothing but what is named here: drivers hang on their errors the command that failed, with the values of features
 * and the password that it was given.
 */
export function describeError(error: unknown, depth = 0): DescribedError | unknown {
  if (!(error instanceof Error)) return typeof error === 'object' && error !== null ? 'an object' : error;
  const { code, cause } = error as Error & { readonly code?: unknown };
  return {
    type: error.constructor.name,
    message: error.message,
    stack: error.stack,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(cause instanceof Error && depth < CAUSES_MAX && { cause: describeError(cause, depth + 1) }),
  };
}
