/** A real HTTP server that answers whatever a test says, and the platform's client of it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { parse } from 'graphql';
import {
  createHttpSubgraphClient,
  type HttpSubgraphOptions,
} from '../../gateway/remote/http-subgraph-client.ts';
import type { RequestContext } from '../../src/core/request-context.ts';
import type { SubgraphClient, SubgraphRequest, SubgraphResult } from '../../src/engine/subgraph-client.ts';
import { requestContext } from '../oracle/request-context.ts';

export const MAX_BYTES = 64 * 1024;

const cleanups: (() => Promise<unknown>)[] = [];

/** To be called after each test, or after all. */
export async function closeAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0)) await cleanup();
}

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** @returns its URL. */
export async function serve(handler: Handler): Promise<string> {
  return await listen(createServer(reading(handler)));
}

/** Calls the handler once the body is read. */
export function reading(handler: Handler): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => handler(request, response, body));
  };
}

export async function listen(server: Server | NetServer, scheme = 'http'): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/graphql?x=1`;
}

export function clientOf(url: string, options: Partial<HttpSubgraphOptions> = {}): SubgraphClient {
  const client = createHttpSubgraphClient({
    name: 'shop',
    url,
    own: false,
    responseMaxBytes: MAX_BYTES,
    sign: async () => ({}),
    ...options,
  });
  cleanups.unshift(() => client.close());
  return client;
}

export function requestOf(
  text = '{ a }',
  context: RequestContext = requestContext(),
  variables: Readonly<Record<string, unknown>> = { x: 1 },
): SubgraphRequest {
  const operationKind = text.startsWith('mutation') ? 'mutation' : 'query';
  return {
    document: { text, document: parse(text), operationKind },
    variables,
    context,
    statuses: true,
    inputStatuses: { representations: { seats: 'PN' } },
  };
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  type = 'application/json',
): ServerResponse {
  response.writeHead(status, { 'content-type': type });
  return response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export function codeOf(result: SubgraphResult): unknown {
  return result.errors[0]?.extensions?.code;
}
