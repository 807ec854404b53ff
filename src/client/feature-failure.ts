/** The errors of an answer: one entry per cause and reason, however many values it cost. */
import type { ErrorCode } from '../core/errors.ts';

export interface FeatureFailure {
  /** Of the server's catalogue; other federation servers may have codes of their own. */
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  /** What failed; `null` where the server names nothing. */
  readonly cause: FailureCause | null;
  /** Of the first value that it cost, with list indexes. */
  readonly path: readonly (string | number)[];
  /** How many values it cost. */
  readonly count: number;
  /** Indexes in the first list on the path, ascending; empty where the path leads through no list. */
  readonly indexes: readonly number[];
}

export interface FailureCause {
  readonly kind: 'view' | 'transform' | 'subgraph';
  readonly name: string;
}

const CAUSE_KINDS = ['view', 'transform', 'subgraph'] as const;

/** @returns `null` when the value is no list of GraphQL errors. */
export function parseFailures(errors: unknown): readonly FeatureFailure[] | null {
  if (!Array.isArray(errors)) return null;
  const failures: FeatureFailure[] = [];
  for (const error of errors) {
    if (!isRecord(error) || typeof error.message !== 'string') return null;
    failures.push(parseFailure(error, error.message));
  }
  return failures;
}

function parseFailure(error: Record<string, unknown>, message: string): FeatureFailure {
  const extensions = isRecord(error.extensions) ? error.extensions : {};
  const path = Array.isArray(error.path) ? (error.path as (string | number)[]) : [];
  const index = path.find((key): key is number => typeof key === 'number');
  return {
    code: typeof extensions.code === 'string' ? extensions.code : 'UNKNOWN',
    message,
    cause: causeOf(extensions),
    path,
    count: typeof extensions.count === 'number' ? extensions.count : 1,
    indexes: Array.isArray(extensions.indexes)
      ? (extensions.indexes as number[])
      : index === undefined
        ? []
        : [index],
  };
}

function causeOf(extensions: Readonly<Record<string, unknown>>): FailureCause | null {
  for (const kind of CAUSE_KINDS) {
    const name = extensions[kind];
    if (typeof name === 'string') return { kind, name };
  }
  return null;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
