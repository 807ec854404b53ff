import { ConfigurationError } from '../config.ts';
import { ERROR_CATALOGUE, type ErrorCode, FeaturegraphError } from '../core/errors.ts';
import type { CustomizationError } from '../features/customization.ts';
import type { CompositionError } from '../served-graph.ts';
import type { SchemaError } from '../workspace.ts';
import { paint } from './output.ts';

/** What a command leaves behind, for scripts: done, problems found, wrong usage or configuration, out of reach. */
export const EXIT = { DONE: 0, PROBLEMS: 1, USAGE: 2, UNREACHABLE: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Failure {
  readonly exitCode: ExitCode;
  /** For people. */
  readonly text: string;
  /** For `--json`. */
  readonly problems: readonly unknown[];
}

/** Errors of our own making say what to do and are shown as they are; anything else is a fault, with its stack. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof ConfigurationError) {
    const lines = error.problems.map(({ key, problem }) => `  ${paint.bold(key)}: ${problem}`);
    return {
      exitCode: EXIT.USAGE,
      text: `The configuration has problems:\n${lines.join('\n')}`,
      problems: error.problems,
    };
  }
  if (isProblemList(error)) {
    return { exitCode: EXIT.PROBLEMS, text: error.message, problems: error.problems };
  }
  if (error instanceof FeaturegraphError) {
    return {
      exitCode: exitCodeOf(error.code),
      text: `${error.message}${causeOf(error)} ${paint.faint(`(${error.code})`)}`,
      problems: [{ code: error.code, message: error.message }],
    };
  }
  if (isRequestError(error)) {
    const { code } = error.extensions;
    return {
      exitCode: exitCodeOf(code),
      text: `${error.message} ${paint.faint(`(${code})`)}`,
      problems: [{ code, message: error.message }],
    };
  }
  if (error instanceof Error && error.constructor === Error) {
    const exitCode = isUnreachable(error) ? EXIT.UNREACHABLE : EXIT.USAGE;
    return { exitCode, text: error.message, problems: [{ message: error.message }] };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    exitCode: EXIT.PROBLEMS,
    text: `Something failed that should not; please report it:\n${stack}`,
    problems: [{ message: stack }],
  };
}

/** What a driver said, for who runs the command: clients of a server are not told it. */
function causeOf({ cause }: Error): string {
  return cause instanceof Error ? `\n  ${cause.message}` : '';
}

const PROBLEM_LISTS = new Set(['SchemaError', 'CompositionError', 'CustomizationError']);

/** Told by name: to know the classes would be to read the server's code for every command. */
function isProblemList(error: unknown): error is SchemaError | CompositionError | CustomizationError {
  return error instanceof Error && PROBLEM_LISTS.has(error.name);
}

/** A GraphQLError with a code of the catalogue, told by its form for the same reason. */
function isRequestError(
  error: unknown,
): error is Error & { readonly extensions: { readonly code: ErrorCode } } {
  const extensions =
    error instanceof Error ? (error as { extensions?: { code?: unknown } }).extensions : undefined;
  return typeof extensions?.code === 'string' && Object.hasOwn(ERROR_CATALOGUE, extensions.code);
}

function exitCodeOf(code: ErrorCode): ExitCode {
  if (code === 'ROW_INVALID' || code === 'EVENT_TIME_REFUSED' || code === 'BLOCK_TOO_LARGE')
    return EXIT.PROBLEMS;
  return ERROR_CATALOGUE[code].retryable ? EXIT.UNREACHABLE : EXIT.USAGE;
}

function isUnreachable(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && /^(?:ECONN|EHOST|ENET|ENOTFOUND|ETIMEDOUT|EAI_)/.test(code);
}
