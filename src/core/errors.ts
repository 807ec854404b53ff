/**
 * The catalogue of everything a caller can be told, and the error that carries it. Docs are printed from this
 * table. Only a `FeaturegraphError` (or GraphQL's own validation) reaches a client with its message.
 */
export interface ErrorEntry {
  readonly httpStatus: number;
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean;
  /** What it means and what to do, for the docs. */
  readonly meaning: string;
  readonly since: string;
}

function entry(httpStatus: number, retryable: boolean, meaning: string): ErrorEntry {
  return { httpStatus, retryable, meaning, since: '0.1' };
}

export const ERROR_CATALOGUE = {
  UNAUTHENTICATED: entry(
    401,
    false,
    'No credential, or one that is malformed, unknown, expired or revoked. Send `Authorization: Bearer <key>`.',
  ),
  IDENTITY_UNAVAILABLE: entry(
    503,
    true,
    'The store of tenants, or the key set of the token issuer, has not answered for too long, so nobody can tell who asks.',
  ),
  AUDIT_UNAVAILABLE: entry(
    503,
    true,
    'The audit of writes cannot be written, so nothing is. The operator finds the cause in the log.',
  ),
  FORBIDDEN: entry(
    403,
    false,
    'The credential is known but has no grant for this. Ask the owner of the namespace or feature.',
  ),
  BAD_REQUEST: entry(
    400,
    false,
    'The request is not what the endpoint reads: broken JSON, a wrong content type, a body too large, a malformed parameter.',
  ),
  GRAPHQL_PARSE_FAILED: entry(400, false, 'The document is not GraphQL.'),
  GRAPHQL_VALIDATION_FAILED: entry(400, false, 'The document does not fit the schema.'),
  BAD_USER_INPUT: entry(
    400,
    false,
    'A variable or argument does not have its type, or a read option is unknown or out of bounds.',
  ),
  OPERATION_RESOLUTION_FAILURE: entry(
    400,
    false,
    'The document has several operations and none was named, or has none of that name.',
  ),
  PERSISTED_QUERY_NOT_FOUND: entry(
    404,
    false,
    'No document of this id or hash is known: not in the manifest that the server was given, and not sent before. Send the text, or give the server the manifest.',
  ),
  PERSISTED_ONLY: entry(
    403,
    false,
    'Only documents of the manifest are served. Ask for one by its id, or have yours added.',
  ),
  TOKEN_LIMIT: entry(400, false, 'The document has too many tokens. Trusted documents have no such limit.'),
  DEPTH_LIMIT: entry(400, false, 'The document nests too deeply. Trusted documents have no such limit.'),
  ALIAS_LIMIT: entry(400, false, 'The document has too many aliases. Trusted documents have no such limit.'),
  FIELD_LIMIT: entry(
    400,
    false,
    'The document has too many fields once its fragments are expanded, or repeats too many. Trusted documents have no such limit.',
  ),
  ROOT_FIELD_LIMIT: entry(
    400,
    false,
    'An operation has too many fields at its root. Trusted documents have no such limit.',
  ),
  DIRECTIVE_LIMIT: entry(
    400,
    false,
    'The document has too many directives, at one place or in all. Trusted documents have no such limit.',
  ),
  FRAGMENT_LIMIT: entry(
    400,
    false,
    'The document defines too many fragments. Trusted documents have no such limit.',
  ),
  COST_ESTIMATED_TOO_EXPENSIVE: entry(
    400,
    false,
    'The operation may cost more than any operation may, whatever the budget. The message says the cost, the maximum and the five dearest places: ask for fewer keys or fields at once.',
  ),
  OPERATION_NOT_SUPPORTED: entry(400, false, 'Subscriptions and `@defer` are not served.'),
  LIST_LIMIT: entry(400, false, "More keys than the lookup's `maxKeys`. Split the list."),
  BATCHING_DISABLED: entry(400, false, 'An array of operations was sent. Send them singly.'),
  CSRF_BLOCKED: entry(
    400,
    false,
    'A browser could have sent this request without asking. Send `Content-Type: application/json` or an `Apollo-Require-Preflight` header.',
  ),
  INTROSPECTION_DISABLED: entry(400, false, 'Introspection is switched off here. Use the published schema.'),
  INVALID_KEY: entry(
    200,
    false,
    'The key passes its GraphQL type but cannot be one of this entity (empty, or of a wrong type in a representation). Its neighbours are served.',
  ),
  ENTITY_KEY_TOO_LONG: entry(
    200,
    false,
    'The encoded entity key is longer than 512 bytes. Its neighbours are served.',
  ),
  TRANSFORM_FAILED: entry(
    200,
    false,
    'An on-demand function threw or had no answer of its type. The owner of the feature finds the cause in the log by request id.',
  ),
  STORE_TIMEOUT: entry(
    200,
    true,
    'A store did not answer in time. The value is unknown, so it is null; no default stands in for it.',
  ),
  STORE_UNAVAILABLE: entry(
    200,
    true,
    'A store could not be asked, or what it holds is corrupt. The value is unknown, so it is null; no default stands in for it.',
  ),
  SUBGRAPH_UNAVAILABLE: entry(200, true, "A domain's server could not be reached. Its fields are null."),
  SUBGRAPH_TIMEOUT: entry(200, true, "A domain's server did not answer in time. Its fields are null."),
  SUBGRAPH_BAD_RESPONSE: entry(
    200,
    true,
    "A domain's server answered something that is not a GraphQL response, or values that do not have their types. Its fields are null.",
  ),
  SUBGRAPH_ERROR: entry(
    200,
    true,
    "A domain's server failed at a value in a way of its own, and its message stays inside. The owner of the domain finds the cause in its log.",
  ),
  RATE_LIMITED: entry(
    429,
    true,
    'More than the tenant may ask or write in this time. Retry after the time that Retry-After tells.',
  ),
  QUOTA_EXCEEDED: entry(
    429,
    true,
    'The tenant has spent what it may in one day. The day ends at midnight of UTC, which is when Retry-After ends.',
  ),
  BUDGET_UNAVAILABLE: entry(
    503,
    true,
    'The store of budgets cannot be asked, or what it keeps for the tenant is something else, and the tenant is not served without. The operator finds the cause in the log.',
  ),
  OVERLOADED: entry(503, true, 'More work than the process can take. Retry after the time told.'),
  SHUTTING_DOWN: entry(503, true, 'The process is ending. Retry at once; another one answers.'),
  INTERNAL_SERVER_ERROR: entry(500, false, 'A fault of ours. The log has it under the request id.'),
  VIEW_NOT_FOUND: entry(404, false, 'No view of this name in the schema.'),
  ROW_INVALID: entry(
    400,
    false,
    'A pushed row does not fit its view: the problem names the feature, what was expected and what came.',
  ),
  EVENT_TIME_REFUSED: entry(
    400,
    false,
    'The event time is more than five minutes ahead, or so far off that its unit must be wrong. Times are ISO 8601, or milliseconds.',
  ),
  BLOCK_TOO_LARGE: entry(
    400,
    false,
    "The row would make its entity's block larger than it may be. Move the view to a block of its own.",
  ),
  NOT_FOUND: entry(404, false, 'Nothing is served at this path.'),
  METHOD_NOT_ALLOWED: entry(
    405,
    false,
    'The path exists, but not for this method. The Allow header says which.',
  ),
  UNSUPPORTED_MEDIA_TYPE: entry(415, false, 'The content type is not one that the endpoint reads.'),
  PAYLOAD_TOO_LARGE: entry(413, false, 'The body is larger than it may be. Split it.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** As V8 has it; elsewhere nobody looks at it. */
const STACKS = Error as ErrorConstructor & { stackTraceLimit?: number | undefined };

/** A deliberate error: its message is written for the caller and says what was expected, what came and what to do. */
export class FeaturegraphError extends Error {
  readonly code: ErrorCode;
  /** Further facts for the caller; never values or secrets. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    const { stackTraceLimit } = STACKS;
    // Where it comes from is no fault to look for, and writing that down is a tenth of what a refusal takes.
    STACKS.stackTraceLimit = 0;
    super(message);
    STACKS.stackTraceLimit = stackTraceLimit;
    this.name = 'FeaturegraphError';
    this.code = code;
    this.details = details;
  }

  get httpStatus(): number {
    return ERROR_CATALOGUE[this.code].httpStatus;
  }
}
