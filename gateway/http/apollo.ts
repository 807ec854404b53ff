import { ApolloServer, type ApolloServerOptionsWithGateway, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { PreparedOperation } from '../../src/engine/engine.ts';
import type { Logger } from '../../src/observability/logger.ts';
import { type Asker, type ExecutionParts, executePrepared } from './execute-prepared.ts';
import type { Settled } from './known-documents.ts';
import { OUTCOME_HEADER } from './request-state.ts';

/** Apollo Server around the engine, by Apollo's `gateway` interface: it parses and validates, the engine executes. */
export interface ApolloContext extends Asker {
  /** Where it was executed already. */
  readonly settled?: Settled | undefined;
}

export interface ApolloOptions extends ExecutionParts {
  readonly logger: Logger;
  readonly introspection: boolean;
}

export async function startApollo(options: ApolloOptions): Promise<ApolloServer<ApolloContext>> {
  const server = new ApolloServer<ApolloContext>({
    gateway: {
      load: async () => ({
        executor: (request) => executeOperation(options, request as unknown as ExecutorRequest),
      }),
      onSchemaLoadOrUpdate: (changed) => {
        // The text is for Apollo's reporting alone, which is off.
        changed({ apiSchema: options.engine.apiSchema, coreSupergraphSdl: '' });
        return () => {};
      },
      stop: async () => {},
    },
    introspection: options.introspection,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    // The front refuses what a browser could send unasked; with a bearer credential nothing is left to forge.
    csrfPrevention: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    logger: options.logger,
    formatError: maskInternalError,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      tellOutcome(options.logger),
    ],
  });
  await server.start();
  return server;
}

type GatewayLoadResult = Awaited<
  ReturnType<ApolloServerOptionsWithGateway<ApolloContext>['gateway']['load']>
>;
type GatewayExecutionResult = Awaited<ReturnType<NonNullable<GatewayLoadResult['executor']>>>;

/** The parts of Apollo's request that the executor looks at. */
interface ExecutorRequest {
  readonly document: import('graphql').DocumentNode;
  readonly source: string;
  readonly request: {
    readonly operationName?: string;
    readonly variables?: Record<string, unknown>;
    readonly extensions?: unknown;
  };
  readonly context: ApolloContext;
}

async function executeOperation(
  options: ApolloOptions,
  request: ExecutorRequest,
): Promise<GatewayExecutionResult> {
  const { operationName, variables, extensions: asked } = request.request;
  const { settled } = request.context;
  if (settled !== undefined && 'error' in settled) throw settled.error;
  const prepared = (): PreparedOperation =>
    options.engine.prepare(request.document, request.source, operationName ?? null, variables ?? {});
  const { data, errors, extensions } =
    settled?.answer ??
    (await executePrepared(options, prepared(), { variables, extensions: asked }, request.context));
  // Apollo takes an error that is no GraphQLError for a fault of ours and hides what it says.
  return {
    data,
    ...(errors === undefined ? {} : { errors: errors.map(toGraphqlError) }),
    ...(extensions === undefined ? {} : { extensions: { ...extensions } }),
  };
}

function toGraphqlError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, {
    ...(path === undefined ? {} : { path }),
    ...(extensions === undefined ? {} : { extensions }),
  });
}

/** Only deliberate errors have a code; anything else is a fault of ours and says nothing. */
function maskInternalError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const code = formatted.extensions?.code;
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') return inOurWords(formatted);
  return {
    message: 'Something failed that should not. The log has it under the request id.',
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}

/** What Apollo and graphql-js refuse under a code, or in words, that say less than the catalogue does. */
function inOurWords(formatted: GraphQLFormattedError): GraphQLFormattedError {
  if (formatted.extensions?.validationErrorCode === 'INTROSPECTION_DISABLED') {
    const message = 'Introspection is switched off here. Use the published schema.';
    return { ...formatted, message, extensions: { code: 'INTROSPECTION_DISABLED' } };
  }
  if (INCREMENTAL_DIRECTIVE.test(formatted.message)) {
    const message = 'Answers in parts (@defer, @stream) are not served; ask in several operations.';
    return { ...formatted, message, extensions: { code: 'OPERATION_NOT_SUPPORTED' } };
  }
  if (NO_QUERY.test(formatted.message)) {
    const message = 'There is no query; expected a POST with a body such as {"query": "{ __typename }"}.';
    return { ...formatted, message };
  }
  if (formatted.message === STACK_EXHAUSTED) {
    return { ...formatted, message: 'The document is nested more deeply than can be read. Flatten it.' };
  }
  return formatted;
}

/** Of a body without keys, and of one without a query. */
const NO_QUERY = /^POST body missing|^GraphQL operations must contain a non-empty `query`/;
const INCREMENTAL_DIRECTIVE = /^Unknown directive "@(defer|stream)"/;
/** graphql-js parses by recursion: V8's own words for a document that nests too deep. */
const STACK_EXHAUSTED = 'Maximum call stack size exceeded';

/** Of a whole refusal, for the log. */
function reasonOf(errors: readonly GraphQLFormattedError[] | undefined): string | null {
  const code = errors?.[0]?.extensions?.code;
  return typeof code === 'string' ? code : null;
}

const REQUEST_ERRORS_MAX = 20;

/** What the specification calls a well-formed request that cannot be executed. */
const WELL_FORMED = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

function isWellFormedRequest(error: GraphQLFormattedError | undefined): boolean {
  return WELL_FORMED.has(String(error?.extensions?.code));
}

/** Asked by name, and not beside GraphQL's own type: from the time when a status told of HTTP and nothing else. */
function wantsPlainJson(accept: string | undefined): boolean {
  return accept !== undefined && /application\/json/i.test(accept) && !/graphql-response\+json/i.test(accept);
}

function tellOutcome(logger: Logger): ApolloServerPlugin<ApolloContext> {
  return {
    requestDidStart: async ({ contextValue }) => ({
      didEncounterErrors: async ({ errors }) => {
        for (const error of errors) {
          const code = error.extensions?.code;
          if (code !== undefined && code !== 'INTERNAL_SERVER_ERROR') continue;
          logger.error(
            { requestId: contextValue.state.requestId, err: error.originalError ?? error },
            'request failed',
          );
        }
      },
      willSendResponse: async ({ request, response }) => {
        if (response.body.kind !== 'single') return;
        const { singleResult } = response.body;
        // Each unknown field of a wrong document is one; the first few say what is wrong with it.
        if (singleResult.data === undefined && singleResult.errors !== undefined)
          singleResult.errors = singleResult.errors.slice(0, REQUEST_ERRORS_MAX);
        const { data, errors, extensions } = singleResult;
        contextValue.state.hasExtensions = extensions !== undefined && Object.keys(extensions).length > 0;
        const failed = data === undefined || data === null;
        const outcome = failed ? 'failed' : errors === undefined || errors.length === 0 ? 'ok' : 'partial';
        contextValue.state.outcome = outcome;
        if (failed) contextValue.state.reason = reasonOf(errors);
        if (isWellFormedRequest(errors?.[0]) && wantsPlainJson(request.http?.headers.get('accept')))
          response.http.status = 200;
        response.http.headers.set(OUTCOME_HEADER, outcome);
        for (const error of errors ?? []) {
          if (error.extensions?.code === 'INTERNAL_SERVER_ERROR')
            error.extensions.requestId = contextValue.state.requestId;
        }
      },
    }),
  };
}
