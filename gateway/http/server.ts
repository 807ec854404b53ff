import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Clock } from '../../src/core/clock.ts';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { type Logger, withoutRedaction } from '../../src/observability/logger.ts';
import type { Metrics } from '../../src/observability/metrics.ts';
import { createOperationLabels } from '../../src/observability/operation-label.ts';
import type { Identifier, Identity } from '../../src/tenancy/identity.ts';
import { fromFastifyError, replyWithError } from './error-reply.ts';
import { chooseRequestId, REQUEST_ID_HEADER, requestState, setRequestState } from './request-state.ts';

/** The clients' port: who asks, under which id, and what is told of the answer. Routes are added to it. */
export interface ServerOptions {
  readonly identifier: Identifier;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly bodyLimitBytes: number;
  readonly makeRequestId: () => string;
  /** Paths that need no credential: health and the explorer's page. */
  readonly openPaths: (path: string) => boolean;
}

/** A request must be wholly read within this time: a client that trickles bytes holds a socket, not more. */
const REQUEST_READ_MAX_MS = 10_000;
const KEEP_ALIVE_MS = 65_000;

export function createServer(options: ServerOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: REQUEST_READ_MAX_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true },
  });
  // By callback: a promise for each hook of each request adds up.
  app.addHook('onRequest', (request, reply, done) => {
    const requestId = chooseRequestId(request.headers[REQUEST_ID_HEADER], options.makeRequestId);
    setRequestState(request, {
      requestId,
      startedMs: options.clock.monotonicMs(),
      identity: null,
      operation: null,
      outcome: null,
    });
    reply.header(REQUEST_ID_HEADER, requestId);
    const path = request.url.split('?', 1)[0] as string;
    const enter = (identity: Identity | null): void => {
      requestState(request).identity = identity;
      refuseEncodedBody(request);
      done();
    };
    try {
      if (options.openPaths(path)) return enter(null);
      const identity = options.identifier.identify(request.headers.authorization);
      if (identity instanceof Promise) identity.then(enter).catch(done);
      else enter(identity);
    } catch (error) {
      done(error as FeaturegraphError);
    }
  });
  const observed = { ...options, logger: withoutRedaction(options.logger) };
  app.addHook('onResponse', (request, reply, done) => {
    observe(observed, request, reply.statusCode, labelOf);
    done();
  });
  app.removeContentTypeParser('text/plain');
  const labelOf = createOperationLabels();
  app.setErrorHandler((error: FastifyError | FeaturegraphError, request, reply) => {
    const { requestId } = requestState(request);
    const known =
      error instanceof FeaturegraphError ? error : fromFastifyError(error, options.bodyLimitBytes);
    if (known !== undefined) return replyWithError(reply, known, requestId);
    options.logger.error({ requestId, err: error }, 'request failed');
    const fault = new FeaturegraphError(
      'INTERNAL_SERVER_ERROR',
      'Something failed that should not. The log has it under the request id.',
    );
    return replyWithError(reply, fault, requestId);
  });
  app.setNotFoundHandler((request, reply) => {
    const error = new FeaturegraphError(
      'NOT_FOUND',
      'Nothing is served at this path; the graph is at /graphql.',
    );
    return replyWithError(reply, error, requestState(request).requestId);
  });
  return app;
}

function refuseEncodedBody(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  throw new FeaturegraphError(
    'UNSUPPORTED_MEDIA_TYPE',
    'An encoded body is not read; send it without Content-Encoding.',
  );
}

function observe(
  options: ServerOptions,
  request: FastifyRequest,
  statusCode: number,
  labelOf: (name: string) => string,
): void {
  const state = requestState(request);
  const durationMs = options.clock.monotonicMs() - state.startedMs;
  const path = request.routeOptions.url ?? 'unknown';
  if (path === '/graphql') {
    const operation = labelOf(state.operation ?? 'unknown');
    options.metrics.requests.inc({ operation, outcome: state.outcome ?? 'failed' });
    options.metrics.requestDuration.observe({ operation }, durationMs / 1000);
  }
  options.logger.info(
    {
      requestId: state.requestId,
      method: request.method,
      path,
      status: statusCode,
      durationMs: Math.round(durationMs * 1000) / 1000,
      ...(state.identity === null ? {} : { tenant: state.identity.tenant }),
      ...(state.operation === null ? {} : { operation: state.operation }),
      ...(state.outcome === null ? {} : { outcome: state.outcome }),
    },
    'answered',
  );
}
