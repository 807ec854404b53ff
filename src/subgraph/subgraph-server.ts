/**
 * A subgraph as a process of its own, over HTTP: `POST /graphql` for its gateway, which proves itself by a signed
 * context, and `/health/live`, `/health/ready` for whoever runs it. Nothing is executed for anyone else.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeaderMap } from '@apollo/server';
import { type ErrorCode, FeaturegraphError } from '../core/errors.ts';
import type { RequestContext } from '../core/request-context.ts';
import { formatUsage, USAGE_HEADER } from '../core/request-usage.ts';
import type { Way } from '../engine/compiled/compiled-operation.ts';
import type { StoreHealth } from '../stores/online-store.ts';
import { createSubgraphApollo, type SubgraphApollo } from './apollo-subgraph.ts';
import type { Subgraph } from './build-subgraph.ts';
import { CompiledSubgraph } from './compiled/compiled-subgraph.ts';
import { KnownDocuments } from './compiled/known-documents.ts';
import { KnownFront } from './compiled/known-front.ts';
import { SubgraphExecutor } from './execute-subgraph.ts';
import type { OnInternalError } from './format-errors.ts';

export interface SubgraphServerOptions {
  readonly subgraph: Subgraph;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** @throws FeaturegraphError UNAUTHENTICATED; what it answers is the request's context. */
  authenticate(headers: IncomingMessage['headers'], rawBody: string): Promise<RequestContext>;
  /** State of the stores, for the body of `/health/ready`: it never decides whether the process is ready. */
  checkStore(): Promise<StoreHealth>;
  readonly onInternalError: OnInternalError;
  /** Told of each request that is refused as a whole. */
  readonly onRefused: (refusal: { readonly status: number; readonly reason: ErrorCode }) => void;
  /** Told of each execution of a known document how it was done, for metrics. */
  readonly onExecuted?: (way: Way) => void;
  /** Told after each answer, for metrics. */
  readonly onAnswered?: (path: string, httpStatus: number) => void;
}

export interface RunningSubgraph {
  /** `http://host:port/graphql` */
  readonly url: string;
  readonly port: number;
  /** Ends after the answers that are under way. */
  close(): Promise<void>;
}

/** Representations of a large operation: 1,000 entities with a few inputs each are below 1 MB. */
const BODY_MAX_BYTES = 16 * 1024 * 1024;

export async function startSubgraphServer(options: SubgraphServerOptions): Promise<RunningSubgraph> {
  const executor = new SubgraphExecutor(options.subgraph, options.onInternalError);
  const known = new KnownDocuments(options.subgraph);
  const compiled = new CompiledSubgraph(executor, options.onExecuted ?? (() => {}));
  const apollo = await createSubgraphApollo(executor, known);
  const fronts = { apollo, known: new KnownFront(known, compiled) };
  let draining = false;
  const server = createServer((request, response) => {
    answer(options, fronts, request, response, () => draining)
      .catch((error: unknown) => refuse(options, response, error))
      .finally(() => options.onAnswered?.(pathOf(request), response.statusCode));
  });
  const port = await listen(server, options);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}/graphql`,
    port,
    async close() {
      draining = true;
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      await apollo.stop();
    },
  };
}

/** The long way, and the short one for what is known. */
interface Fronts {
  readonly apollo: SubgraphApollo;
  readonly known: KnownFront;
}

async function answer(
  options: SubgraphServerOptions,
  fronts: Fronts,
  request: IncomingMessage,
  response: ServerResponse,
  isDraining: () => boolean,
): Promise<void> {
  switch (pathOf(request)) {
    case '/graphql':
      return answerGraphQL(options, fronts, request, response);
    case '/health/live':
      return send(response, 200, { status: 'live' });
    case '/health/ready': {
      const ready = !isDraining();
      const store = await options.checkStore();
      return send(response, ready ? 200 : 503, { status: ready ? 'ready' : 'draining', store });
    }
    default:
      throw new FeaturegraphError(
        'NOT_FOUND',
        'Nothing is served at this path; expected /graphql, /health/live or /health/ready.',
      );
  }
}

async function answerGraphQL(
  options: SubgraphServerOptions,
  { apollo, known }: Fronts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    throw new FeaturegraphError('METHOD_NOT_ALLOWED', `A subgraph is asked by POST, got ${request.method}.`);
  }
  const rawBody = await readBody(request);
  const context = await options.authenticate(request.headers, rawBody);
  const body = parseJson(rawBody);
  const settled = await known.answer(body, request, response, context);
  if (settled === 'ANSWERED') return;
  const result = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers: headersOf(request), search: '', body },
    context: async () => ({ request: context, ...(settled !== null && { settled }) }),
  });
  known.learn(request, result);
  for (const [name, value] of result.headers) response.setHeader(name, value);
  response.setHeader(USAGE_HEADER, formatUsage(context.usage));
  response.statusCode = result.status ?? 200;
  if (result.body.kind === 'complete') {
    response.end(result.body.string);
    return;
  }
  for await (const chunk of result.body.asyncIterator) response.write(chunk);
  response.end();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_MAX_BYTES) {
      throw new FeaturegraphError(
        'PAYLOAD_TOO_LARGE',
        `A request to a subgraph has at most ${BODY_MAX_BYTES} bytes. Ask for fewer entities at once.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FeaturegraphError(
      'BAD_REQUEST',
      'The body is not JSON; expected {"query": …, "variables": …}.',
    );
  }
}

function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

/** Refuses the request as a whole, in the form of a GraphQL answer without data. */
function refuse(options: SubgraphServerOptions, response: ServerResponse, error: unknown): void {
  const deliberate =
    error instanceof FeaturegraphError
      ? error
      : new FeaturegraphError('INTERNAL_SERVER_ERROR', 'A fault inside the subgraph.');
  if (deliberate !== error)
    options.onInternalError(error, { subgraph: options.subgraph.name, requestId: '' });
  options.onRefused({ status: deliberate.httpStatus, reason: deliberate.code });
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { message, code, httpStatus } = deliberate;
  if (code === 'PAYLOAD_TOO_LARGE') response.setHeader('connection', 'close');
  send(response, httpStatus, { errors: [{ message, extensions: { code } }] });
}

function send(response: ServerResponse, httpStatus: number, body: object): void {
  response.statusCode = httpStatus;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] as string;
}

/** @throws {Error} with the system's code, such as EADDRINUSE: whoever starts the process says what to do. */
function listen(server: Server, { port, host }: SubgraphServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
