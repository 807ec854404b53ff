/** From an HTTP response to an answer or an error. It trusts nothing: a proxy may have answered. */
import { type FeatureFailure, isRecord, parseFailures } from './feature-failure.ts';
import { type PartialError, queryError, type RefusalError } from './query-error.ts';
import { parseRetryAfter } from './retry-after.ts';
import { ValueStatuses } from './value-statuses.ts';

/** The parts of `Response` that are read, so that a `fetch` of one's own needs no more. */
export interface HttpResponse {
  readonly status: number;
  readonly type?: string;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

export interface ReadAnswer {
  readonly data: object;
  readonly error: PartialError | null;
  readonly requestId: string | null;
  /** `null` where none were asked for. */
  readonly statuses: ValueStatuses | null;
}

/** What errors tell of the exchange that they come from. */
interface Exchange {
  readonly httpStatus: number;
  readonly requestId: string | null;
  readonly attempts: number;
  readonly retryAfterMs: number | null;
  readonly text: string;
}

export async function readAnswer(
  response: HttpResponse,
  wantsStatuses: boolean,
  attempts: number,
): Promise<ReadAnswer | RefusalError> {
  const { status: httpStatus, headers } = response;
  const exchange: Exchange = {
    httpStatus,
    requestId: headers.get('x-request-id'),
    attempts,
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), headers.get('date')),
    text: await response.text(),
  };
  if (response.type === 'opaqueredirect' || (httpStatus >= 300 && httpStatus < 400)) {
    return badResponse(
      'Expected an answer, got a redirect. Give the address that the graph itself has.',
      exchange,
    );
  }
  const body = parseJson(exchange.text);
  const failures = isRecord(body) ? parseFailures(body.errors ?? []) : null;
  if (!isRecord(body) || failures === null || (body.data === undefined && failures.length === 0))
    return httpRefusal(exchange, null) ?? badResponse(describeBody(exchange), exchange);
  if (isRecord(body.data)) return answerOf(body, body.data, failures, wantsStatuses, exchange);
  const [first] = failures;
  if (first === undefined)
    return badResponse('Expected data or errors, got a body with data null and no error.', exchange);
  return refusalOf(first, failures, exchange);
}

function answerOf(
  body: Readonly<Record<string, unknown>>,
  data: object,
  failures: readonly FeatureFailure[],
  wantsStatuses: boolean,
  exchange: Exchange,
): ReadAnswer | RefusalError {
  const statuses = wantsStatuses ? ValueStatuses.join(data, lettersOf(body.extensions)) : null;
  if (wantsStatuses && statuses === null) {
    return badResponse(
      'Expected extensions.featuregraph.statuses with one letter per value, got none or some that do not fit the data.',
      exchange,
    );
  }
  const [first] = failures;
  const error =
    first === undefined
      ? null
      : queryError('partial', summaryOf(failures), { ...factsOf(exchange), code: first.code, failures });
  return { data, error, requestId: exchange.requestId, statuses };
}

function lettersOf(extensions: unknown): unknown {
  const own = isRecord(extensions) ? extensions.featuregraph : undefined;
  return isRecord(own) ? own.statuses : undefined;
}

/** Codes first: where the media type is plain JSON, many an error comes with status 200. */
function refusalOf(
  first: FeatureFailure,
  failures: readonly FeatureFailure[],
  exchange: Exchange,
): RefusalError {
  const known = httpRefusal(
    { ...exchange, httpStatus: STATUS_OF_CODE[first.code] ?? exchange.httpStatus },
    first,
  );
  if (known !== null) return Object.assign(known, { httpStatus: exchange.httpStatus });
  const facts = { ...factsOf(exchange), code: first.code, failures };
  const wrongRequest = exchange.httpStatus >= 400 && exchange.httpStatus < 500;
  return wrongRequest || REQUEST_CODES.has(first.code)
    ? queryError('badRequest', summaryOf(failures), facts)
    : queryError('failed', summaryOf(failures), facts);
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  PERSISTED_ONLY: 403,
  RATE_LIMITED: 429,
  QUOTA_EXCEEDED: 429,
  OVERLOADED: 503,
  SHUTTING_DOWN: 503,
};

const REQUEST_CODES: ReadonlySet<string> = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'LIST_LIMIT',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
]);

/** What the HTTP status alone decides; `null` for the others. */
function httpRefusal(exchange: Exchange, first: FeatureFailure | null): RefusalError | null {
  const facts = { ...factsOf(exchange), code: first?.code ?? null };
  const { httpStatus, retryAfterMs } = exchange;
  const message = first?.message ?? `The server answered with HTTP status ${httpStatus}.`;
  if (httpStatus === 401) return queryError('unauthenticated', message, facts);
  if (httpStatus === 403) return queryError('forbidden', message, facts);
  if (httpStatus === 429) return queryError('rateLimited', message, { ...facts, retryAfterMs });
  if (httpStatus === 503) return queryError('overloaded', message, { ...facts, retryAfterMs });
  if (httpStatus === 502 || httpStatus === 504) return queryError('network', message, facts);
  return null;
}

const EXCERPT_LENGTH = 200;

function badResponse(message: string, exchange: Exchange): RefusalError {
  return queryError('badResponse', message, {
    ...factsOf(exchange),
    excerpt: exchange.text.slice(0, EXCERPT_LENGTH),
  });
}

function describeBody({ httpStatus, text }: Exchange): string {
  const what = text === '' ? 'an empty body' : `a body that begins with ${JSON.stringify(text.slice(0, 40))}`;
  return `Expected a GraphQL answer in JSON, got HTTP status ${httpStatus} with ${what}.`;
}

function summaryOf(failures: readonly FeatureFailure[]): string {
  const [first] = failures;
  const more = failures.length - 1;
  return `${first?.message ?? ''}${more > 0 ? ` (and ${more} more)` : ''}`;
}

function factsOf({ httpStatus, requestId, attempts }: Exchange) {
  return { httpStatus, requestId, attempts };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
