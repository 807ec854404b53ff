/** Apollo Server around a subgraph's executor: parsing, validation and the wire are its affair, execution is ours. */
import { ApolloServer, type HTTPGraphQLRequest } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type DocumentNode, GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import type { RequestContext } from '../core/request-context.ts';
import type { SubgraphResult } from '../engine/subgraph-client.ts';
import type { KnownDocuments } from './compiled/known-documents.ts';
import type { SubgraphExecutor } from './execute-subgraph.ts';
import { parseWireExtensions } from './wire-extensions.ts';

export interface SubgraphServerContext {
  readonly request: RequestContext;
  /** What was executed already, where Apollo only has to tell it. */
  readonly settled?: SubgraphResult;
}

export type SubgraphApollo = ApolloServer<SubgraphServerContext>;
export type { HTTPGraphQLRequest };

/** @param known told of each document that is executed. */
export async function createSubgraphApollo(
  executor: SubgraphExecutor,
  known: KnownDocuments,
): Promise<SubgraphApollo> {
  const apollo = new ApolloServer<SubgraphServerContext>({
    gateway: gatewayOf(executor, known),
    introspection: true, // only its gateway gets in
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    plugins: [
      ApolloServerPluginCacheControlDisabled(), // it would put a resolver on every field
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}

/** Apollo's seam for "someone else executes": the gateway interface, here with a schema that never changes. */
function gatewayOf(executor: SubgraphExecutor, known: KnownDocuments) {
  type Gateway = NonNullable<ConstructorParameters<typeof ApolloServer<SubgraphServerContext>>[0]['gateway']>;
  const { schema, federatedSdl } = executor.subgraph;
  const gateway: Gateway = {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: federatedSdl });
      return () => undefined;
    },
    async load() {
      return {
        async executor({ document: parsed, source, operationName, request, context }) {
          const { request: asker, settled } = context as SubgraphServerContext;
          const { statuses, inputStatuses } = parseWireExtensions(request.extensions);
          const document = withOneOperation(parsed, operationName);
          known.learn(source, request.operationName ?? null, document);
          const result =
            settled ??
            (await executor.execute({
              ...{ document, variables: request.variables ?? {}, context: asker, statuses },
              ...(inputStatuses === null ? {} : { inputStatuses }),
            }));
          return {
            data: result.data,
            ...(result.errors.length > 0 ? { errors: result.errors.map(asGraphQLError) } : {}),
            ...(statuses ? { extensions: { featuregraph: { statuses: result.statuses } } } : {}),
          };
        },
      };
    },
    async stop() {},
  };
  return gateway;
}

/** Apollo answers instances only. */
function asGraphQLError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? {} });
}

function withOneOperation(document: DocumentNode, operationName: string | null): DocumentNode {
  let operations = 0;
  for (const { kind } of document.definitions) if (kind === Kind.OPERATION_DEFINITION) operations += 1;
  if (operations < 2) return document;
  return {
    ...document,
    definitions: document.definitions.filter(
      (definition) =>
        definition.kind !== Kind.OPERATION_DEFINITION || definition.name?.value === operationName,
    ),
  };
}
