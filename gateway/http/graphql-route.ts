/** `/graphql` and `/graphql/<id>` over HTTP: what belongs to the transport, before and after Apollo's pipeline. */
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { AutomaticDocuments, type AutomaticLimits } from '../documents/automatic-documents.ts';
import { assertWithinLimits } from '../documents/document-limits.ts';
import { type Asked, type DocumentMode, resolveDocument } from '../documents/resolve-document.ts';
import type { TrustedDocuments } from '../documents/trusted-documents.ts';
import type { BeforeExecution } from './admit-request.ts';
import type { ApolloContext } from './apollo.ts';
import type { Asker } from './execute-prepared.ts';
import type { KnownDocuments, Settled, Written } from './known-documents.ts';
import { addressOf, readAsked } from './read-asked.ts';
import { refuseOtherMethods } from './refuse-other-methods.ts';
import { OUTCOME_HEADER, requestState } from './request-state.ts';
import { waitToPrepare } from './wait-to-prepare.ts';

/** The parts of the served graph that the route asks. */
export interface AskedGraph {
  readonly apollo: ApolloServer<ApolloContext>;
  readonly documents: TrustedDocuments;
  readonly knownDocuments: KnownDocuments;
}

export interface DocumentOptions {
  readonly mode: DocumentMode;
  readonly automatic: AutomaticLimits;
}

const ALLOWED: readonly HTTPMethods[] = ['GET', 'POST'];

export function addGraphqlRoute(
  app: FastifyInstance,
  /** Asked at each request: a reload takes effect at once. */
  graph: () => AskedGraph,
  { mode, automatic: limits }: DocumentOptions,
  before: BeforeExecution,
): void {
  const automatic = new AutomaticDocuments(limits);
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const isGet = request.method === 'GET';
    // Whoever asks and how decides what the answer is; until there is one, it must not be kept.
    if (isGet) reply.header('vary', 'accept, authorization').header('cache-control', 'no-store');
    refuseForgeable(request);
    const { id = null } = request.params as { readonly id?: string };
    const { documents: trusted, ...served } = graph();
    const resolved = resolveDocument(readAsked(request), id, { trusted, automatic, mode });
    requestState(request).document = resolved.source;
    const unseen = unseenText(resolved.asked, served.knownDocuments);
    if (unseen !== null && resolved.source !== 'trusted') assertWithinLimits(unseen);
    await answer(request, reply, { ...served, ...before }, resolved.asked, unseen);
    const { operation } = requestState(request);
    if (resolved.hash !== null && operation !== null)
      automatic.remember(resolved.hash, String(resolved.asked.query));
    return reply;
  };
  for (const url of ['/graphql', '/graphql/:id']) {
    app.route({ method: [...ALLOWED], url, handler });
    refuseOtherMethods(app, url, ALLOWED);
  }
}

/** Headers that make a browser ask before it sends: any one of them proves that no other site's page sent this. */
const PREFLIGHT_HEADERS = [
  'x-apollo-operation-name',
  'apollo-require-preflight',
  'graphql-require-preflight',
];

/** @throws FeaturegraphError CSRF_BLOCKED */
function refuseForgeable(request: FastifyRequest): void {
  if (request.method !== 'GET' || requestState(request).identity?.anonymous !== true) return;
  if (PREFLIGHT_HEADERS.some((name) => request.headers[name] !== undefined)) return;
  throw new FeaturegraphError(
    'CSRF_BLOCKED',
    `An anonymous GET needs one of the headers ${PREFLIGHT_HEADERS.join(', ')}, which a foreign page cannot send.`,
  );
}

/** @returns `null` for what was served before, and so is within the limits, or is no text at all. */
function unseenText({ query, operationName }: Asked, knownDocuments: KnownDocuments): string | null {
  return typeof query !== 'string' || knownDocuments.isPrepared(query, operationName) ? null : query;
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { apollo, knownDocuments, budgets, gate }: Omit<AskedGraph, 'documents'> & BeforeExecution,
  asked: Asked,
  unseen: string | null,
): Promise<void> {
  const state = requestState(request);
  const { identity } = state;
  if (identity === null) throw new Error('The request reached /graphql without an identity.');
  const asker = { state, identity, budgets, gate };
  if (unseen !== null) await waitToPrepare(asker, unseen);
  const { accept } = request.headers;
  const known = knownDocuments.recognize(asked, accept);
  if (known === null) {
    await executeByApollo(request, reply, apollo, asked, asker);
    if (state.outcome === 'ok') knownDocuments.learn(accept, String(reply.getHeader('content-type')));
    return;
  }
  const settled = await knownDocuments.execute(known, asker);
  if (!('body' in settled)) return executeByApollo(request, reply, apollo, asked, asker, settled);
  const { refused } = settled;
  state.outcome = refused === undefined ? 'ok' : 'failed';
  if (refused !== undefined) {
    state.reason = refused.code;
    reply.code(refused.status);
  }
  reply.header('content-type', known.contentType).header(OUTCOME_HEADER, state.outcome);
  send(request, reply, bodyToSend(settled, reply));
}

/** Below this, an answer goes out as a text: in one piece with its head, and without its room. */
const TEXT_MAX_BYTES = 8_192;

function bodyToSend({ body, release }: Written, reply: FastifyReply): string | Buffer {
  if (release === undefined) return body;
  if (body.length > TEXT_MAX_BYTES) {
    reply.raw.once('close', release);
    return body;
  }
  const text = body.toString();
  release();
  return text;
}

async function executeByApollo(
  request: FastifyRequest,
  reply: FastifyReply,
  apollo: ApolloServer<ApolloContext>,
  asked: Asked,
  asker: Asker,
  settled?: Settled,
): Promise<void> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const isGet = request.method === 'GET';
  const {
    status,
    headers: answered,
    body,
  } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers,
      search: isGet ? addressOf(asked) : '',
      body: isGet ? undefined : asked,
    },
    context: async () => ({ ...asker, settled }),
  });
  if (status === 405) {
    reply.header('allow', 'POST');
    throw new FeaturegraphError('METHOD_NOT_ALLOWED', 'GET changes nothing; send a mutation by POST.');
  }
  reply.code(status ?? 200);
  for (const [name, value] of answered) reply.header(name, value);
  const { state } = asker;
  // Apollo answers what is no GraphQL request at all before any plugin sees it, and refuses an `Accept` after.
  if (state.outcome === null || (state.outcome === 'ok' && reply.statusCode >= 400)) {
    state.outcome = 'failed';
    state.reason ??= 'BAD_REQUEST';
    reply.header(OUTCOME_HEADER, 'failed');
  }
  if (body.kind !== 'complete') throw new Error('Incremental answers are not served.');
  send(request, reply, body.string);
}

function send(request: FastifyRequest, reply: FastifyReply, body: string | Buffer): void {
  const { retryAfterSeconds } = requestState(request);
  if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds));
  if (request.method === 'GET' && reply.statusCode === 200) reply.header('cache-control', 'private');
  reply.send(body);
}
