/** Everything that can go wrong with a query, as one union told apart by `kind`. */
import type { FeatureFailure } from './feature-failure.ts';

/** What each kind tells beside the facts that all have. */
interface KindFacts {
  /** The credential is missing, unknown or expired. */
  unauthenticated: object;
  /** The credential is good but has no grant for this. */
  forbidden: object;
  /** The document, its variables or a read option are wrong: the same request will never succeed. */
  badRequest: { readonly failures: readonly FeatureFailure[] };
  /** The budget or quota is spent, or too many requests are in flight. */
  rateLimited: { readonly retryAfterMs: number | null };
  /** The server takes no more work now, or is ending. */
  overloaded: { readonly retryAfterMs: number | null };
  /** The deadline passed before an answer came. */
  timeout: { readonly deadlineMs: number };
  /** The caller's own signal ended it. */
  aborted: { readonly reason: unknown };
  /** No answer of the server: no connection, a broken one, or a proxy that answers for it (502, 504). */
  network: object;
  /** An answer that is none of GraphQL: HTML, half a body, a redirect, statuses that do not fit the data. */
  badResponse: { readonly excerpt: string };
  /** The server ran the request, and nothing of it could be answered. */
  failed: { readonly failures: readonly FeatureFailure[] };
  /** The answer is there, and some of its values are null because they could not be read. */
  partial: { readonly failures: readonly FeatureFailure[] };
}

export type QueryErrorKind = keyof KindFacts;

/** What every error tells: an `Error`, so that it can be thrown and logged as it is. */
interface CommonFacts {
  /** The server's code where it sent one, else `null`. */
  readonly code: string | null;
  /** `null` where no answer came. */
  readonly httpStatus: number | null;
  /** The id under which the server's log has it. */
  readonly requestId: string | null;
  /** Requests sent, retries included. */
  readonly attempts: number;
}

export type QueryErrorOf<Kind extends QueryErrorKind> = Kind extends QueryErrorKind
  ? Error & CommonFacts & { readonly kind: Kind } & Readonly<KindFacts[Kind]>
  : never;

export type QueryError = QueryErrorOf<QueryErrorKind>;
export type PartialError = QueryErrorOf<'partial'>;
/** What leaves no data. */
export type RefusalError = QueryErrorOf<Exclude<QueryErrorKind, 'partial'>>;

const NOTHING_KNOWN: CommonFacts = { code: null, httpStatus: null, requestId: null, attempts: 0 };

export function queryError<Kind extends QueryErrorKind>(
  kind: Kind,
  message: string,
  facts: Readonly<KindFacts[Kind]> & Partial<CommonFacts>,
  cause?: unknown,
): QueryErrorOf<Kind> {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  error.name = 'QueryError';
  return Object.assign(error, NOTHING_KNOWN, { kind }, facts) as unknown as QueryErrorOf<Kind>;
}
