/**
 * Clients that give again what a broken run was answered, so that the interpreted way can go through the same answers
 * without asking for anything twice. What it asks in other words, or did not ask yet, is asked for.
 */
import type { SubgraphClient, SubgraphRequest } from '../subgraph-client.ts';
import type { Asked } from './program-run.ts';

export function replayClients(
  clients: ReadonlyMap<string, SubgraphClient>,
  asked: readonly Asked[],
): ReadonlyMap<string, SubgraphClient> {
  const replayed = new Map(clients);
  for (const name of new Set(asked.map(({ fetch }) => fetch.node.subgraph))) {
    const client = clients.get(name);
    if (client !== undefined) replayed.set(name, replayClient(client, asked));
  }
  return replayed;
}

function replayClient(client: SubgraphClient, asked: readonly Asked[]): SubgraphClient {
  return {
    name: client.name,
    async execute(request) {
      const known = asked.find(({ fetch }) => fetch.node.document === request.document);
      return known !== undefined && isSame(known, request)
        ? known.answer.read(request.document)
        : client.execute(request);
    },
    close: async () => {},
  };
}

/** Compared as values: numbers may be written in two ways. */
function isSame({ body }: Asked, { variables }: SubgraphRequest): boolean {
  const asked = JSON.parse(Buffer.from(body).toString()) as { readonly variables: unknown };
  return JSON.stringify(asked.variables) === JSON.stringify(variables);
}
