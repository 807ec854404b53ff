/** A subgraph of this process as the plan's executor sees it: no text in between, and one loader for all of them. */
import type { SubgraphClient } from '../engine/subgraph-client.ts';
import type { Subgraph } from './build-subgraph.ts';
import { SubgraphExecutor } from './execute-subgraph.ts';
import type { OnInternalError } from './format-errors.ts';

export function inProcessClient(subgraph: Subgraph, onInternalError: OnInternalError): SubgraphClient {
  const executor = new SubgraphExecutor(subgraph, onInternalError);
  return {
    name: subgraph.name,
    checksValues: true,
    rows: subgraph,
    execute: (request) => executor.execute({ ...request, document: request.document.document }),
    announce: ({ document }, variables, context) => executor.announce(document, variables, context),
    close: async () => undefined,
  };
}
