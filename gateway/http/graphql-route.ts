/** `/graphql` over HTTP: what belongs to the transport, before and after Apollo's pipeline. */
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { resolveDocument } from '../documents/resolve-document.ts';
import type { TrustedDocuments } from '../documents/trusted-documents.ts';
import type { ApolloContext } from './apollo.ts';
import { replyWithError } from './error-reply.ts';
import type { Asker } from './execute-prepared.ts';
import { bodyOf, type KnownDocuments, type Settled } from './known-documents.ts';
import { OUTCOME_HEADER, requestState } from './request-state.ts';

/** The parts of the served graph that the route asks. */
export interface AskedGraph {
  readonly apollo: ApolloServer<ApolloContext>;
  readonly documents: TrustedDocuments;
  readonly knownDocuments: KnownDocuments;
}

export function addGraphqlRoute(
  app: FastifyInstance,
  /** Asked at each request: a reload takes effect at once. */
  graph: () => AskedGraph,
): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      const refusal = refuseTransport(request);
      if (refusal !== null) return replyWithError(reply, refusal, requestState(request).requestId);
      return answer(request, reply, graph());
    },
  });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    handler: async (request, reply) => {
      reply.header('allow', 'GET, POST');
      const error = new FeaturegraphError(
        'METHOD_NOT_ALLOWED',
        `${request.method} is not served at /graphql; send POST, or GET for queries.`,
      );
      return replyWithError(reply, error, requestState(request).requestId);
    },
  });
}

/** Headers that make a browser ask before it sends: any one of them proves that no other site's page sent this. */
const PREFLIGHT_HEADERS = [
  'x-apollo-operation-name',
  'apollo-require-preflight',
  'graphql-require-preflight',
];

function refuseTransport(request: FastifyRequest): FeaturegraphError | null {
  const { identity } = requestState(request);
  if (request.method === 'GET') {
    const asked = PREFLIGHT_HEADERS.some((name) => request.headers[name] !== undefined);
    if (identity?.anonymous === true && !asked) {
      return new FeaturegraphError(
        'CSRF_BLOCKED',
        `An anonymous GET needs one of the headers ${PREFLIGHT_HEADERS.join(', ')}, which a foreign page cannot send.`,
      );
    }
    return null;
  }
  if (Array.isArray(request.body)) {
    return new FeaturegraphError(
      'BATCHING_DISABLED',
      'An array of operations is not served; send one operation a request.',
    );
  }
  if (typeof request.body !== 'object' || request.body === null) {
    return new FeaturegraphError(
      'BAD_REQUEST',
      'The body is not a JSON object; expected {"query": "…", "variables": {…}}.',
    );
  }
  return null;
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { apollo, documents, knownDocuments }: AskedGraph,
): Promise<FastifyReply> {
  const state = requestState(request);
  const { identity } = state;
  if (identity === null) throw new Error('The request reached /graphql without an identity.');
  const asker = { state, identity };
  if (request.method !== 'POST') return executeByApollo(request, reply, apollo, request.body, asker);
  const { accept } = request.headers;
  const body = resolveDocument(request.body as Record<string, unknown>, documents);
  const known = knownDocuments.recognize(body, accept);
  if (known === null) {
    await executeByApollo(request, reply, apollo, body, asker);
    if (state.outcome === 'ok') knownDocuments.learn(accept, String(reply.getHeader('content-type')));
    return reply;
  }
  const settled = await knownDocuments.execute(known, asker);
  const text = bodyOf(settled);
  if (text === null) return executeByApollo(request, reply, apollo, body, asker, settled);
  state.outcome = 'ok';
  return reply.header('content-type', known.contentType).header(OUTCOME_HEADER, 'ok').send(text);
}

async function executeByApollo(
  request: FastifyRequest,
  reply: FastifyReply,
  apollo: ApolloServer<ApolloContext>,
  body: unknown,
  asker: Asker,
  settled?: Settled,
): Promise<FastifyReply> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const queryStart = request.url.indexOf('?');
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers,
      search: queryStart < 0 ? '' : request.url.slice(queryStart),
      body,
    },
    context: async () => ({ ...asker, settled }),
  });
  reply.code(response.status ?? 200);
  for (const [name, value] of response.headers) reply.header(name, value);
  const { state } = asker;
  // Apollo answers what is no GraphQL request at all before any plugin sees it, and refuses an `Accept` after.
  if (state.outcome === null || (state.outcome === 'ok' && reply.statusCode >= 400)) {
    state.outcome = 'failed';
    reply.header(OUTCOME_HEADER, 'failed');
  }
  if (response.body.kind !== 'complete') throw new Error('Incremental answers are not served.');
  return reply.send(response.body.string);
}
