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
import type { SubgraphExecutor } from './execute-subgraph.ts';

export interface SubgraphServerContext {
  readonly request: RequestContext;
}

/** What a subgraph's gateway may ask for besides data, under `extensions.featuregraph` of the request. */
interface WireExtensions {
  readonly statuses: boolean;
  readonly inputStatuses: Readonly<Record<string, Readonly<Record<string, string>>>> | null;
}

export type SubgraphApollo = ApolloServer<SubgraphServerContext>;
export type { HTTPGraphQLRequest };

export async function createSubgraphApollo(executor: SubgraphExecutor): Promise<SubgraphApollo> {
  const apollo = new ApolloServer<SubgraphServerContext>({
    gateway: gatewayOf(executor),
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
function gatewayOf(executor: SubgraphExecutor) {
  type Gateway = NonNullable<ConstructorParameters<typeof ApolloServer<SubgraphServerContext>>[0]['gateway']>;
  const { schema, federatedSdl } = executor.subgraph;
  const gateway: Gateway = {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: federatedSdl });
      return () => undefined;
    },
    async load() {
      return {
        async executor({ document, operationName, request, context }) {
          const { statuses, inputStatuses } = parseWireExtensions(request.extensions);
          const result = await executor.execute({
            document: withOneOperation(document, operationName),
            variables: request.variables ?? {},
            context: (context as SubgraphServerContext).request,
            statuses,
            ...(inputStatuses === null ? {} : { inputStatuses }),
          });
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

/** Only the gateway gets here, by a signed context; what has another form is left out, not trusted. */
function parseWireExtensions(extensions: unknown): WireExtensions {
  const given = isRecord(extensions) && isRecord(extensions.featuregraph) ? extensions.featuregraph : {};
  const { statuses, inputStatuses } = given;
  if (!isRecord(inputStatuses)) return { statuses: statuses === true, inputStatuses: null };
  const letters: Record<string, Record<string, string>> = {};
  for (const [variable, fields] of Object.entries(inputStatuses)) {
    if (!isRecord(fields)) continue;
    letters[variable] = Object.fromEntries(
      Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }
  return { statuses: statuses === true, inputStatuses: letters };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
