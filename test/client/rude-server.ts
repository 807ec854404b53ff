import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP server that answers as a test says, and remembers what it was sent. */
export interface RudeServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Sockets that clients opened. */
  readonly connections: number;
  close(): Promise<void>;
}

export interface ReceivedRequest {
  readonly atMs: number;
  readonly headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: tests look at bodies of every shape
  readonly body: any;
}

export type Answering = (response: ServerResponse, number: number, request: ReceivedRequest) => void;

/** @param answer gets the number of the request, from 1. */
export async function openRudeServer(answer: Answering): Promise<RudeServer> {
  const requests: ReceivedRequest[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const received = {
        atMs: performance.now(),
        headers: request.headers,
        body: JSON.parse(text || 'null'),
      };
      requests.push(received);
      answer(response, requests.length, received);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/graphql-response+json', ...headers })
    .end(JSON.stringify(body));
}

export function errorBody(code: string): object {
  return { errors: [{ message: `because of ${code}`, extensions: { code } }] };
}
