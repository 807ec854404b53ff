import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { holdsApiKey } from '../../src/tenancy/api-key.ts';
import type { WorkGate } from '../../src/tenancy/fairness/work-gate.ts';
import type { Identifier, Identity } from '../../src/tenancy/identity.ts';
import { answerClientError } from './client-error.ts';
import { fromFastifyError, replyWithError } from './error-reply.ts';
import { createObserver, type ObserverParts } from './observe-request.ts';
import { readJson } from './read-json.ts';
import { refuseAtTheDoor } from './refuse-at-the-door.ts';
import { chooseRequestId, REQUEST_ID_HEADER, requestState, setRequestState } from './request-state.ts';
import { addSettling, type SettleParts } from './settle-request.ts';

/** The clients' port: who asks, under which id, and what is told of the answer. Routes are added to it. */
export interface ServerOptions extends ObserverParts {
  readonly identifier: Identifier;
  readonly bodyLimitBytes: number;
  readonly makeRequestId: () => string;
  /** Paths that need no credential: health and the explorer's page. */
  readonly openPaths: (path: string) => boolean;
  /** Whether clients shall go elsewhere: each answer then ends its connection. */
  readonly isDraining: () => boolean;
  /** `null` where no answer is settled: nothing is kept of it, and nobody pays. */
  readonly settling: SettleParts | null;
  /** What a request to the graph passes before it is executed. */
  readonly gate: WorkGate;
}

/** A request must be wholly read within this time: a client that trickles bytes holds a socket, not more. */
const REQUEST_READ_MAX_MS = 10_000;
/** How often the times above are looked at: Node would do it every 30 s. */
const READ_CHECK_MS = 1_000;
const KEEP_ALIVE_MS = 65_000;
/** Room for the id of a document in an address. */
const PARAMETER_MAX_LENGTH = 512;

export function createServer(options: ServerOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: options.bodyLimitBytes,
    // Node swaps the two times where that for the head is the longer one, and has 60 s for it.
    http: { connectionsCheckingInterval: READ_CHECK_MS, headersTimeout: REQUEST_READ_MAX_MS },
    requestTimeout: REQUEST_READ_MAX_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) => answerClientError(error, socket, options.logger),
    // Who still comes while the server closes is answered.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: PARAMETER_MAX_LENGTH },
  });
  addEntrance(app, options);
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (options.isDraining() || isGivenUp(request)) reply.header('connection', 'close');
    done();
  });
  if (options.settling !== null) addSettling(app, options.settling);
  const observe = createObserver(options);
  app.addHook('onResponse', (request, reply, done) => {
    observe(request, reply.statusCode);
    done();
  });
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, readJson(body as string));
    } catch (error) {
      done(error as FeaturegraphError);
    }
  });
  addRefusals(app, options);
  refuseAtTheDoor(app, options);
  return app;
}

/** By callback: a promise for each hook of each request adds up. */
function addEntrance(app: FastifyInstance, options: ServerOptions): void {
  app.addHook('onRequest', (request, reply, done) => {
    const requestId = chooseRequestId(request.headers[REQUEST_ID_HEADER], options.makeRequestId);
    setRequestState(request, {
      requestId,
      startedMs: options.clock.monotonicMs(),
      bodyBytes: bodyBytesOf(request, options.bodyLimitBytes),
      identity: null,
      operation: null,
      outcome: null,
      reason: null,
      document: null,
      context: null,
      estimatedCost: null,
      admission: null,
      retryAfterSeconds: null,
      hasExtensions: false,
      bodyRoom: null,
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
      refuseKeyInAddress(request.url);
      const identity = options.identifier.identify(request.headers.authorization);
      if (identity instanceof Promise) identity.then(enter).catch(done);
      else enter(identity);
    } catch (error) {
      done(error as FeaturegraphError);
    }
  });
}

/** One that comes in pieces does not say how long it will be. */
function bodyBytesOf({ method, headers }: FastifyRequest, limitBytes: number): number {
  const { 'content-length': length } = headers;
  if (length !== undefined) return Number(length);
  return method === 'GET' ? 0 : limitBytes;
}

/** A body that was begun and not read to its end: what is left of it would be taken for the next request. */
function isGivenUp({ raw }: FastifyRequest): boolean {
  return raw.readableDidRead && !raw.complete;
}

function addRefusals(app: FastifyInstance, options: ServerOptions): void {
  app.setErrorHandler((error: FastifyError | FeaturegraphError, request, reply) => {
    const state = requestState(request);
    const { requestId } = state;
    const known =
      error instanceof FeaturegraphError
        ? error
        : fromFastifyError(error, options.bodyLimitBytes, request.headers['content-type']);
    state.reason = known?.code ?? 'INTERNAL_SERVER_ERROR';
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
    const state = requestState(request);
    state.reason = error.code;
    return replyWithError(reply, error, state.requestId);
  });
}

/** Addresses end in the logs of every proxy on the way: whoever sends a key so shall notice, also when it is not needed. */
function refuseKeyInAddress(url: string): void {
  if (!holdsApiKey(url)) return;
  throw new FeaturegraphError(
    'UNAUTHENTICATED',
    'An API key stands in the address, where logs keep it. Revoke it, and send another in the header "Authorization: Bearer <API key>".',
  );
}

function refuseEncodedBody(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  throw new FeaturegraphError(
    'UNSUPPORTED_MEDIA_TYPE',
    'An encoded body is not read; send it without Content-Encoding.',
  );
}
