/** A subgraph in this process, executed by graphql-js: the plainest client that can be. */
import { execute, type GraphQLSchema } from 'graphql';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';

export interface LocalClientOptions {
  readonly contextValue?: unknown;
  readonly rootValue?: unknown;
  readonly isDown?: boolean;
  /** Called with each request's text and variables. */
  readonly onRequest?: (text: string, variables: Readonly<Record<string, unknown>>) => void;
}

export function createLocalClient(
  name: string,
  schema: GraphQLSchema,
  options: LocalClientOptions = {},
): SubgraphClient {
  return {
    name,
    checksValues: true,
    async execute({ document, variables }) {
      options.onRequest?.(document.text, variables);
      if (options.isDown) {
        const error = {
          message: `${name} is down`,
          extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: name },
        };
        return { data: null, errors: [error], statuses: {} };
      }
      const result = await execute({
        schema,
        document: document.document,
        variableValues: variables as Record<string, unknown>,
        contextValue: options.contextValue,
        rootValue: options.rootValue,
      });
      return {
        data: (result.data as Record<string, unknown> | null | undefined) ?? null,
        errors: (result.errors ?? []).map((error) => ({
          message: error.message,
          ...(error.path && { path: error.path }),
          extensions: error.extensions,
        })),
        statuses: {},
      };
    },
    async close() {},
  };
}
