/**
 * Contestant: our gateway and each domain as a subgraph of its own behind HTTP, all in one process, so that its CPU
 * time is that of all of them together.
 */

import { createApp } from '../../src/app.ts';
import { collectAsServer } from '../../src/cli/garbage-collection.ts';
import { systemClock } from '../../src/core/clock.ts';
import { internalErrorLog, subgraphOf } from '../../src/served-graph.ts';
import { signingKeys } from '../../src/signing-keys.ts';
import { startSubgraphServer } from '../../src/subgraph/subgraph-server.ts';
import { createContextVerifier, SIGNED_CONTEXT_HEADER } from '../../src/tenancy/signed-context.ts';
import { openWorkspace } from '../../src/workspace.ts';
import { givenArgument, JSON_HEADERS, standReady } from '../form/contestant.ts';
import { profileTellers } from '../profile/cpu-profiler.ts';
import { featuregraphConfig } from '../serve/featuregraph-config.ts';
import type { ApartArgument } from './apart-argument.ts';

collectAsServer();

const argument = givenArgument<ApartArgument>();
const workspace = await openWorkspace(await featuregraphConfig(argument));
const { config, clock, metrics, registry, store } = workspace;
const { publicKeyPem } = await signingKeys(config);

async function startDomain(domain: string): Promise<{ readonly url: string }> {
  const verifier = createContextVerifier(publicKeyPem, domain, clock, systemClock);
  const subgraph = subgraphOf(workspace, domain);
  const { url } = await startSubgraphServer({
    // What a team answers by code of its own, graphql-js executes: here that is all.
    subgraph: argument.isInterpreted ? { ...subgraph, isTeams: () => true } : subgraph,
    ...{ host: config.host, port: 0 },
    authenticate: (headers, body) => verifier.verify(headers[SIGNED_CONTEXT_HEADER] as string, body),
    checkStore: () => store.check(),
    onInternalError: internalErrorLog(workspace),
    onRefused: () => {},
    onExecuted: (way) => {
      ways[way] = (ways[way] ?? 0) + 1;
    },
  });
  return { url };
}

const ways: Record<string, number> = {};
const subgraphs: Record<string, { readonly url: string }> = {};
for (const { name } of registry.domains) subgraphs[name] = await startDomain(name);
const app = await createApp({ ...workspace, config: { ...config, subgraphs } });
const { url } = await app.listen();
standReady(
  { origin: url, path: '/graphql', headers: JSON_HEADERS },
  {
    ...profileTellers(),
    ways: async () => ({ gateway: (await metrics.executions.get()).values, subgraphs: ways }),
  },
);
