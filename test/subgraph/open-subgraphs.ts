/** The fixture's domains as subgraphs of this process, and one way to ask them. */
import { parse } from 'graphql';
import type { RequestContext } from '../../src/core/request-context.ts';
import type { SubgraphClient, SubgraphRequest, SubgraphResult } from '../../src/engine/subgraph-client.ts';
import type { OnlineStore } from '../../src/stores/online-store.ts';
import { buildSubgraph, type Subgraph } from '../../src/subgraph/build-subgraph.ts';
import { inProcessClient } from '../../src/subgraph/in-process-client.ts';
import { createContext, type Fixture, openFixture } from '../features/fixtures/open-fixture.ts';

export interface Subgraphs {
  readonly fixture: Fixture;
  /** Faults that were told to the log. */
  readonly internalErrors: unknown[];
  build(domain: 'depot' | 'people'): Subgraph;
  client(domain: 'depot' | 'people'): SubgraphClient;
}

export async function openSubgraphs(wrap?: (store: OnlineStore) => OnlineStore): Promise<Subgraphs> {
  const fixture = await openFixture(wrap);
  const internalErrors: unknown[] = [];
  const build = (domain: string) => {
    const code = fixture.sources.find(({ name }) => name === domain)?.code ?? {};
    return buildSubgraph({ reader: fixture.reader, domain, resolvers: code.resolvers });
  };
  return {
    fixture,
    internalErrors,
    build,
    client: (domain) => inProcessClient(build(domain), (error) => internalErrors.push(error)),
  };
}

export function requestOf(
  text: string,
  variables: Readonly<Record<string, unknown>> = {},
  options: Partial<Omit<SubgraphRequest, 'document' | 'variables'>> = {},
): SubgraphRequest {
  return {
    document: { text, document: parse(text), operationKind: 'query' },
    variables,
    context: options.context ?? createContext(),
    statuses: options.statuses ?? false,
    ...(options.inputStatuses === undefined ? {} : { inputStatuses: options.inputStatuses }),
  };
}

export function ask(
  client: SubgraphClient,
  text: string,
  variables?: Readonly<Record<string, unknown>>,
  context?: RequestContext,
): Promise<SubgraphResult> {
  return client.execute(requestOf(text, variables, context === undefined ? {} : { context }));
}

/** Answers have no prototype; a comparison wants plain objects. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
