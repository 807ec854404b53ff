/**
 * Hive's gateway runtime over the same subgraphs, as a second opinion on how plans are executed. It shares our
 * planner, so it cannot see the planner's faults; ours avoids some of those by what it hands the planner.
 */
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { execute, type GraphQLSchema } from 'graphql';
import type { Answer, OracleQuery } from './compare-with-oracle.ts';

export interface HiveOracle {
  answer(query: OracleQuery): Promise<Answer>;
  close(): Promise<void>;
}

interface SubgraphExecution {
  readonly document: Parameters<typeof execute>[0]['document'];
  readonly variables?: Record<string, unknown>;
}

/** @param contextOf makes what the resolvers get; it is made anew for every operation. */
export function createHiveOracle(
  supergraphSdl: string,
  schemas: ReadonlyMap<string, GraphQLSchema>,
  contextOf: (query: OracleQuery) => { readonly down: ReadonlySet<string> },
): HiveOracle {
  let context = contextOf({ text: '' });
  const transport = {
    getSubgraphExecutor({ subgraphName }: { subgraphName: string }) {
      const name = subgraphName.toLowerCase();
      const schema = schemas.get(name);
      if (schema === undefined) throw new Error(`no subgraph "${subgraphName}"`);
      return ({ document, variables }: SubgraphExecution) => {
        if (context.down.has(name)) {
          const error = {
            message: `${name} is down`,
            extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: name },
          };
          return { data: null, errors: [error] };
        }
        return execute({ schema, document, variableValues: variables ?? {}, contextValue: context });
      };
    },
  };
  const gateway = createGatewayRuntime({
    supergraph: supergraphSdl,
    unifiedGraphHandler,
    transports: { http: transport } as never,
    logging: false,
    maskedErrors: false,
    landingPage: false,
    graphiql: false,
  } as never);
  return {
    async answer(query) {
      context = contextOf(query);
      const response = await gateway.fetch('http://gateway.invalid/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query: query.text, variables: query.variables ?? {} }),
      });
      const { data = null, errors = [] } = (await response.json()) as Partial<Answer>;
      return { data, errors };
    },
    async close() {
      await gateway[Symbol.asyncDispose]?.();
    },
  };
}
