/** A plain GraphQL server over HTTP, as any framework would give: what the gateway asks is counted. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execute, type GraphQLSchema, parse, validate } from 'graphql';

export interface SchemaServer {
  readonly url: string;
  /** Requests since it was last set to 0. */
  asked: number;
  close(): Promise<void>;
}

export async function serveSchema(schema: GraphQLSchema): Promise<SchemaServer> {
  const server = createServer((request, response) => {
    served.asked += 1;
    answer(schema, request)
      .catch((error: unknown) => ({ errors: [{ message: String(error) }] }))
      .then((result) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(result));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const served: SchemaServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    asked: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return served;
}

async function answer(schema: GraphQLSchema, request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { query, variables } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
    query: string;
    variables?: Record<string, unknown>;
  };
  const document = parse(query);
  // A plan that asks for what the subgraph does not have is a fault that must be seen.
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors };
  return execute({ schema, document, variableValues: variables ?? {} });
}
